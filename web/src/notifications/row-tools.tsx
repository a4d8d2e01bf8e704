// What is done to a channel or a route of the database: changed, or taken away by the version that was seen.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { RowActions, RowTools } from '../ui/row-actions.tsx'

interface Kept {
  readonly id: string
  readonly version: number
  /** Of the file. */
  readonly readOnly: boolean
}

/** The last column; `more`: what else may be done, also with what is of the file. */
export function toolColumn<T extends Kept>(
  label: string,
  open: (row: T) => void,
  remove: (row: T) => void,
  more?: (row: T) => ReactNode,
): DataColumn<T> {
  return {
    ...{ id: 'do', label, head: <span className="sr-only">{label}</span>, right: true },
    cell: (row) =>
      row.readOnly ? (
        <RowTools>{more?.(row)}</RowTools>
      ) : (
        <ChangeOrRemove name={row.id} onChange={() => open(row)} onRemove={() => remove(row)}>
          {more?.(row)}
        </ChangeOrRemove>
      ),
  }
}

/** Asks before it is taken away. */
export function RemoveKept(props: {
  readonly row: Kept
  readonly hint: string
  readonly path: (id: string) => string
  readonly queryKey: string
  onClose(): void
}) {
  const { t } = useTranslation()
  const { row, path } = props
  return (
    <ConfirmDialog
      title={t('remove.title', { name: row.id })}
      hint={props.hint}
      label={t('remove.do')}
      queryKey={[props.queryKey]}
      run={() => send('DELETE', `${path(row.id)}?version=${row.version}`)}
      onClose={props.onClose}
    />
  )
}

/** A column of figures that lead to the messages behind them. */
export function figureColumn<T>(
  id: string,
  label: string,
  value: (row: T) => number,
  cell: (n: number, row: T) => ReactNode,
) {
  return {
    ...{ id, label, right: true, wideOnly: true, width: 80, value },
    cell: (row: T) => cell(value(row), row),
  } satisfies DataColumn<T>
}

function ChangeOrRemove(props: { name: string; children: ReactNode; onChange(): void; onRemove(): void }) {
  const { t } = useTranslation()
  const { name } = props
  return (
    <RowActions
      editLabel={t('channels.change', { name })}
      removeLabel={t('remove.title', { name })}
      onEdit={props.onChange}
      onRemove={props.onRemove}
    >
      {props.children}
    </RowActions>
  )
}
