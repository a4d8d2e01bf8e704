// One incident: what is wrong, the evidence, what everybody did, and the next step.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentState } from '#shared/domain/incident.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { Trace } from '../alarms/alarm-trace.tsx'
import { incidentQuery, sessionQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { IncidentCausePanel } from '../cause/incident-cause.tsx'
import { Icon } from '../ui/icons.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { SiteOfScreen } from '../ui/site-zone.ts'
import { EvidenceList } from './evidence-list.tsx'
import css from './incident.module.css'
import { IncidentFacts } from './incident-facts.tsx'
import { type IncidentDialog, IncidentHead } from './incident-head.tsx'
import { IncidentLinks } from './incident-links.tsx'
import { IncidentTimeline } from './incident-timeline.tsx'
import { WhoWasTold } from './who-was-told.tsx'

const DiagnosticDialog = lazy(async () => ({ default: (await import('./diagnostic-dialog.tsx')).DiagnosticDialog }))
const StateDialog = lazy(async () => ({ default: (await import('./state-dialog.tsx')).StateDialog }))
const WorkDialog = lazy(async () => ({ default: (await import('./work-dialog.tsx')).WorkDialog }))
const LinkDialog = lazy(async () => ({ default: (await import('./link-dialog.tsx')).LinkDialog }))
const MergeDialog = lazy(async () => ({ default: (await import('./merge-dialog.tsx')).MergeDialog }))
const OpenDialog = lazy(async () => ({ default: (await import('./open-dialog.tsx')).OpenIncidentDialog }))

export function IncidentScreen() {
  const { id } = useParams({ from: '/signed-in/incidents/$id' })
  const query = useQuery(incidentQuery(id))
  if (query.data)
    return (
      <SiteOfScreen value={query.data.site}>
        <IncidentPage key={id} incident={query.data} />
      </SiteOfScreen>
    )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return <SkeletonRows count={12} />
}

function IncidentPage({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const isOutside = useQuery(sessionQuery).data?.role === 'customer'
  const [dialog, setDialog] = useState<IncidentDialog>()
  return (
    <div className={css.page}>
      <ScreenTitle title={t('incident.title', { number: incident.number })} />
      <IncidentHead incident={incident} onAsk={setDialog} />
      <div className={css.columns}>
        <div className={css.stack}>
          <IncidentCausePanel incident={incident} />
          {isOutside ? null : (
            <Panel
              title={t('incident.evidence', { count: incident.evidence.length })}
              aside={
                incident.device && may && incident.state !== 'closed' ? (
                  <Button
                    variant="default"
                    leftSection={<Icon name="play" size={12} />}
                    onClick={() => setDialog('diagnose')}
                  >
                    {t('diagnostics.run')}
                  </Button>
                ) : null
              }
            >
              <EvidenceList items={incident.evidence} />
            </Panel>
          )}
          {may ? <WhoWasTold incident={incident} /> : null}
          <IncidentLinks incident={incident} onLink={() => setDialog('link')} />
          <IncidentFacts incident={incident} />
          {isOutside ? null : (
            <Panel title={t('alarm.why')}>
              <div style={{ padding: '12px 14px' }}>
                <Trace lines={incident.trace} />
              </div>
            </Panel>
          )}
        </div>
        <IncidentTimeline incident={incident} />
      </div>
      {dialog === undefined ? null : (
        <Suspense>
          <AskedDialog dialog={dialog} incident={incident} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </div>
  )
}

interface AskedProps {
  readonly dialog: IncidentDialog
  readonly incident: IncidentDetail
  onClose(): void
}

function AskedDialog({ dialog, incident, onClose }: AskedProps) {
  const { t } = useTranslation()
  if (dialog === 'diagnose')
    return (
      <DiagnosticDialog
        path={`/incidents/${encodeURIComponent(incident.id)}`}
        refresh={['incidents', incident.id]}
        onClose={onClose}
      />
    )
  if (dialog === 'work') return <WorkDialog incident={incident} onClose={onClose} />
  if (dialog === 'link') return <LinkDialog incident={incident} onClose={onClose} />
  if (dialog === 'merge') return <MergeDialog incident={incident} onClose={onClose} />
  if (dialog === 'follow')
    return (
      <OpenDialog
        title={t('incident.followTitle', { title: incident.title })}
        {...{ site: incident.site, device: incident.device ?? undefined, follows: incident.id, onClose }}
      />
    )
  return <StateDialog incident={incident} state={dialog satisfies IncidentState} onClose={onClose} />
}
