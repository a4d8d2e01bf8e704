// One device: is it well, what does it measure, what happened to it.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { refusalOf } from '../agents/refusal.ts'
import { deviceAlarmsQuery, deviceDiagnosticsQuery, deviceQuery, incidentsQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { EvidenceList } from '../incidents/evidence-list.tsx'
import { IncidentAlarms } from '../incidents/incident-alarms.tsx'
import { PlanButton } from '../maintenance/plan-button.tsx'
import { Assets } from '../topology/assets.tsx'
import { Neighbours } from '../topology/neighbours.tsx'
import { Icon } from '../ui/icons.tsx'
import { DeviceStateMark, Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Facts, Panel } from '../ui/panel.tsx'
import { useSaid } from '../ui/said.ts'
import { SiteOfScreen } from '../ui/site-zone.ts'
import { Time, useNow } from '../ui/time.tsx'
import css from './device.module.css'
import { DeviceChart } from './device-chart.tsx'
import { DeviceEvents } from './device-events.tsx'
import { DeviceIncidents } from './device-incidents.tsx'
import { HeadlineTiles } from './headline-tiles.tsx'
import { headlinesOf } from './headlines.ts'
import { InterfaceTable } from './interface-table.tsx'
import { interfacesOf } from './interfaces.ts'
import { LatestTable } from './latest-table.tsx'
import { TRAFFIC } from './metrics.ts'

const DiagnosticDialog = lazy(async () => ({
  default: (await import('../incidents/diagnostic-dialog.tsx')).DiagnosticDialog,
}))

/** A value that missed this many polls is no longer the present. */
const STALE_INTERVALS = 4

export function DeviceScreen() {
  const { id } = useParams({ from: '/signed-in/devices/$id' })
  const query = useQuery(deviceQuery(id))
  if (query.data)
    return (
      <SiteOfScreen value={query.data.site}>
        <DevicePage device={query.data} />
      </SiteOfScreen>
    )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return <SkeletonRows count={12} />
}

function DevicePage({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/devices/$id' })
  const navigate = useNavigate({ from: '/devices/$id' })
  const chart = useRef<HTMLDivElement>(null)
  const [diagnosing, setDiagnosing] = useState(false)
  const alarms = useQuery(deviceAlarmsQuery(device.id))
  const evidence = useQuery(deviceDiagnosticsQuery(device.id))
  const interfaces = useMemo(() => interfacesOf(device.series), [device.series])
  const now = useNow()
  const freshAfter =
    device.state === 'unknown' ? Number.POSITIVE_INFINITY : now - STALE_INTERVALS * (device.interval ?? 60) * 1000
  const headlines = useMemo(() => headlinesOf(device.series), [device.series])

  function show(change: { metric?: string | undefined; resource?: string | undefined; hours?: number }) {
    void navigate({ search: (old) => ({ ...old, ...change }) as typeof search, replace: true, resetScroll: false })
  }
  function showFromTable(metric: string, resource: string) {
    show({ metric, resource: resource || undefined })
    chart.current?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <div className={css.page}>
      <ScreenTitle title={device.name} />
      <Head device={device} onDiagnose={() => setDiagnosing(true)} />
      <StateNotice device={device} />
      <HeadlineTiles of={headlines} freshAfter={freshAfter} onOpen={showFromTable} />
      <div className={css.columns}>
        <div className={css.stack}>
          <div ref={chart} style={{ minWidth: 0 }}>
            <Panel title={t('device.chart')}>
              <DeviceChart
                device={device}
                metric={search.metric}
                resource={search.resource}
                hours={search.hours ?? 24}
                onChange={show}
              />
            </Panel>
          </div>
          {interfaces.length > 0 ? (
            <Panel title={t('device.interfaces', { count: interfaces.length })}>
              <InterfaceTable
                rows={interfaces}
                onOpen={(row) => showFromTable(inMetric(device, row.resource), row.resource)}
              />
            </Panel>
          ) : null}
          <Neighbours device={device.id} site={device.site} />
          <Panel title={t('device.latest', { count: device.series.length })}>
            <LatestTable series={device.series} onOpen={(sample) => showFromTable(sample.metric, sample.resource)} />
          </Panel>
        </div>
        <div className={css.stack}>
          <Panel title={t('device.alarms')} className={device.openAlarms > 0 ? css.urgent : undefined}>
            {alarms.data === undefined ? (
              <SkeletonRows count={3} />
            ) : alarms.data.items.length === 0 ? (
              <Empty icon="alarms" title={t('device.noAlarms')} small />
            ) : (
              <IncidentAlarms rows={alarms.data.items} narrow />
            )}
          </Panel>
          <Panel title={t('nav.incidents')}>
            <DeviceIncidents query={incidentsQuery({ device: device.id })} />
          </Panel>
          <Panel
            title={t('device.events')}
            aside={
              <Link to="/events" search={{ device: device.id }}>
                {t('device.allEvents')}
              </Link>
            }
          >
            <DeviceEvents device={device.id} />
          </Panel>
          <Panel title={t('device.diagnostics')}>
            <EvidenceList items={evidence.data?.items ?? []} />
          </Panel>
          <Identity device={device} />
          <Assets device={device.id} />
        </div>
      </div>
      {diagnosing ? (
        <Suspense>
          <DiagnosticDialog
            path={`/devices/${encodeURIComponent(device.id)}`}
            actions={device.actions}
            refresh={['diagnostics', device.id]}
            onClose={() => setDiagnosing(false)}
          />
        </Suspense>
      ) : null}
    </div>
  )
}

/** What is shown is not the present: says so before anybody reads a figure. */
const UNWATCHED = 'unwatched:'

function StateNotice({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const say = useSaid()
  if (device.state === 'up') return null
  const because = device.state === 'unknown' ? (device.unknownBecause ?? null) : null
  const unwatched = because?.startsWith(UNWATCHED) ? because.slice(UNWATCHED.length).trim() : null
  const refusal = unwatched === null ? refusalOf(because) : null
  return (
    <p className={css.notice} data-state={device.state} role="status">
      <Icon name="clock" />
      {device.state !== 'unknown'
        ? t('device.downHint')
        : unwatched === null
          ? t('device.unknownHint', { agent: device.agent })
          : `${t('device.unwatchedHint', { agent: device.agent })} ${say(unwatched)}`}
      {refusal === null ? null : ` ${t(`identity.state.${refusal.kind}`)}: ${refusal.reason}`}
    </p>
  )
}

function Head({ device, onDiagnose }: { device: DeviceDetail; onDiagnose(): void }) {
  const { t } = useTranslation()
  const mayPlan = useMayLookInto()
  return (
    <header className={css.head}>
      <div className={css.headText}>
        <h2>{device.name}</h2>
        <div className="quiet" style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 14px' }}>
          <DeviceStateMark state={device.state} />
          {device.stateSince === null ? null : (
            <span>
              {t('device.since')} <Time at={device.stateSince} />
            </span>
          )}
          <span className="num">{device.address}</span>
          <span>
            {device.customerName} ·{' '}
            <Link to="/sites/$id" params={{ id: device.site }} search={{}}>
              {device.siteName}
            </Link>
          </span>
          {device.active ? null : <Tag tone="warn">{t('devices.inactive')}</Tag>}
        </div>
      </div>
      <div className={page.buttons}>
        {mayPlan ? <PlanButton of={{ site: device.site, device: device.id, name: device.name }} /> : null}
        {device.actions.length > 0 ? (
          <Button leftSection={<Icon name="play" size={13} />} onClick={onDiagnose}>
            {t('diagnostics.run')}
          </Button>
        ) : null}
      </div>
    </header>
  )
}

/** For devices no profile knows. */
const GENERIC = 'generic'

function NoProfile({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  return (
    <p className={`${css.notice} ${css.inside}`} data-generic>
      <span>
        {t('device.generic', { oid: device.sysObjectId ?? '–' })}{' '}
        <Link
          to="/sites/$id"
          params={{ id: device.site }}
          search={{ part: 'profiles' }}
          style={{ textDecoration: 'underline' }}
        >
          {t('device.genericNext')}
        </Link>
      </span>
    </p>
  )
}

function Identity({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const say = useSaid()
  const tags = Object.entries(device.tags)
  return (
    <Panel title={t('device.identity')}>
      {device.profile === GENERIC ? <NoProfile device={device} /> : null}
      <Facts
        of={[
          [t('column.model'), [device.vendor, device.model].filter(Boolean).join(' ')],
          [t('device.serial'), device.serial],
          [t('column.version'), device.version],
          [
            t('column.profile'),
            device.profile === null ? null : (
              <span key="p" className="mono">
                {device.profile}
              </span>
            ),
          ],
          [t('device.profileReason'), say(device.profileReason ?? '')],
          [
            'sysObjectID',
            device.sysObjectId === null ? null : (
              <span key="o" className="mono">
                {device.sysObjectId}
              </span>
            ),
          ],
          ['sysDescr', device.sysDescr],
          [
            t('column.agent'),
            <Link key="a" to="/agents/$id" params={{ id: device.agent }}>
              {device.agent}
            </Link>,
          ],
          [t('device.interval'), device.interval === null ? null : `${device.interval} s`],
          [t('device.parents'), device.parents.join(', ')],
          [t('device.tags'), tags.map(([name, value]) => `${name}=${value}`).join(', ')],
        ]}
      />
    </Panel>
  )
}

function inMetric(device: DeviceDetail, resource: string): string {
  const own = device.series.filter((sample) => sample.resource === resource)
  return (own.find((sample) => sample.metric === TRAFFIC.in) ?? own[0])?.metric ?? ''
}
