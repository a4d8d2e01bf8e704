// One incident: what is wrong, the evidence, what everybody did, and the next step.
import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { Trace } from '../alarms/alarm-trace.tsx'
import { send } from '../api/client.ts'
import { incidentQuery, sessionQuery } from '../api/queries.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { IncidentCausePanel } from '../cause/incident-cause.tsx'
import { Icon } from '../ui/icons.tsx'
import { IncidentStateMark, PriorityMark } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { useSay } from '../ui/say.ts'
import { SiteOfScreen } from '../ui/site-zone.ts'
import { Elapsed, Time } from '../ui/time.tsx'
import { EvidenceList } from './evidence-list.tsx'
import css from './incident.module.css'
import { IncidentTimeline } from './incident-timeline.tsx'

const DiagnosticDialog = lazy(async () => ({ default: (await import('./diagnostic-dialog.tsx')).DiagnosticDialog }))

export function IncidentScreen() {
  const { id } = useParams({ from: '/signed-in/incidents/$id' })
  const query = useQuery(incidentQuery(id))
  if (query.data)
    return (
      <SiteOfScreen value={query.data.site}>
        <IncidentPage incident={query.data} />
      </SiteOfScreen>
    )
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return <SkeletonRows count={12} />
}

function IncidentPage({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const [diagnosing, setDiagnosing] = useState(false)
  return (
    <div className={css.page}>
      <ScreenTitle title={t('incident.title', { number: incident.number })} />
      <header className={css.head}>
        <div className={css.headText}>
          <div className={css.marks}>
            <PriorityMark priority={incident.priority} />
            <IncidentStateMark state={incident.state} />
            <span className="quiet">
              <Elapsed from={incident.openedAt} to={incident.resolvedAt} />
            </span>
          </div>
          <h2>{incident.title}</h2>
          <div className="quiet">
            {[incident.customerName, incident.siteName].join(' · ')}
            {incident.device ? (
              <>
                {' · '}
                <Link to="/devices/$id" params={{ id: incident.device }} search={{}}>
                  {incident.deviceName ?? incident.device}
                </Link>
              </>
            ) : null}
          </div>
        </div>
        <Buttons incident={incident} onDiagnose={() => setDiagnosing(true)} />
      </header>
      <div className={css.columns}>
        <div className={css.stack}>
          <IncidentCausePanel incident={incident} />
          <Panel
            title={t('incident.evidence', { count: incident.evidence.length })}
            aside={
              incident.device ? (
                <Button
                  variant="default"
                  leftSection={<Icon name="play" size={12} />}
                  onClick={() => setDiagnosing(true)}
                >
                  {t('diagnostics.run')}
                </Button>
              ) : null
            }
          >
            <EvidenceList items={incident.evidence} />
          </Panel>
          <Panel title={t('incident.facts')}>
            <Facts
              of={[
                [t('column.opened'), <Time key="o" at={incident.openedAt} full />],
                [
                  t('incident.resolvedAt'),
                  incident.resolvedAt === null ? null : <Time key="r" at={incident.resolvedAt} full />,
                ],
                [
                  t('incident.closedAt'),
                  incident.closedAt === null ? null : <Time key="c" at={incident.closedAt} full />,
                ],
                [t('column.assignee'), incident.assignee ?? t('incident.nobody')],
                [t('incident.impact'), t(`level.${incident.impact}`)],
                [t('incident.urgency'), t(`level.${incident.urgency}`)],
                [
                  t('incident.tier'),
                  <span key="t" className="num">
                    {incident.tier}
                  </span>,
                ],
                [
                  t('alarm.rule'),
                  incident.rule === null ? null : (
                    <span key="u" className="mono">
                      {incident.rule}
                    </span>
                  ),
                ],
                [t('incident.reopened'), incident.reopened > 0 ? incident.reopened : null],
              ]}
            />
          </Panel>
          <Panel title={t('alarm.why')}>
            <div style={{ padding: '12px 14px' }}>
              <Trace lines={incident.trace} />
            </div>
          </Panel>
        </div>
        <IncidentTimeline incident={incident} />
      </div>
      {diagnosing ? (
        <Suspense>
          <DiagnosticDialog
            path={`/incidents/${encodeURIComponent(incident.id)}`}
            refresh={['incidents', incident.id]}
            onClose={() => setDiagnosing(false)}
          />
        </Suspense>
      ) : null}
    </div>
  )
}

const NEXT_STATES = ['diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved', 'closed'] as const

function Buttons({ incident, onDiagnose }: { incident: IncidentDetail; onDiagnose(): void }) {
  const { t } = useTranslation()
  const user = useQuery(sessionQuery).data?.user
  const queries = useQueryClient()
  const say = useSay()
  const change = useMutation({
    mutationFn: ({ what, body }: { what: 'assign' | 'state'; body: unknown }) =>
      send('POST', `/incidents/${encodeURIComponent(incident.id)}/${what}`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['incidents'] }),
    onError: say.failure,
  })
  const mine = incident.assignee === user
  return (
    <div className={css.buttons}>
      {incident.device === null ? null : (
        <Button leftSection={<Icon name="play" size={13} />} onClick={onDiagnose}>
          {t('diagnostics.run')}
        </Button>
      )}
      <Button
        variant="default"
        loading={change.isPending && change.variables.what === 'assign'}
        onClick={() => change.mutate({ what: 'assign', body: { assignee: mine ? null : user } })}
      >
        {t(mine ? 'incident.unassign' : 'incident.assignMe')}
      </Button>
      <MenuButton
        target={
          <Button variant="default" rightSection={<Icon name="down" size={12} />}>
            {t('incident.changeState')}
          </Button>
        }
        entries={NEXT_STATES.filter((state) => state !== incident.state).map((state) => ({
          key: state,
          label: <IncidentStateMark state={state} />,
          onSelect: () => change.mutate({ what: 'state', body: { state } }),
        }))}
      />
    </div>
  )
}
