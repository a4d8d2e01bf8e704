// Lines over time with uPlot; holes stay holes, colours and size follow the page.
import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { clock } from '../api/clock.ts'
import type { LimitLine } from '../devices/beyond.ts'
import type { Line } from '../devices/metrics.ts'
import { shownAfter } from './chart-keys.ts'
import { chartMarks, type Mark, markedAt, type Shade } from './chart-marks.ts'
import { fullTime, withUnit } from './format.ts'
import { readerZone } from './zone.ts'

export interface SeriesChartProps {
  readonly lines: readonly Line[]
  readonly from: number
  readonly to: number
  /** Dashed lines, shown where the values come near them. */
  readonly limits?: readonly LimitLine[]
  /** Times at which something was wrong. */
  readonly marks?: readonly Mark[]
  /** Times in which nobody wonders. */
  readonly shades?: readonly Shade[]
  /** Somebody drew over a part of it: from and to, ms. Absent: nothing can be drawn over. */
  onZoom?(from: number, to: number): void
  /** Says how to zoom by keys. */
  readonly label?: string
  nameOf(line: Line): string
  stateWord(label: string): string
}

export function SeriesChart(props: SeriesChartProps) {
  const { lines, limits, marks, shades, from, to } = props
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const holder = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read again when the theme changes, words with the lines
  useEffect(() => {
    if (!holder.current || width === 0 || height === 0) return
    const chart = new uPlot(optionsOf(props, width, height), dataOf(lines), holder.current)
    return () => chart.destroy()
  }, [lines, limits, marks, shades, from, to, width, height, scheme])
  return (
    <div ref={ref} style={{ position: 'absolute', inset: 0 }}>
      <div ref={holder} data-chart {...keysOf(props)} />
    </div>
  )
}

/** What can be zoomed by hand can be by keys. */
function keysOf({ from, to, onZoom, label }: SeriesChartProps) {
  if (onZoom === undefined) return {}
  return {
    ...{ tabIndex: 0, role: 'application', 'aria-label': label },
    onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const next = shownAfter(event.key, { from, to }, clock.now())
      if (next === undefined) return
      event.preventDefault()
      event.stopPropagation()
      onZoom(next.from, next.to)
    },
  }
}

function optionsOf(props: SeriesChartProps, width: number, height: number): uPlot.Options {
  const { lines, from, to } = props
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  // one axis on each side: lines of a third unit have no place
  const units = [...new Set(lines.map((line) => line.unit))]
  const states = lines[0]?.states
  const textOf =
    (line: Line | undefined) =>
    (value: number | null): string => {
      if (value === null) return '–'
      if (!line?.states) return withUnit(value, line?.unit ?? '')
      const label = line.states[String(value)]
      return label === undefined ? '' : props.stateWord(label)
    }
  const text = textOf(lines[0])
  const other = lines.find((line) => line.unit !== units[0])
  const axis = {
    stroke: colour('--o-ink-2'),
    font: `11px ${colour('--o-font')}`,
    grid: { stroke: colour('--o-line-soft'), width: 1 },
    ticks: { show: false },
  }
  const short = to - from < 10 * 60_000
  const long = to - from > 2 * 86_400_000
  return {
    width,
    height,
    // half of the last label stands beyond the last line
    padding: [10, 18, 0, 0],
    legend: { show: false },
    // full hours and midnights are the reader's
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), readerZone()),
    cursor: { y: false, points: { size: 6 }, drag: { x: props.onZoom !== undefined, y: false, setScale: false } },
    hooks: { setSelect: [(chart) => zoomed(chart, props.onZoom)] },
    scales: {
      x: { min: from / 1000, max: to / 1000 },
      y: { range: states ? stateRange : units[0] === '%' ? percentRange : rangeWith(props.limits ?? []) },
      ...(other ? { y2: { range: other.unit === '%' ? percentRange : yRange } } : {}),
    },
    axes: [
      {
        ...axis,
        space: 80,
        size: 28,
        values: (_, ticks) =>
          ticks.map((s) => (long ? fullTime(s * 1000).slice(5, 10) : fullTime(s * 1000).slice(11, short ? 19 : 16))),
      },
      {
        ...axis,
        size: states ? 110 : 74,
        // between two states there is nothing
        ...(states ? { splits: (_: uPlot, __: number, min: number, max: number) => between(states, min, max) } : {}),
        values: (_, ticks) => ticks.map(text),
      },
      ...(other
        ? [{ ...axis, scale: 'y2', side: 1, size: 74, grid: { show: false }, values: valuesBy(textOf(other)) }]
        : []),
    ],
    series: [
      {},
      ...lines.map((line, i) => ({
        label: props.nameOf(line),
        scale: line.unit === units[0] ? 'y' : 'y2',
        show: line.unit === units[0] || line.unit === units[1],
        ...(line.states ? { paths: stepped } : {}),
        stroke: colour(`--o-line-${(i % 8) + 1}`),
        width: 1.5,
        points: { show: line.points.length < 3 },
        spanGaps: false,
        ...(lines.length === 1 ? { fill: `${colour('--o-line-1')}1f` } : {}),
      })),
    ],
    plugins: [
      tooltip(props, (line, value) => textOf(line)(value)),
      limitLines(props.limits ?? [], colour),
      chartMarks(props.marks ?? [], props.shades ?? [], colour),
    ],
  }
}

