import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { Facts, Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'

export function IncidentFacts({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const time = (at: number | null | undefined) => (at == null ? null : <Time at={at} full />)
  return (
    <Panel title={t('incident.facts')}>
      <Facts
        of={[
          [t('column.opened'), time(incident.openedAt)],
          [t('incident.firstResponse'), time(incident.firstResponseAt)],
          [t('incident.resolvedAt'), time(incident.resolvedAt)],
          [t('incident.closedAt'), time(incident.closedAt)],
          [t('column.assignee'), incident.assignee ?? t('incident.nobody')],
          [t('incident.impact'), t(`level.${incident.impact}`)],
          [t('incident.urgency'), t(`level.${incident.urgency}`)],
          [t('incident.tier'), t('incident.tierOf', { tier: incident.tier })],
          [
            t('alarm.rule'),
            incident.rule === null ? (
              t('incident.byHand')
            ) : (
              <span key="u" className="mono">
                {incident.rule}
              </span>
            ),
          ],
          [t('incident.reopened'), incident.reopened > 0 ? incident.reopened : null],
        ]}
      />
    </Panel>
  )
}
