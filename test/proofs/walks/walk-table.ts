// The table people read: one line per device.
import type { WalkReport } from './judge-walk.ts'

const COLUMNS: readonly (readonly [title: string, cell: (report: WalkReport) => string | number | undefined])[] = [
  ['device', ({ name }) => name],
  ['profile', ({ polled }) => polled.identity?.profile],
  ['vendor', ({ polled }) => polled.identity?.vendor],
  ['model', ({ polled }) => polled.identity?.model],
  ['serial', ({ polled }) => polled.identity?.serial],
  ['version', ({ polled }) => polled.identity?.version],
  ['ifs', ({ interfaces }) => interfaces],
  ['sensors', ({ sensors }) => sensors],
  ['series', ({ series }) => series],
  ['alarms', ({ alarms }) => alarms.length],
  ['asked', ({ polled }) => polled.asked.join('/')],
  ['ms', ({ polled }) => polled.ms.join('/')],
  ['checked', ({ checked }) => checked],
  ['wrong', ({ wrong }) => wrong.length],
  ['why', ({ polled }) => polled.identity?.profileReason],
]
const WIDEST = 34

/** Asked and ms are of the first poll, which learns the device, and of the next. */
export function walkTable(reports: readonly WalkReport[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...reports.map((report) => COLUMNS.map(([title, cell]) => shortened(String(cell(report) ?? '-'), title))),
  ]
  const widths = COLUMNS.map((_, n) => Math.max(...rows.map((row) => (row[n] as string).length)))
  return rows.map((row) => row.map((cell, n) => cell.padEnd(widths[n] as number)).join('  ')).join('\n')
}

function shortened(text: string, title: string): string {
  const widest = title === 'why' ? 90 : WIDEST
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text
}
