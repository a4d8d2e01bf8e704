// Two pictures over one time: above what stood, below what came (up) and went (down) in each hour.
import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Overview } from '#shared/http/overview.ts'
import { fullTime, grouped } from '../ui/format.ts'
import { readerZone } from '../ui/zone.ts'

const HOUR_S = 3600
const SYNC = 'trend'

export interface TrendChartProps {
  readonly points: Overview['trend']['points']
  /** What stood, came, went: in the reader's language. */
  readonly words: readonly [string, string, string]
}

export function TrendChart({ points, words }: TrendChartProps) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const above = useRef<HTMLDivElement>(null)
  const below = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read again when the theme changes, words with the points
  useEffect(() => {
    if (!above.current || !below.current || width === 0) return
    const at = points.map((point) => point.at / 1000)
    // the last hour has a width too
    const edge = (at.at(-1) ?? 0) + HOUR_S
    const open = points.map((p) => p.open)
    const stood = new uPlot(
      standing(width, at, points, words),
      [
        [...at, edge],
        [...open, open.at(-1) ?? 0],
      ],
      above.current,
    )
    const moved = new uPlot(
      cameAndWent(width, at),
      [at.map((s) => s + HOUR_S / 2), points.map((p) => p.raised), points.map((p) => -p.cleared)],
      below.current,
    )
    return () => {
      stood.destroy()
      moved.destroy()
    }
  }, [points, width, scheme])
  return (
    <div ref={ref}>
      <div ref={above} data-chart />
      <div ref={below} />
    </div>
  )
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

function common(width: number, height: number, axes: readonly uPlot.Axis[]): uPlot.Options {
  const axis = {
    stroke: colour('--o-ink-2'),
    font: `11px ${colour('--o-font')}`,
    grid: { stroke: colour('--o-line-soft'), width: 1 },
    ticks: { show: false },
  }
  return {
    width,
    height,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    // full hours and midnights are the reader's
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), readerZone()),
    cursor: { y: false, points: { size: 6 }, sync: { key: SYNC } },
    axes: axes.map((own) => ({ ...axis, ...own })),
    series: [],
  }
}

const spanOf = (at: readonly number[]): [number, number] => [at[0] ?? 0, (at.at(-1) ?? 0) + HOUR_S]

const whole = (_: uPlot, ticks: readonly number[]) =>
  ticks.map((n) => (Number.isInteger(n) ? grouped(Math.abs(n)) : ''))

function standing(
  width: number,
  at: readonly number[],
  points: TrendChartProps['points'],
  words: TrendChartProps['words'],
): uPlot.Options {
  return {
    ...common(width, 132, [{ show: false }, { size: 48, space: 26, values: whole }]),
    padding: [8, 18, 7, 0],
    scales: { x: { range: spanOf(at) }, y: { range: (_, __, max) => [0, Math.max(4, max * 1.12)] } },
    series: [
      {},
      {
        stroke: colour('--o-line-1'),
        width: 1.75,
        fill: `${colour('--o-line-1')}22`,
        paths: uPlot.paths.stepped?.({ align: 1 }) as uPlot.Series.PathBuilder,
        points: { show: false },
      },
    ],
    plugins: [tooltip(points, words)],
  }
}

function cameAndWent(width: number, at: readonly number[]): uPlot.Options {
  const long = at.length > 48
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] }) as uPlot.Series.PathBuilder
  const bar = (name: string): uPlot.Series => ({
    fill: colour(name),
    width: 0,
    paths: bars,
    points: { show: false },
  })
  return {
    ...common(width, 96, [
      {
        space: long ? 90 : 64,
        size: 24,
        grid: { show: false },
        values: (_, ticks) => ticks.map((s) => fullTime(s * 1000).slice(long ? 5 : 11, long ? 10 : 16)),
        ...(long ? { incrs: [86_400] } : { incrs: [HOUR_S, 2 * HOUR_S, 3 * HOUR_S, 6 * HOUR_S] }),
      },
      { size: 48, space: 20, values: whole },
    ]),
    scales: {
      x: { range: spanOf(at) },
      y: { range: (_, min, max) => [Math.min(-2, min * 1.1), Math.max(2, max * 1.1)] },
    },
    series: [{}, bar('--o-major'), bar('--o-cleared')],
  }
}

function tooltip(points: TrendChartProps['points'], [stood, came, went]: TrendChartProps['words']): uPlot.Plugin {
  const box = document.createElement('div')
  Object.assign(box.style, {
    ...{ position: 'absolute', display: 'none', pointerEvents: 'none', zIndex: '5', top: '4px', whiteSpace: 'pre' },
    ...{ padding: '6px 9px', borderRadius: '5px', border: '1px solid var(--o-line)', fontSize: '12px' },
    ...{ background: 'var(--o-panel)', color: 'var(--o-ink)', fontVariantNumeric: 'tabular-nums' },
    boxShadow: '0 4px 14px rgb(0 0 0 / 16%)',
  })
  return {
    hooks: {
      init: (chart) => void chart.over.append(box),
      setCursor: (chart) => {
        const { idx, left = -1 } = chart.cursor
        const point = idx == null || left < 0 ? undefined : points[Math.min(idx, points.length - 1)]
        box.style.display = point ? 'block' : 'none'
        if (point === undefined) return
        const end = fullTime(point.at + HOUR_S * 1000).slice(11, 16)
        box.textContent = [
          `${fullTime(point.at).slice(0, 16)}–${end}`,
          `${stood}  ${grouped(point.open)}`,
          `${came}  ${grouped(point.raised)}`,
          `${went}  ${grouped(point.cleared)}`,
        ].join('\n')
        const right = left > chart.over.clientWidth / 2
        box.style.left = right ? 'auto' : `${left + 14}px`
        box.style.right = right ? `${chart.over.clientWidth - left + 14}px` : 'auto'
      },
    },
  }
}
