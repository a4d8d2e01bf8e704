// How many alarms came and went by hour, and how many stood.
import { SegmentedControl } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '#shared/http/overview.ts'
import { grouped } from '../ui/format.ts'
import { SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import css from './overview.module.css'

const TrendChart = lazy(async () => ({ default: (await import('./trend-chart.tsx')).TrendChart }))

export interface TrendPanelProps {
  readonly trend: Overview['trend']
  readonly hours: number
  onHours(hours: number): void
}

export function TrendPanel({ trend, hours, onHours }: TrendPanelProps) {
  const { t } = useTranslation()
  const sum = (of: 'raised' | 'cleared') => trend.points.reduce((n, point) => n + point[of], 0)
  const open = trend.points.at(-1)?.open ?? 0
  const peak = Math.max(0, ...trend.points.map((point) => point.open))
  const said = t('overview.trendSaid', {
    raised: grouped(sum('raised')),
    cleared: grouped(sum('cleared')),
    open: grouped(open),
    peak: grouped(peak),
  })
  return (
    <Panel
      title={t('overview.trend')}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('overview.period')}
          value={String(hours)}
          onChange={(value) => onHours(Number(value))}
          data={[
            { value: '24', label: t('overview.day') },
            { value: '168', label: t('overview.week') },
          ]}
        />
      }
    >
      <p className={css.trendSaid}>
        <span className={css.key} data-of="open">
          {t('overview.standing')} <b className="num">{grouped(open)}</b>
        </span>
        <span className={css.key} data-of="raised">
          {t('overview.raised')} <b className="num">{grouped(sum('raised'))}</b>
        </span>
        <span className={css.key} data-of="cleared">
          {t('overview.cleared')} <b className="num">{grouped(sum('cleared'))}</b>
        </span>
      </p>
      <div className={css.trend} role="img" aria-label={said}>
        <Suspense fallback={<SkeletonRows count={4} />}>
          <TrendChart
            points={trend.points}
            words={[t('overview.standing'), t('overview.raised'), t('overview.cleared')]}
          />
        </Suspense>
      </div>
    </Panel>
  )
}
