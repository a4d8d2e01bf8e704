import { useTranslation } from 'react-i18next'
import type { HealthPart } from '#shared/http/health.ts'
import css from './health.module.css'
import { lineOf } from './health-view.ts'

/** The last hour as a line without axes: whether it moves, and which way. */
export function TrendLine({ trend, state }: Pick<HealthPart, 'trend' | 'state'>) {
  const { t } = useTranslation()
  if (trend.length < 2) return <span className={css.trend} />
  return (
    <svg
      className={css.trend}
      data-state={state}
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      role="img"
      aria-label={t('health.trend')}
    >
      <polyline points={lineOf(trend)} />
    </svg>
  )
}
