// What sweeps found: by what is to be done with it. Nothing is chosen beforehand.
import { Button, Checkbox, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProposalRow, ProposalState } from '#shared/http/discovery.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import { useMayChange } from '../api/role.ts'
import { DataTable } from '../ui/data-table.tsx'
import { ListSearch } from '../ui/list-bar.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import css from './discovery.module.css'
import { proposalsQuery } from './discovery-queries.ts'
import { useProposalColumns } from './proposal-columns.tsx'

const ProposalDialog = lazy(async () => ({ default: (await import('./proposal-dialog.tsx')).ProposalDialog }))
const AcceptDialog = lazy(async () => ({ default: (await import('./accept-dialog.tsx')).AcceptDialog }))
const IgnoreDialog = lazy(async () => ({ default: (await import('./ignore-dialog.tsx')).IgnoreDialog }))
const RestoreDialog = lazy(async () => ({ default: (await import('./ignore-dialog.tsx')).RestoreDialog }))

const STATES = ['new', 'changed', 'known', 'ignored'] as const satisfies readonly ProposalState[]

type Open =
  | { readonly what: 'one'; readonly row: ProposalRow }
  | { readonly what: 'accept' | 'ignore' | 'restore'; readonly rows: readonly ProposalRow[] }

export function Proposals({ site, everSwept }: { site: SiteRow; everSwept: boolean }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const search = useSearch({ from: '/signed-in/sites/$id' })
  const navigate = useNavigate({ from: '/sites/$id' })
  const state: ProposalState = search.show ?? 'new'
  const query = useInfiniteQuery({
    ...proposalsQuery(site.id, { state, snmp: search.snmp, q: search.q }),
    placeholderData: (old) => old,
  })
  const rows = useMemo(() => query.data?.pages.flatMap((one) => one.items) ?? [], [query.data])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState<Open | null>(null)
  const picked = rows.filter((row) => chosen.has(row.id))
  const columns = useProposalColumns({
    state,
    rows,
    chosen,
    mayChoose: may && state !== 'known',
    onChoose: setChosen,
    onOpen: (row) => setOpen({ what: 'one', row }),
  })
  const setSearch = useCallback(
    (change: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  )
  const setQ = useCallback((q: string | undefined) => setSearch({ q }), [setSearch])
  const close = () => setOpen(null)
  const done = () => {
    setChosen(new Set())
    close()
  }
  return (
    <Panel title={t('proposals.title')}>
      <div className={css.tools}>
        <SegmentedControl
          size="xs"
          aria-label={t('proposals.title')}
          value={state}
          onChange={(value) => {
            setChosen(new Set())
            setSearch({ show: value === 'new' ? undefined : (value as ProposalState) })
          }}
          data={STATES.map((value) => ({ value, label: t(`proposalState.${value}`) }))}
        />
        <Checkbox
          size="xs"
          label={t('proposals.snmpOnly')}
          checked={search.snmp === true}
          onChange={(event) => setSearch({ snmp: event.currentTarget.checked || undefined })}
        />
        <ListSearch q={search.q} placeholder={t('proposals.search')} onSearch={setQ} />
      </div>
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={5} />
      ) : rows.length === 0 ? (
        <Empty icon="radar" title={t(search.q || search.snmp ? 'proposals.noneMatch' : `proposalsNone.${state}`)}>
          {everSwept || search.q ? null : <p>{t('proposals.noneYet')}</p>}
        </Empty>
      ) : (
        <DataTable rows={rows} columns={columns} keyOf={(row) => row.id} />
      )}
      {query.hasNextPage ? (
        <div className={css.tools}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </div>
      ) : null}
      {picked.length === 0 ? null : (
        <div className={css.bulk} role="status">
          <b className="num">{t('proposals.chosen', { count: picked.length })}</b>
          <span className={css.spring} />
          {state === 'ignored' ? (
            <Button onClick={() => setOpen({ what: 'restore', rows: picked })}>{t('proposals.restore')}</Button>
          ) : (
            <>
              <Button variant="default" onClick={() => setOpen({ what: 'ignore', rows: picked })}>
                {t('proposals.ignore')}
              </Button>
              {state === 'new' ? (
                <Button onClick={() => setOpen({ what: 'accept', rows: picked })}>
                  {t('proposals.accept', { count: picked.length })}
                </Button>
              ) : null}
            </>
          )}
        </div>
      )}
      <Suspense>
        {open?.what === 'one' ? <ProposalDialog site={site} row={open.row} onClose={close} /> : null}
        {open?.what === 'accept' ? <AcceptDialog site={site.id} rows={open.rows} onClose={done} /> : null}
        {open?.what === 'ignore' ? (
          <IgnoreDialog site={site.id} rows={open.rows} onClose={close} onDone={done} />
        ) : null}
        {open?.what === 'restore' ? (
          <RestoreDialog site={site.id} rows={open.rows} onClose={close} onDone={done} />
        ) : null}
      </Suspense>
    </Panel>
  )
}
