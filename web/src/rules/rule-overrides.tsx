// What of a rule is otherwise for some of the equipment: written in the rule, in files, or made here.
import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleOverrideRow, RuleRow } from '#shared/http/rules.ts'
import { ApiFailure, send } from '../api/client.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import type { Draft } from '../ui/draft.ts'
import { Icon } from '../ui/icons.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { RowActions } from '../ui/row-actions.tsx'
import { shortYamlOf } from '../ui/yaml-text.ts'
import { OverrideDialog } from './override-dialog.tsx'
import { placeOf, withOverride } from './override-list.ts'
import { rulePath } from './rule-queries.ts'

type Row = RuleOverrideRow & { readonly id: string; readonly place: number }

export function RuleOverrides({ row, may }: { row: RuleRow; may: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [open, setOpen] = useState<Draft | 'new' | null>(null)
  const own = useMemo(() => row.overrides.filter((one) => one.origin === 'database').map((one) => one.override), [row])
  const save = useMutation({
    mutationFn: (overrides: readonly Draft[]) =>
      send('PUT', `${rulePath(row.id)}/overrides`, { overrides, version: row.version }),
    onSuccess: () => setOpen(null),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['rules'] }),
  })
  const rows = useMemo(() => {
    let place = -1
    return row.overrides.map((one, i): Row => {
      if (one.origin === 'database') place += 1
      return { ...one, id: String(i), place }
    })
  }, [row])
  const change = (place: number) => setOpen(own[place] ?? null)
  const columns = useColumns(may, save.isPending, change, (place) => save.mutate(own.filter((_, i) => i !== place)))
  const was = open === 'new' ? undefined : (open ?? undefined)
  const isConflict = save.error instanceof ApiFailure && save.error.code === 'conflict'
  return (
    <Panel
      title={t('rulePart.overrides')}
      aside={
        may ? (
          <Button variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen('new')}>
            {t('override.new')}
          </Button>
        ) : null
      }
    >
      <div className={page.body}>
        <p className={page.hint}>{t('override.hint')}</p>
        {open === null && isConflict ? (
          <p className={page.problem} role="alert">
            {t('override.conflict')}
          </p>
        ) : open === null ? (
          <FormProblem failure={save.error} />
        ) : null}
      </div>
      {rows.length === 0 ? (
        <Empty icon="filter" title={t('override.none')} small />
      ) : (
        <DataTable rows={rows} columns={columns} keyOf={(one) => one.id} />
      )}
      {open === null ? null : (
        <OverrideDialog
          row={row}
          override={was ?? {}}
          // the list is sent as a whole: the place in it is the one changed
          place={placeOf<Draft>(own, was)}
          busy={save.isPending}
          failure={save.error}
          conflict={isConflict}
          onClose={() => {
            save.reset()
            setOpen(null)
          }}
          onSave={(override) => save.mutate(withOverride<Draft>(own, was, override))}
        />
      )}
    </Panel>
  )
}

function useColumns(
  may: boolean,
  busy: boolean,
  open: (place: number) => void,
  remove: (place: number) => void,
): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'about',
      label: t('rule.about'),
      cell: (row) => <span className="mono">{shortYamlOf(row.override.selector) || t('maintenance.everything')}</span>,
    },
    {
      id: 'then',
      label: t('override.instead'),
      cell: ({ override: { selector: _selector, ...rest } }) => (
        <span className="mono" style={{ whiteSpace: 'pre-wrap' }}>
          {shortYamlOf(rest)}
        </span>
      ),
    },
    {
      id: 'origin',
      label: t('sites.origin'),
      wideOnly: true,
      cell: (row) => (
        <>
          <Tag>{t(`overrideOrigin.${row.origin}`)}</Tag> <span className="quiet mono">{row.file}</span>
        </>
      ),
    },
    ...(may
      ? [
          {
            id: 'do',
            label: t('maintenance.actions'),
            head: <span className="sr-only">{t('maintenance.actions')}</span>,
            right: true,
            cell: (row: Row) =>
              row.origin !== 'database' ? null : (
                <RowActions
                  editLabel={t('override.change')}
                  removeLabel={t('remove.do')}
                  busy={busy}
                  onEdit={() => open(row.place)}
                  onRemove={() => remove(row.place)}
                />
              ),
          },
        ]
      : []),
  ]
}
