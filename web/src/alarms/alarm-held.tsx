import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Suppression } from '#shared/domain/suppression.ts'
import { HeldUntil } from '../maintenance/held-by.tsx'
import page from '../ui/page.module.css'
import { useReason } from '../ui/reasons.ts'
import { Time } from '../ui/time.tsx'

/** What holds an alarm back, what that means, and until when. */
export function AlarmHeld({ held, site }: { held: Suppression; site: string }) {
  const { t } = useTranslation()
  const reason = useReason()
  const { by, ref } = held
  const isAlarm = by === 'cause' || by === 'inhibited' || by === 'probation'
  return (
    <div className={page.notice} data-held={by}>
      <div>
        <b>{t('held.title', { gate: t(`gate.${by}`) })}</b>
        <div>
          {t(`holds.${held.holds}`)}
          {' · '}
          {t('held.since')} <Time at={held.since} site={site} />
          {' · '}
          {t('held.until')} <HeldUntil held={held} site={site} />
        </div>
        <div className="quiet">{reason(held.why)}</div>
        {ref === null ? null : by === 'maintenance' ? (
          <Link to="/maintenance" search={{ window: ref, past: true }}>
            {t('held.toWindow')}
          </Link>
        ) : isAlarm ? (
          <Link to="/alarms" search={{ view: 'all', alarm: ref }}>
            {t('held.toAlarm')}
          </Link>
        ) : null}
      </div>
    </div>
  )
}
