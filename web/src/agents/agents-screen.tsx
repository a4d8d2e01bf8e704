// Agents, those that ask to join, and the tokens they come with.
import { Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import bar from '../alarms/alarm-toolbar.module.css'
import { clock } from '../api/clock.ts'
import { agentsQuery } from '../api/queries.ts'
import { useMayChange, useMayLookInto, useSeesAll } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { enrolmentsQuery, isWaiting } from '../enrolment/enrolment-queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { Empty, Failed, NoneMatch, SkeletonRows } from '../ui/notices.tsx'
import { useAgentColumns } from './agent-columns.tsx'
import { AGENT_SHOWN, type AgentShown, selectAgents, totalOf } from './agent-filter.ts'
import css from './agents.module.css'
import { CommandKey } from './command-key.tsx'
import { SetAside } from './set-aside.tsx'

const RequestList = lazy(async () => ({ default: (await import('../enrolment/request-list.tsx')).RequestList }))
const TokenTable = lazy(async () => ({ default: (await import('../enrolment/token-table.tsx')).TokenTable }))

const VIEWS = ['agents', 'requests', 'tokens'] as const

export function AgentsScreen() {
  const { t } = useTranslation()
  const { view = 'agents' } = useSearch({ from: '/signed-in/agents' })
  // who wants to come in has no customer yet
  const mayLook = [useMayLookInto(), useSeesAll()].every(Boolean)
  const may = useMayChange()
  const waiting = useQuery({ ...enrolmentsQuery, enabled: mayLook }).data?.items.filter(isWaiting).length ?? 0
  const navigate = useNavigate({ from: '/agents' })
  const show = (next: string) =>
    void navigate({ search: { view: next === 'agents' ? undefined : (next as 'requests' | 'tokens') }, replace: true })
  return (
    <>
      <ScreenTitle title={t('nav.agents')} />
      {mayLook ? (
        <div className={css.bar}>
          <SegmentedControl
            size="xs"
            aria-label={t('agents.views')}
            value={view}
            onChange={show}
            data={VIEWS.map((value) => ({
              value,
              label:
                value === 'requests' && waiting > 0
                  ? t('agents.view.requestsN', { count: waiting })
                  : t(`agents.view.${value}`),
            }))}
          />
          {may ? <AddAgent /> : null}
        </div>
      ) : null}
      <Suspense fallback={<SkeletonRows />}>
        {view === 'requests' && mayLook ? (
          <RequestList />
        ) : view === 'tokens' && mayLook ? (
          <TokenTable />
        ) : (
          <Agents waiting={waiting} onReview={() => show('requests')} />
        )}
      </Suspense>
    </>
  )
}

function Agents({ waiting, onReview }: { waiting: number; onReview(): void }) {
  const { t } = useTranslation()
  const query = useQuery(agentsQuery)
  const columns = useAgentColumns()
  const navigate = useNavigate({ from: '/agents' })
  const may = useMayChange()
  const { q, show } = useSearch({ from: '/signed-in/agents' })
  const setSearch = (change: { q?: string | undefined; show?: AgentShown | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  const search = useCallback(
    (next: string | undefined) => void navigate({ search: (old) => ({ ...old, q: next }), replace: true }),
    [navigate],
  )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows />
  const { items, commandKey } = query.data
  const { rows, counts } = selectAgents(items, { q, show }, clock.now())
  return (
    <>
      {waiting > 0 ? (
        <div className={css.strip} role="status">
          <Icon name="key" />
          <span>{t('agents.waiting', { count: waiting })}</span>
          <Button onClick={onReview}>{t('agents.review')}</Button>
        </div>
      ) : null}
      {items.length === 0 ? (
        <Empty icon="agents" title={t('agents.none')}>
          <p>{t(may ? 'agents.noneNext' : 'agents.noneNextViewer')}</p>
          {may ? <AddAgent /> : null}
        </Empty>
      ) : (
        <>
          <ListBar q={q} placeholder={t('agents.search')} onSearch={search}>
            <fieldset className={css.shown} aria-label={t('agents.show')}>
              {AGENT_SHOWN.filter((kind) => kind === 'all' || counts[kind] > 0 || show === kind).map((kind) => (
                <button
                  key={kind}
                  type="button"
                  className={bar.view}
                  aria-pressed={(show ?? 'all') === kind}
                  onClick={() => setSearch({ show: kind === 'all' || show === kind ? undefined : kind })}
                >
                  {t(`agentsShown.${kind}`)}
                  <i className="num">{counts[kind]}</i>
                </button>
              ))}
            </fieldset>
          </ListBar>
          {rows.length === 0 ? <NoneMatch icon="agents" title={t('agents.noneMatch')} /> : null}
          <div className={css.table} hidden={rows.length === 0}>
            <DataTable
              rows={rows}
              columns={columns}
              keyOf={(row) => row.id}
              onOpen={(row) => void navigate({ to: '/agents/$id', params: { id: row.id } })}
            />
          </div>
          {items.some((row) => row.commandKeyMatches === false) ? <CommandKey value={commandKey} /> : null}
          <SetAside
            quarantined={items.some((row) => row.quarantined > 0)}
            lost={items.some((row) => totalOf(row.lost) > 0)}
          />
        </>
      )}
    </>
  )
}

function AddAgent() {
  const { t } = useTranslation()
  return (
    <Button
      renderRoot={(props) => <Link to="/agents/add" search={{}} {...props} />}
      leftSection={<Icon name="plus" size={13} />}
    >
      {t('agents.add')}
    </Button>
  )
}
