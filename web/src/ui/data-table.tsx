// A sortable table for lists of at most some thousand rows; the live alarm list has its own.
import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { type ReactNode, useMemo, useState } from 'react'
import css from './data-table.module.css'
import { Icon } from './icons.tsx'

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns })

export interface DataColumn<T> {
  readonly id: string
  readonly label: string
  /** Shown in place of the label, which still names the column. */
  readonly head?: ReactNode
  cell(row: T): ReactNode
  /** Makes the column sortable. */
  readonly value?: (row: T) => string | number
  readonly right?: boolean
  /** Left out on a phone. */
  readonly wideOnly?: boolean
  readonly width?: number | string
}

export interface DataTableProps<T> {
  readonly rows: readonly T[]
  readonly columns: readonly DataColumn<T>[]
  readonly sort?: { readonly id: string; readonly desc: boolean }
  keyOf(row: T): string
  onOpen?: (row: T) => void
}

export function DataTable<T extends object>({ rows, columns, sort, keyOf, onOpen }: DataTableProps<T>) {
  const [sorting, setSorting] = useState<SortingState>(sort ? [sort] : [])
  const data = useMemo(() => [...rows], [rows])
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: T) => column.value?.(row) ?? '',
        enableSorting: column.value !== undefined,
      })),
    [columns],
  )
  const table = useTable({
    features,
    columns: definitions,
    data,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: keyOf,
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  // what is left of them on a phone keeps the margins of the screen
  const onPhone = columns.filter((column) => !column.wideOnly)
  const classOf = (column: DataColumn<T>) =>
    [
      ...[column.right ? css.right : '', column.wideOnly ? css.wideOnly : ''],
      ...[column === onPhone[0] ? css.first : '', column === onPhone.at(-1) ? css.last : ''],
    ].join(' ')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.wrap} tabIndex={0} aria-label={columns.map((column) => column.label).join(', ')}>
      <table className={css.table}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id) as DataColumn<T>
                const sorted = header.column.getIsSorted()
                return (
                  <th
                    key={header.id}
                    className={classOf(column)}
                    style={{ width: column.width }}
                    aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" onClick={() => header.column.toggleSorting()}>
                        {column.label}
                        {sorted === false ? null : <Icon name={sorted === 'asc' ? 'up' : 'down'} size={11} />}
                      </button>
                    ) : (
                      (column.head ?? column.label)
                    )}
                  </th>
                )
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              data-link={onOpen !== undefined}
              data-row={row.id}
              onClick={onOpen ? () => onOpen(row.original) : undefined}
            >
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>
                  {column.cell(row.original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
