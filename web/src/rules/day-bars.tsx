// Alarms per day as stacked bars by customer, with the figures of a day under the pointer.
import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type DayBar, type DayChart, ticksOf } from './back-test-view.ts'
import css from './rules.module.css'

const HEIGHT = 200
const LEFT = 34
const BOTTOM = 20
const TOP = 8

export function DayBars({ chart, nameOf }: { chart: DayChart; nameOf(customer: string): string }) {
  const { t } = useTranslation()
  const { ref, width } = useElementSize<HTMLDivElement>()
  const [at, setAt] = useState<DayBar>()
  const ticks = ticksOf(chart.highest)
  const top = ticks.at(-1) ?? 1
  const inner = Math.max(0, width - LEFT)
  const slot = chart.days.length === 0 ? 0 : inner / chart.days.length
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
  const names = chart.names.map((name) => (name === undefined ? t('backTest.others') : nameOf(name)))
  const label = t('backTest.chart', { count: chart.days.reduce((sum, one) => sum + one.total, 0) })
  return (
    <div className={css.chart} ref={ref} data-day-bars>
      <svg viewBox={`0 0 ${Math.max(1, width)} ${HEIGHT}`} role="img" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--o-line-soft)" />
            <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end" fontSize={11} fill="var(--o-ink-2)">
              {tick}
            </text>
          </g>
        ))}
        {chart.days.map((one, i) => (
          <g key={one.day} onPointerEnter={() => setAt(one)} onPointerLeave={() => setAt(undefined)}>
            <rect
              x={LEFT + i * slot}
              y={TOP}
              width={slot}
              height={HEIGHT - TOP - BOTTOM}
              fill={at === one ? 'var(--o-hover)' : 'transparent'}
            />
            {stacked(one).map(([from, to], part) =>
              to === from ? null : (
                <rect
                  key={names[part]}
                  x={LEFT + i * slot + Math.min(3, slot * 0.15)}
                  y={y(to)}
                  width={Math.max(1, slot - 2 * Math.min(3, slot * 0.15))}
                  height={Math.max(1, y(from) - y(to))}
                  fill={colourOf(part)}
                />
              ),
            )}
          </g>
        ))}
        {labels(chart.days, inner).map(([i, text]) => (
          <text
            key={text}
            x={LEFT + (i + 0.5) * slot}
            y={HEIGHT - 5}
            textAnchor="middle"
            fontSize={11}
            fill="var(--o-ink-2)"
          >
            {text}
          </text>
        ))}
      </svg>
      <ul className={`${css.legend} num`}>
        <li>
          <b>{at === undefined ? t('backTest.allDays') : dayText(at.day)}</b>
        </li>
        {names.map((name, part) => (
          <li key={name}>
            <span className={css.swatch} style={{ background: colourOf(part) }} />
            {name} {at === undefined ? sum(chart.days, part) : (at.parts[part] ?? 0)}
          </li>
        ))}
      </ul>
    </div>
  )
}

function colourOf(part: number): string {
  return `var(--o-line-${(part % 8) + 1})`
}

function stacked({ parts }: DayBar): [number, number][] {
  let below = 0
  return parts.map((part) => {
    const from = below
    below += part
    return [from, below]
  })
}

function sum(days: readonly DayBar[], part: number): number {
  return days.reduce((total, one) => total + (one.parts[part] ?? 0), 0)
}

/** As many dates as have room, the first one always. */
function labels(days: readonly DayBar[], width: number): [number, string][] {
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor(width / 56))))
  return days.flatMap((one, i): [number, string][] => (i % every === 0 ? [[i, dayText(one.day).slice(5)]] : []))
}

/** The days are UTC's. */
function dayText(day: number): string {
  return new Date(day).toISOString().slice(0, 10)
}
