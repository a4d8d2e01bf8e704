// What stands below the bar of a list screen: the table, or why there is none.
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type DataColumn, DataTable } from './data-table.tsx'
import { Failed, SkeletonRows } from './notices.tsx'

/** What of a query the list needs; those that page have the optional part. */
interface ListQuery {
  readonly isError: boolean
  readonly isPending: boolean
  readonly error: unknown
  refetch(): Promise<unknown>
  readonly hasNextPage?: boolean
  readonly isFetchingNextPage?: boolean
  fetchNextPage?(): Promise<unknown>
}

export interface ListBodyProps<T> {
  readonly query: ListQuery
  readonly rows: readonly T[]
  readonly columns: readonly DataColumn<T>[]
  /** Shown without rows. */
  readonly empty: ReactNode
  onOpen: ((row: T) => void) | undefined
}

export function ListBody<T extends { readonly id: string }>({ query, rows, columns, empty, onOpen }: ListBodyProps<T>) {
  const { t } = useTranslation()
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={10} />
  if (rows.length === 0) return empty
  return (
    <div style={{ background: 'var(--o-panel)' }}>
      <DataTable rows={rows} columns={columns} keyOf={(row) => row.id} {...(onOpen ? { onOpen } : {})} />
      {query.hasNextPage ? (
        <div style={{ padding: 14, textAlign: 'center' }}>
          <Button
            variant="default"
            loading={query.isFetchingNextPage === true}
            onClick={() => void query.fetchNextPage?.()}
          >
            {t('action.more')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
