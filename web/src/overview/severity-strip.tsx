// Counters by severity, each a way into the list; calm, and since when, when nothing stands.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Overview } from '#shared/http/overview.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import css from './overview.module.css'

export interface SeverityStripProps {
  readonly overview: Pick<Overview, 'alarms' | 'quietSince'>
  /** Of one customer only. */
  readonly customer?: string
}

export function SeverityStrip({ overview, customer }: SeverityStripProps) {
  const { t } = useTranslation()
  const { open, unacknowledged, counts } = overview.alarms
  const own = customer === undefined ? {} : { customer }
  if (open === 0) return <Calm since={overview.quietSince} />
  return (
    <section className={css.strip} aria-label={t('overview.alarms')}>
      <Link to="/alarms" search={{ ...own, view: unacknowledged > 0 ? 'new' : 'ack' }} className={css.total}>
        <b className="num">{grouped(open)}</b>
        <span>{t('overview.open')}</span>
        <small>
          {unacknowledged === 0 ? t('overview.allAcknowledged') : t('overview.new', { count: unacknowledged })}
        </small>
      </Link>
      {SEVERITY_ORDER.filter((severity) => severity !== 'indeterminate' || counts.indeterminate > 0).map((severity) => (
        <Link
          key={severity}
          to="/alarms"
          search={{ ...own, severity: [severity] }}
          className={css.tile}
          data-severity={severity}
          data-none={counts[severity] === 0}
        >
          <b className={counts[severity] === 0 ? `num ${css.none}` : 'num'}>{grouped(counts[severity])}</b>
          <SeverityMark severity={severity} />
        </Link>
      ))}
    </section>
  )
}

function Calm({ since }: { since: number | null }) {
  const { t } = useTranslation()
  return (
    <section className={css.calm} aria-label={t('overview.alarms')}>
      <span className={css.calmMark}>
        <Icon name="check" size={20} />
      </span>
      <div>
        <b>{t('overview.calm')}</b>
        <p>
          {since === null ? (
            t('overview.neverAny')
          ) : (
            <>
              {t('overview.since')} <Time at={since} /> · <Elapsed from={since} />
            </>
          )}
        </p>
      </div>
      <Link to="/alarms" search={{}}>
        {t('overview.list')}
      </Link>
    </section>
  )
}
