// One site: its agents and whether they have what the collector keeps for it; devices, credentials, settings, profiles.
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { SiteConfigStatus } from '#shared/http/site-config.ts'
import { agentsQuery, sitesQuery } from '../api/queries.ts'
import { useMayChange, useMayLookInto, useMaySee } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { PlanButton } from '../maintenance/plan-button.tsx'
import { allSites, useOverview } from '../overview/overview-queries.ts'
import { CountsBySeverity } from '../overview/site-figures.tsx'
import { Icon } from '../ui/icons.tsx'
import { PresenceMark, Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { PartOfPage, PartTabs } from '../ui/part-tabs.tsx'
import { SiteOfScreen } from '../ui/site-zone.ts'
import { ConfigStateMark, versions } from './config-status.tsx'
import { SITE_PARTS, WATCHED_PARTS } from './site-parts.ts'
import { statusQuery } from './site-queries.ts'
import css from './sites.module.css'

const parts = {
  devices: lazy(async () => ({ default: (await import('./site-devices.tsx')).SiteDevices })),
  topology: lazy(async () => ({ default: (await import('../topology/site-topology.tsx')).SiteTopology })),
  discovery: lazy(async () => ({ default: (await import('../discovery/site-discovery.tsx')).SiteDiscovery })),
  links: lazy(async () => ({ default: (await import('../topology/site-links.tsx')).SiteLinks })),
  dependencies: lazy(async () => ({ default: (await import('../cause/site-dependencies.tsx')).SiteDependencies })),
  credentials: lazy(async () => ({ default: (await import('./site-credentials.tsx')).SiteCredentials })),
  settings: lazy(async () => ({ default: (await import('./site-settings.tsx')).SiteSettings })),
  profiles: lazy(async () => ({ default: (await import('./site-profiles.tsx')).SiteProfiles })),
}
const SiteEdit = lazy(async () => ({ default: (await import('./site-edit.tsx')).SiteEdit }))

const RemoveDialog = lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog }))

export function SiteScreen() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/signed-in/sites/$id' })
  const query = useQuery({ ...sitesQuery, staleTime: 15_000 })
  const site = query.data?.items.find((one) => one.id === id)
  if (site)
    return (
      <SiteOfScreen value={site.id}>
        <SitePage site={site} />
      </SiteOfScreen>
    )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={12} />
  return (
    <>
      <ScreenTitle title={t('nav.sites')} />
      <Empty icon="sites" title={t('failure.not-found.cause')}>
        <Link to="/sites" search={{}}>
          {t('nav.sites')}
        </Link>
      </Empty>
    </>
  )
}

