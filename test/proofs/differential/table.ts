// The figures of all runs side by side, for people.
import type { Row } from '../differential.ts'

const COLUMNS: readonly (readonly [title: string, of: (row: Row) => string | number | null])[] = [
  ['run', (r) => r.run],
  ['alarm steps', (r) => r.steps],
  ['differ', (r) => r.differences],
  ['records', (r) => r.records],
  ['lost', (r) => r.lost],
  ['double', (r) => r.doubled],
  ['cuts > 30 s', (r) => r.cuts],
  ['site pages', (r) => r.sitePages],
  ['site ends', (r) => r.siteEnds],
  ['problem pages', (r) => r.problems],
  ['late', (r) => r.late],
  ['twice', (r) => r.twice],
  ['missed', (r) => r.missed],
  ['stale open', (r) => r.stale],
  ['drained/s', (r) => r.drainedPerSecond],
  ['disk MB/h', (r) => r.diskMegabytesPerHour],
]

export function table(rows: readonly Row[]): string[] {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, of]) => String(of(row) ?? '-')))]
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => (line[i] as string).length)))
  return cells.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  '),
  )
}
