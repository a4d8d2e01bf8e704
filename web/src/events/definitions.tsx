// By what traps are read: shipped definitions, files of this installation, and those made here; and what is wrong in files.
import { Button, NativeSelect } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TrapDefinitionRow } from '#shared/http/traps.ts'
import { send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { FileProblems } from '../ui/file-problems.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { SeverityMark, State, Tag } from '../ui/marks.tsx'
import { NoneMatch } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { useWords } from '../ui/words.ts'
import { trapDefinitionsQuery } from './event-queries.ts'
import css from './events.module.css'

export function Definitions() {
  const { t } = useTranslation()
  const may = useMayChange()
  const [filter, setFilter] = useState<{ q?: string | undefined; vendor?: string | undefined }>({})
  const [removing, setRemoving] = useState<TrapDefinitionRow | null>(null)
  const query = useInfiniteQuery({ ...trapDefinitionsQuery(filter), placeholderData: (old) => old })
  const first = query.data?.pages[0]
  const rows = useMemo(
    () =>
      query.data?.pages.flatMap((one) => one.items.map((row) => ({ ...row, id: `${row.oid} ${row.origin}` }))) ?? [],
    [query.data],
  )
  const columns = useColumns(may, setRemoving)
  const setQ = useCallback((q: string | undefined) => setFilter((old) => ({ ...old, q })), [])
  return (
    <>
      <ListBar q={filter.q} placeholder={t('definitions.search')} onSearch={setQ}>
        <NativeSelect
          aria-label={t('events.vendor')}
          value={filter.vendor ?? ''}
          onChange={(event) => {
            const vendor = event.currentTarget.value || undefined
            setFilter((old) => ({ ...old, vendor }))
          }}
          data={[{ value: '', label: t('definitions.allVendors') }, ...(first?.vendors ?? [])]}
        />
        {first === undefined ? null : (
          <span className="quiet num">{t('definitions.total', { count: first.total })}</span>
        )}
      </ListBar>
      <FileProblems of={first?.problems ?? []} />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={<NoneMatch icon="events" title={t('definitions.noneMatch')} onClear={() => setFilter({})} />}
        onOpen={undefined}
      />
      {removing === null ? null : (
        <ConfirmDialog
          title={t('remove.title', { name: removing.name })}
          hint={t('definitions.removeHint')}
          label={t('remove.do')}
          queryKey={['trap-definitions']}
          run={() => send('DELETE', `/trap-definitions/${encodeURIComponent(removing.oid)}`)}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}

type Row = TrapDefinitionRow & { readonly id: string }

function useColumns(may: boolean, remove: (row: TrapDefinitionRow) => void): readonly DataColumn<Row>[] {
  const { t, i18n } = useTranslation()
  const words = useWords()
  const language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('definition.name'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <b>{row.name}</b>
            <div className={`quiet ${css.oid}`}>{row.description[language]}</div>
            <div className={`quiet mono ${css.oid}`}>{row.oid}</div>
          </>
        ),
      },
      {
        id: 'vendor',
        label: t('events.vendor'),
        wideOnly: true,
        value: (row) => row.vendor,
        cell: (row) => row.vendor,
      },
      {
        id: 'alarms',
        label: t('definition.alarm'),
        cell: (row) =>
          row.alarms.length === 0 ? (
            <span className="quiet">{t('definitions.noAlarm')}</span>
          ) : (
            row.alarms.slice(0, 4).map((alarm) => (
              <div key={`${alarm.type} ${alarm.alarmType} ${alarm.rule}`} className={page.line}>
                {alarm.type === 'clear' ? (
                  <State tone="good" shape="ring" word={t('definitions.clears')} />
                ) : alarm.severity === null ? null : (
                  <SeverityMark severity={alarm.severity} short />
                )}
                <span>{alarm.alarmType === null ? null : words.alarmType(alarm.alarmType)}</span>
              </div>
            ))
          ),
      },
      {
        id: 'origin',
        label: t('sites.origin'),
        wideOnly: true,
        value: (row) => row.origin,
        cell: (row) => (
          <>
            <Tag>{t(`definitionOrigin.${row.origin}`)}</Tag>
            {row.file === null ? null : (
              <div className="quiet mono">
                {row.file}
                {row.line === null ? '' : `:${row.line}`}
              </div>
            )}
          </>
        ),
      },
      ...(may
        ? [
            {
              id: 'do',
              label: '',
              right: true,
              width: 90,
              cell: (row: Row) =>
                row.origin === 'database' ? (
                  <Button size="compact-xs" variant="default" onClick={() => remove(row)}>
                    {t('remove.do')}
                  </Button>
                ) : null,
            },
          ]
        : []),
    ],
    [t, words, language, may, remove],
  )
}
