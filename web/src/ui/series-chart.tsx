// Lines over time with uPlot; holes stay holes, colours and size follow the page.
import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Line } from '../devices/metrics.ts'
import { fullTime, withUnit } from './format.ts'

export function SeriesChart({ lines, from, to }: { lines: readonly Line[]; from: number; to: number }) {
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const holder = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read again when the theme changes
  useEffect(() => {
    if (!holder.current || width === 0 || height === 0) return
    const chart = new uPlot(optionsOf(lines, from, to, width, height), dataOf(lines), holder.current)
    return () => chart.destroy()
  }, [lines, from, to, width, height, scheme])
  return (
    <div ref={ref} style={{ position: 'absolute', inset: 0 }}>
      <div ref={holder} data-chart />
    </div>
  )
}

function optionsOf(lines: readonly Line[], from: number, to: number, width: number, height: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const unit = lines[0]?.unit ?? ''
  const states = lines[0]?.states
  const text = (value: number | null) => (value === null ? '–' : (states?.[String(value)] ?? withUnit(value, unit)))
  const axis = {
    stroke: colour('--o-ink-2'),
    font: `11px ${colour('--o-font')}`,
    grid: { stroke: colour('--o-line-soft'), width: 1 },
    ticks: { show: false },
  }
  const long = to - from > 2 * 86_400_000
  return {
    width,
    height,
    padding: [10, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { x: { min: from / 1000, max: to / 1000 }, y: { range: yRange } },
    axes: [
      {
        ...axis,
        space: 80,
        size: 28,
        values: (_, ticks) =>
          ticks.map((s) => (long ? fullTime(s * 1000).slice(5, 10) : fullTime(s * 1000).slice(11, 16))),
      },
      { ...axis, size: 74, values: (_, ticks) => ticks.map(text) },
    ],
    series: [
      {},
      ...lines.map((line, i) => ({
        label: line.resource || line.metric,
        stroke: colour(`--o-line-${(i % 8) + 1}`),
        width: 1.5,
        points: { show: line.points.length < 3 },
        spanGaps: false,
        ...(lines.length === 1 ? { fill: `${colour('--o-line-1')}1f` } : {}),
      })),
    ],
    plugins: [tooltip(lines, text)],
  }
}

/** From zero where that costs little, so that small wiggles do not look like cliffs. */
function yRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1]
  const low = min >= 0 && min < max * 0.7 ? 0 : min - (max - min || Math.abs(max) || 1) * 0.1
  return [low, max + (max - low || 1) * 0.08]
}

/** One x for all lines: the union of their times; a line without a value there has a hole only where it says so. */
function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  const tables = lines.map(
    (line): uPlot.AlignedData => [line.points.map(([at]) => at / 1000), line.points.map(([, value]) => value)],
  )
  return tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables)
}

function tooltip(lines: readonly Line[], text: (value: number | null) => string): uPlot.Plugin {
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
          const name = lines.length > 1 ? `${line.resource || line.metric}  ` : ''
          return name + text(value ?? null)
        })
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