const valuesBy = (text: (value: number | null) => string) => (_: uPlot, ticks: number[]) => ticks.map(text)

/** Narrower than this is a click, px. */
const LEAST_SELECTED = 6

function zoomed(chart: uPlot, onZoom: SeriesChartProps['onZoom']): void {
  const { left, width } = chart.select
  if (onZoom === undefined || width < LEAST_SELECTED) return
  const [from, to] = [chart.posToVal(left, 'x') * 1000, chart.posToVal(left + width, 'x') * 1000]
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  onZoom(Math.round(from), Math.round(to))
}

/** A state holds until the next one. */
const stepped = uPlot.paths.stepped?.({ align: 1 }) as uPlot.Series.PathBuilder

function between(states: Readonly<Record<string, string>>, min: number, max: number): number[] {
  return Object.keys(states)
    .map(Number)
    .filter((value) => value >= min && value <= max)
    .sort((a, b) => a - b)
}

function stateRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  return [(min ?? 0) - 0.6, (max ?? 0) + 0.6]
}

/** Shares are read against their whole, unless they are more than that. */
function percentRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || min < 0 || max > 100) return yRange(_, min, max)
  return [0, 104]
}

/** From zero where that costs little, so that small wiggles do not look like cliffs. */
function yRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1]
  const low = min >= 0 && min < max * 0.7 ? 0 : min - (max - min || Math.abs(max) || 1) * 0.1
  return [low, max + (max - low || 1) * 0.08]
}

/** Limits the values come near are part of the picture; far ones would flatten it. */
function rangeWith(
  limits: readonly LimitLine[],
): (u: uPlot, min: number | null, max: number | null) => [number, number] {
  return (u, min, max) => {
    if (min === null || max === null) return yRange(u, min, max)
    const near = limits
      .map(({ value }) => value)
      .filter((value) => value >= 0 && value < max * 1.7 && value > min * 0.5)
    return yRange(u, Math.min(min, ...near), Math.max(max, ...near))
  }
}

function limitLines(limits: readonly LimitLine[], colour: (name: string) => string): uPlot.Plugin {
  return {
    hooks: {
      drawAxes: ({ ctx, bbox, scales, valToPos }) => {
        ctx.save()
        ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
        ctx.lineWidth = devicePixelRatio
        for (const { value, severity } of limits) {
          const { min = 0, max = 0 } = scales.y ?? {}
          if (min === null || max === null || value < min || value > max) continue
          const y = Math.round(valToPos(value, 'y', true))
          ctx.strokeStyle = colour(severity === 'critical' ? '--o-critical' : '--o-warning')
          ctx.beginPath()
          ctx.moveTo(bbox.left, y)
          ctx.lineTo(bbox.left + bbox.width, y)
          ctx.stroke()
        }
        ctx.restore()
      },
    },
  }
}

/** From how far a mark is told, px. */
const MARK_REACH = 5

/** One x for all lines: the union of their times; a line without a value there has a hole only where it says so. */
function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  const tables = lines.map(
    (line): uPlot.AlignedData => [line.points.map(([at]) => at / 1000), line.points.map(([, value]) => value)],
  )
  return tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables)
}

function tooltip(
  { lines, marks = [], shades = [], nameOf }: SeriesChartProps,
  text: (line: Line, value: number | null) => string,
): uPlot.Plugin {
  const box = document.createElement('div')
  Object.assign(box.style, {
    position: 'absolute',
    display: 'none',
    pointerEvents: 'none',
    zIndex: '5',
    padding: '6px 9px',
    borderRadius: '5px',
    border: '1px solid var(--o-line)',
    background: 'var(--o-panel)',
    color: 'var(--o-ink)',
    fontSize: '12px',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'pre',
    boxShadow: '0 4px 14px rgb(0 0 0 / 16%)',
  })
  return {
    hooks: {
      init: (chart) => void chart.over.append(box),
      setCursor: (chart) => {
        const { idx, left } = chart.cursor
        if (idx === null || idx === undefined || left === undefined || left < 0) {
          box.style.display = 'none'
          return
        }
        const rows = lines.map((line, i) => {
          const value = chart.data[i + 1]?.[idx]
          const name = lines.length > 1 ? `${nameOf(line)}  ` : ''
          return name + text(line, value ?? null)
        })
        const at = chart.posToVal(left, 'x') * 1000
        const near = Math.abs(chart.posToVal(left + MARK_REACH, 'x') * 1000 - at)
        rows.push(...markedAt(marks, shades, at, near))
        // text, never markup: resource names come from devices
        box.textContent = [fullTime((chart.data[0][idx] ?? 0) * 1000), ...rows].join('\n')
        box.style.display = 'block'
        const right = left > chart.over.clientWidth / 2
        box.style.left = right ? 'auto' : `${left + 14}px`
        box.style.right = right ? `${chart.over.clientWidth - left + 14}px` : 'auto'
        box.style.top = '6px'
      },
    },
  }
}
