// The whole of what is watched at a glance: how much stands, where it is worst, who works on it, what is held back.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { FirstSteps } from './first-steps.tsx'
import { useOverview } from './overview-queries.ts'
import { SeverityStrip } from './severity-strip.tsx'
import { AgentFigures, HeldFigures, IncidentFigures, MaintenanceFigures } from './side-panels.tsx'
import { SitePanel } from './site-panel.tsx'
import { TrendPanel } from './trend-panel.tsx'

export function OverviewScreen() {
  const { t } = useTranslation()
  const { hours = 24 } = useSearch({ from: '/signed-in/overview' })
  const navigate = useNavigate({ from: '/overview' })
  const query = useOverview({ hours, sites: 300 })
  const mayAdd = useMayChange()
  if (query.isError && query.data === undefined)
    return <Failed failure={query.error} retry={() => void query.refetch()} />
  const overview = query.data
  return (
    <div className={page.page}>
      <ScreenTitle title={t('nav.overview')} />
      {overview === undefined ? (
        <SkeletonRows count={14} />
      ) : overview.siteCount === 0 ? (
        <FirstSteps may={mayAdd} />
      ) : (
        <>
          <SeverityStrip overview={overview} />
          <div className={page.columns}>
            <div className={page.stack}>
              <SitePanel overview={overview} />
              <TrendPanel
                trend={overview.trend}
                hours={hours}
                onHours={(next) => void navigate({ search: { hours: next === 168 ? 168 : undefined }, replace: true })}
              />
            </div>
            <div className={page.stack}>
              <IncidentFigures incidents={overview.incidents} />
              <AgentFigures agents={overview.agents} devices={overview.devices} />
              <HeldFigures heldBy={overview.heldBy} />
              {overview.maintenance === null ? null : <MaintenanceFigures windows={overview.maintenance} />}
            </div>
          </div>
        </>
      )}
    </div>
  )
}
