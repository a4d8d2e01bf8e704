// Which time a chart shows: a preset that goes along with now, or from and until in the reader's zone.
import { ActionIcon, Button, SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FromTo } from '../ui/from-to.tsx'
import { Icon } from '../ui/icons.tsx'
import type { ChartRange } from './chart-queries.ts'
import css from './device.module.css'
import { RANGES } from './device-parts.ts'

export interface RangeProps {
  readonly range: ChartRange
  onChange(change: { hours?: number | undefined; from?: number | undefined; to?: number | undefined }): void
}

export function RangeChoice({ range, onChange }: RangeProps) {
  const { t } = useTranslation()
  const { hours, from, to } = range
  const stands = from !== undefined && to !== undefined
  const move = (by: number) => {
    if (stands) onChange({ from: Math.round(from + by * (to - from)), to: Math.round(to + by * (to - from)) })
  }
  return (
    <div className={css.range}>
      <SegmentedControl
        size="xs"
        aria-label={t('chart.range')}
        value={stands ? '' : String(hours)}
        onChange={(value) => onChange({ hours: Number(value), from: undefined, to: undefined })}
        data={RANGES.map((value) => ({ value: String(value), label: t(`range.${value}`) }))}
      />
      <FromTo from={from} to={to} usual={hours * 3_600_000} onChange={onChange} />
      {stands ? (
        <>
          <ActionIcon variant="default" size="sm" aria-label={t('chart.earlier')} onClick={() => move(-0.5)}>
            <Icon name="left" size={13} />
          </ActionIcon>
          <ActionIcon variant="default" size="sm" aria-label={t('chart.later')} onClick={() => move(0.5)}>
            <Icon name="right" size={13} />
          </ActionIcon>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<Icon name="close" size={11} />}
            onClick={() => onChange({ from: undefined, to: undefined })}
          >
            {t('chart.whole')}
          </Button>
        </>
      ) : null}
    </div>
  )
}
