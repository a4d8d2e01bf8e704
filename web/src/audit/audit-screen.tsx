// Who did what, to what, when; and proof that nobody has rewritten it.
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditRow } from '#shared/http/administration.ts'
import { clock } from '../api/clock.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { Empty, Forbidden } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Time } from '../ui/time.tsx'
import css from './audit.module.css'
import { AuditFilters } from './audit-filters.tsx'
import { Actor, Subject } from './audit-names.tsx'
import { auditQuery } from './audit-queries.ts'
import { type AuditSearch, filterOf, isFiltered } from './audit-search.ts'
import { useAuditWords } from './audit-words.ts'
import { ExportButton } from './export-button.tsx'
import { shortText } from './readable.ts'
import { VerifyChain } from './verify-chain.tsx'

const AuditEntry = lazy(async () => ({ default: (await import('./audit-entry.tsx')).AuditEntry }))

export type ListedEntry = Omit<AuditRow, 'id'> & { readonly id: string; readonly number: number }

export function AuditScreen() {
  const { t } = useTranslation()
  return (
    <>
      <ScreenTitle title={t('nav.audit')} />
      {useMayChange() ? <AuditLog /> : <Forbidden />}
    </>
  )
}

function AuditLog() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/audit' })
  const navigate = useNavigate({ from: '/audit' })
  // as long as the same is looked for it is the same list: one that moves on with the clock loses the pages read further
  const filter = useMemo(() => filterOf(search, Math.floor(clock.now() / 60_000) * 60_000), [search])
  const query = useInfiniteQuery(auditQuery(filter))
  const [open, setOpen] = useState<AuditRow | null>(null)
  const rows = useMemo(
    () =>
      query.data?.pages.flatMap((one) =>
        one.items.map((row): ListedEntry => ({ ...row, id: String(row.id), number: row.id })),
      ) ?? [],
    [query.data],
  )
  const columns = useColumns()
  const set = (change: AuditSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  return (
    <>
      <ListBar
        q={search.q}
        placeholder={t('audit.search')}
        onSearch={(q) => set({ q })}
        actions={
          <>
            <VerifyChain />
            <ExportButton filter={filter} />
          </>
        }
      />
      <AuditFilters search={search} onChange={set} />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="scroll" title={t(isFiltered(search) ? 'audit.noneMatch' : 'audit.none')}>
            {query.hasNextPage ? (
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('audit.lookFurther')}
              </Button>
            ) : (
              t('audit.noneNext')
            )}
          </Empty>
        }
        onOpen={({ id: _, number, ...row }) => setOpen({ ...row, id: number })}
      />
      <Suspense>
        {open === null ? null : (
          <AuditEntry
            row={open}
            onClose={() => setOpen(null)}
            onFilter={(change) => {
              setOpen(null)
              set(change)
            }}
          />
        )}
      </Suspense>
    </>
  )
}

function useColumns(): readonly DataColumn<ListedEntry>[] {
  const { t } = useTranslation()
  const words = useAuditWords()
  return useMemo(
    () => [
      { id: 'at', label: t('audit.at'), width: 112, cell: (row) => <Time at={row.at} /> },
      {
        id: 'actor',
        label: t('audit.who'),
        width: 140,
        cell: (row) => <Actor name={row.actor} />,
      },
      {
        id: 'action',
        label: t('audit.what'),
        cell: (row) => (
          <>
            {words.action(row.action)}
            <div className={page.phoneOnly}>
              <Subject subject={row.subject} />
            </div>
          </>
        ),
      },
      { id: 'subject', label: t('audit.object'), wideOnly: true, cell: (row) => <Subject subject={row.subject} /> },
      {
        id: 'detail',
        label: t('audit.detail'),
        wideOnly: true,
        cell: (row) => <div className={`quiet ${css.short}`}>{shortText(row.detail, words)}</div>,
      },
    ],
    [t, words],
  )
}
