// Which time a chart shows: a preset that goes along with now, or from and until in the reader's zone.
import { ActionIcon, Button, Popover, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fullTime } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { useNow } from '../ui/time.tsx'
import { instantOf, readerZone, wallTime } from '../ui/zone.ts'
import type { ChartRange } from './chart-queries.ts'
import css from './device.module.css'
import { LEAST_MS, RANGES } from './device-parts.ts'

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
      <FromTo range={range} onChange={onChange} />
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

function FromTo({ range, onChange }: RangeProps) {
  const { t } = useTranslation()
  const now = useNow()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState<readonly [string, string]>(['', ''])
  const { from, to } = range
  const stands = from !== undefined && to !== undefined
  const [first, last] = typed.map((text) => instantOf(text)) as [number, number]
  const wrong = !(last - first >= LEAST_MS)
  const show = (value: boolean) => {
    if (value) {
      const [begin, end] = stands ? [from, to] : [now - range.hours * 3_600_000, now]
      setTyped([wallTime(begin).slice(0, 16), wallTime(end).slice(0, 16)])
    }
    setOpen(value)
  }
  return (
    <Popover opened={open} onChange={show} position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant={stands ? 'light' : 'default'}
          leftSection={<Icon name="clock" size={12} />}
          aria-expanded={open}
          onClick={() => show(!open)}
        >
          <span className="num">{stands ? spanText(from, to) : t('chart.fromTo')}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={page.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (wrong) return
            onChange({ from: first, to: last })
            setOpen(false)
          }}
        >
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('chart.from')}
            value={typed[0]}
            data-autofocus
            onChange={(event) => setTyped([event.currentTarget.value, typed[1]])}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('chart.to')}
            value={typed[1]}
            error={wrong ? t('chart.wrongRange') : undefined}
            onChange={(event) => setTyped([typed[0], event.currentTarget.value])}
          />
          <span className="quiet">{t('chart.zone', { zone: readerZone() })}</span>
          <Button type="submit" size="xs" disabled={wrong}>
            {t('chart.show')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}

/** `11-21 10:04 – 12:30`: the date once where it is one. */
function spanText(from: number, to: number): string {
  const [a, b] = [fullTime(from).slice(5, 16), fullTime(to).slice(5, 16)]
  return a.slice(0, 5) === b.slice(0, 5) ? `${a} – ${b.slice(6)}` : `${a} – ${b}`
}
