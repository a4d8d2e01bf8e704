// Inhibitions: where one alarm says what another would only repeat.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmMatcher, InhibitionRow } from '#shared/http/suppression.ts'
import { send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { FileProblems } from '../ui/file-problems.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { State, Tag } from '../ui/marks.tsx'
import { NoneMatch } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { RowActions } from '../ui/row-actions.tsx'
import css from './maintenance.module.css'
import { inhibitionsQuery } from './maintenance-queries.ts'

const InhibitionDialog = lazy(async () => ({ default: (await import('./inhibition-dialog.tsx')).InhibitionDialog }))

type Open = InhibitionRow | 'new' | null

export function Inhibitions() {
  const { t } = useTranslation()
  const may = useMayChange()
  const query = useQuery(inhibitionsQuery)
  const [q, setQ] = useState<string>()
  const [open, setOpen] = useState<Open>(null)
  const [removing, setRemoving] = useState<InhibitionRow | null>(null)
  const rows = useMemo(() => {
    const words = (q ?? '').toLowerCase()
    return query.data?.items.filter((row) => JSON.stringify(row).toLowerCase().includes(words)) ?? []
  }, [query.data, q])
  const columns = useColumns(may, setRemoving)
  return (
    <>
      <ListBar
        q={q}
        placeholder={t('inhibition.search')}
        onSearch={setQ}
        actions={
          may ? (
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen('new')}>
              {t('inhibition.new')}
            </Button>
          ) : null
        }
      />
      <p className={`${page.hint} ${css.inset}`}>{t('inhibition.hint')}</p>
      <FileProblems of={query.data?.problems ?? []} />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={<NoneMatch icon="filter" title={t('inhibition.none')} />}
        onOpen={setOpen}
      />
      <Suspense>
        {open === null ? null : (
          <InhibitionDialog row={open === 'new' ? undefined : open} may={may} onClose={() => setOpen(null)} />
        )}
      </Suspense>
      {removing === null ? null : (
        <ConfirmDialog
          title={t('remove.title', { name: removing.title || removing.id })}
          hint={t('inhibition.removeHint')}
          label={t('remove.do')}
          queryKey={['inhibitions']}
          run={() => send('DELETE', `/inhibitions/${encodeURIComponent(removing.id)}?version=${removing.version}`)}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}

function useColumns(may: boolean, remove: (row: InhibitionRow) => void): readonly DataColumn<InhibitionRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'title',
        label: t('inhibition.title'),
        value: (row) => row.title || row.id,
        cell: (row) => (
          <>
            <b>{row.title || row.id}</b>
            <div className="quiet mono">{row.id}</div>
          </>
        ),
      },
      { id: 'source', label: t('inhibition.source'), cell: (row) => <Matcher of={row.source} /> },
      { id: 'target', label: t('inhibition.target'), cell: (row) => <Matcher of={row.target} /> },
      {
        id: 'equal',
        label: t('inhibition.equal'),
        wideOnly: true,
        cell: (row) => row.equal.map((label) => t(`column.${label}`, { defaultValue: label })).join(', ') || '–',
      },
      {
        id: 'origin',
        label: t('sites.origin'),
        wideOnly: true,
        value: (row) => row.origin,
        cell: (row) => (
          <>
            <Tag>{t(`ruleOrigin.${row.origin}`)}</Tag>
            <div className="quiet mono">{row.file}</div>
          </>
        ),
      },
      {
        id: 'held',
        label: t('maintenance.held'),
        right: true,
        width: 90,
        value: (row) => row.held,
        cell: (row) =>
          row.enabled ? (
            <span className="num">{row.held}</span>
          ) : (
            <State tone="plain" shape="ring" word={t('ruleMode.off')} />
          ),
      },
      ...(may
        ? [
            {
              id: 'do',
              label: t('remove.do'),
              head: <span className="sr-only">{t('remove.do')}</span>,
              right: true,
              width: 60,
              cell: (row: InhibitionRow) =>
                row.readOnly ? null : (
                  <RowActions removeLabel={t('remove.title', { name: row.id })} onRemove={() => remove(row)} />
                ),
            },
          ]
        : []),
    ],
    [t, may, remove],
  )
}

/** `alarmTypes: link.* · severities: major`. */
function Matcher({ of }: { of: AlarmMatcher }) {
  const { t } = useTranslation()
  const parts = Object.entries(of).map(([key, value]) => {
    const text = Array.isArray(value)
      ? value.map((one) => (key === 'severities' ? t(`severity.${one}`) : one)).join(', ')
      : Object.entries(value ?? {})
          .map(([name, one]) => `${name}=${one}`)
          .join(', ')
    return { key, text }
  })
  if (parts.length === 0) return <span className="quiet">{t('inhibition.anything')}</span>
  return parts.map(({ key, text }) => (
    <div key={key} className={css.about}>
      <span className="quiet">{t(`matcher.${key}`, { defaultValue: key })}: </span>
      {text}
    </div>
  ))
}