function SitePage({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const { part = 'devices' } = useSearch({ from: '/signed-in/sites/$id' })
  const navigate = useNavigate({ from: '/sites/$id' })
  const mayLook = useMayLookInto()
  const maySee = useMaySee()
  const shown = SITE_PARTS.filter((one) => mayLook || (maySee && WATCHED_PARTS.has(one)))
  const Part = shown.includes(part) ? parts[part] : parts.devices
  return (
    <div className={page.page}>
      <ScreenTitle title={site.name} within={t('nav.sites')} to="/sites" />
      <Head site={site} />
      <Agents site={site} />
      {shown.length > 0 ? (
        <PartTabs
          label={t('site.parts')}
          value={shown.includes(part) ? part : 'devices'}
          of={shown.map((value) => ({ value, label: t(`sitePart.${value}`) }))}
          onChange={(value) => void navigate({ search: { part: value }, replace: true })}
        />
      ) : null}
      <PartOfPage label={t(`sitePart.${part}`)} className={page.stack}>
        <Suspense fallback={<SkeletonRows />}>
          <Part site={site} />
        </Suspense>
      </PartOfPage>
    </div>
  )
}

function Head({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const mayPlan = useMayLookInto()
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const navigate = useNavigate()
  const overview = useOverview({ ...allSites, customer: site.customer })
  const figures = overview.data?.sites.find((one) => one.site === site.id)
  return (
    <header className={page.head}>
      <div className={page.headText}>
        <h2>{site.name}</h2>
        <div className={`quiet ${page.line}`}>
          <Link to="/customers/$id" params={{ id: site.customer }}>
            {site.customerName}
          </Link>
          <span>{site.timeZone}</span>
          <span className="mono">{site.id}</span>
          <Tag title={t(`siteOriginHint.${site.origin}`)}>{t(`siteOrigin.${site.origin}`)}</Tag>
          {figures === undefined ? null : (
            <CountsBySeverity counts={figures.alarms.counts} held={figures.alarms.held} search={{ site: site.id }} />
          )}
        </div>
      </div>
      <div className={page.buttons}>
        {mayPlan ? <PlanButton of={{ site: site.id, name: site.name }} /> : null}
        {may ? (
          <>
            {site.origin === 'collector' ? (
              <>
                <Button variant="default" leftSection={<Icon name="edit" size={13} />} onClick={() => setOpen('edit')}>
                  {t('site.edit')}
                </Button>
                {site.agents === 0 ? (
                  <Button
                    variant="default"
                    leftSection={<Icon name="trash" size={13} />}
                    onClick={() => setOpen('remove')}
                  >
                    {t('site.remove')}
                  </Button>
                ) : null}
              </>
            ) : null}
            <Button
              renderRoot={(props) => <Link to="/agents/add" search={{ site: site.id }} {...props} />}
              leftSection={<Icon name="plus" size={13} />}
            >
              {t('agents.add')}
            </Button>
          </>
        ) : null}
      </div>
      <Suspense>
        {open === 'edit' ? <SiteEdit site={site} onClose={() => setOpen(null)} /> : null}
        {open === 'remove' ? (
          <RemoveDialog
            site={site.id}
            kind="site"
            name={site.id}
            label={site.name}
            onClose={() => setOpen(null)}
            onRemoved={() => void navigate({ to: '/sites', search: {} })}
          />
        ) : null}
      </Suspense>
    </header>
  )
}

/** What agents say about devices arrives after the list of devices was read: it is read again. */
function useWhatAgentsSaid(site: string, status: SiteConfigStatus | undefined): void {
  const queries = useQueryClient()
  const said = status?.agents.map((one) => `${one.agent} ${one.applied} ${one.state} ${one.reportedAt}`).join()
  const before = useRef(said)
  useEffect(() => {
    if (before.current !== undefined && said !== undefined && before.current !== said)
      void queries.invalidateQueries({ queryKey: ['site-config', site, 'devices'] })
    before.current = said ?? before.current
  }, [queries, site, said])
}

/** Each agent of the site: heard or not, and how far it is with its configuration. */
function Agents({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const maySee = useMaySee()
  const agents = useQuery({ ...agentsQuery, enabled: maySee })
  const status = useQuery({ ...statusQuery(site.id), enabled: useMayLookInto() })
  const own = agents.data?.items.filter((agent) => agent.site === site.id) ?? []
  const unassigned = status.data?.unassigned ?? []
  useWhatAgentsSaid(site.id, status.data)
  if (!maySee) return null
  return (
    <section aria-label={t('site.agents', { count: own.length })} className={page.stack}>
      {agents.isError ? (
        <Failed failure={agents.error} retry={() => void agents.refetch()} />
      ) : own.length === 0 && agents.isPending ? (
        <SkeletonRows count={2} />
      ) : own.length === 0 ? (
        <Empty icon="agents" title={t('site.noAgents')} small />
      ) : (
        <div className={css.push}>
          {own.map((agent) => {
            const config = status.data?.agents.find((one) => one.agent === agent.id)
            return (
              <div key={agent.id} className={css.agent} data-agent={agent.id}>
                <div>
                  <Link to="/agents/$id" params={{ id: agent.id }} style={{ fontWeight: 600 }}>
                    {agent.id}
                  </Link>
                  <PresenceMark presence={agent.presence} />
                </div>
                {config === undefined ? null : (
                  <div>
                    <ConfigStateMark state={config.state} />
                    {config.wanted === 0 ? null : <span className="quiet num">{versions(t, config)}</span>}
                    {config.problems.length + config.more === 0 ? null : (
                      <Link to="/agents/$id" params={{ id: agent.id }}>
                        {t('config.problems', { count: config.problems.length + config.more })}
                      </Link>
                    )}
                  </div>
                )}
              </div>
            )
          })}
        </div>
      )}
      {unassigned.length === 0 ? null : (
        <p className={page.notice} data-tone="warn">
          <span>
            {t('config.unassigned', { count: unassigned.length })}{' '}
            {unassigned
              .slice(0, 8)
              .map((one) => one.device)
              .join(', ')}
            {unassigned.length > 8 ? ' …' : ''}
          </span>
        </p>
      )}
    </section>
  )
}
