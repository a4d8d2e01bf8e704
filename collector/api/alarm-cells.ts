// What a row of alarms says in each column, as text, in the reader's words and zone.
import type { BoardRow } from '#shared/http/alarm-board.ts'
import type { ExportWords, HistoryRow } from '#shared/http/alarm-history.ts'

/** Cells of one row, in the order of the columns asked for; an unknown column is empty. */
export function cellsOf<Row>(
  cells: Readonly<Record<string, (row: Row, say: Say) => string | number | null>>,
  wish: ExportWords,
  now: number,
): (row: Row) => string[] {
  const say = sayer(wish, now)
  return (row) => wish.columns.map(({ id }) => String((Object.hasOwn(cells, id) ? cells[id]?.(row, say) : null) ?? ''))
}

interface Say {
  word(kind: string, value: string): string
  time(at: number | null): string
  /** Seconds between two times as `1:02:03`; to now while it lasts. */
  span(from: number, to: number | null): string
}

function sayer({ words, zone }: ExportWords, now: number): Say {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return {
    word: (kind, value) => {
      const of = Object.hasOwn(words, kind) ? words[kind] : undefined
      return of !== undefined && Object.hasOwn(of, value) ? (of[value] ?? value) : value
    },
    time: (at) => (at === null ? '' : format.format(at)),
    span(from, to) {
      const seconds = Math.max(0, Math.floor(((to ?? now) - from) / 1000))
      const two = (n: number) => String(n).padStart(2, '0')
      return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
    },
  }
}

const part = (resource: string) => resource.replace(/^(if|fs|storage|load|module):/, '')
const category = (alarmType: string) => alarmType.split('.')[0] ?? ''
const incident = (number: number | null) => (number === null ? '' : `#${number}`)

function statusOf(row: BoardRow): string {
  if (row.operatorState === 'shelved' || row.operatorState === 'closed') return row.operatorState
  if (row.isCleared) return 'cleared'
  return row.suppression !== null ? 'suppressed' : row.operatorState === 'ack' ? 'ack' : 'new'
}

export const BOARD_CELLS: Readonly<Record<string, (row: BoardRow, say: Say) => string | number | null>> = {
  severity: (row, say) => say.word('severity', row.perceivedSeverity),
  state: (row, say) => say.word('status', statusOf(row)),
  raised: (row, say) => say.time(row.raisedAt),
  duration: (row, say) => say.span(row.raisedAt, row.isCleared ? row.clearedAt : null),
  last: (row, say) => say.time(row.lastAt),
  count: (row) => row.count,
  customer: (row) => row.customerName,
  site: (row) => row.siteName,
  device: (row) => row.deviceName,
  resource: (row) => part(row.resource),
  type: (row, say) => say.word('type', row.alarmType),
  text: (row) => row.text,
  owner: (row) => row.owner ?? (row.operatorState === 'ack' ? row.ackBy : null),
  incident: (row) => incident(row.incidentNumber),
  source: (row, say) => say.word('source', row.source),
  vendor: (row) => row.vendor,
  model: (row) => row.model,
  address: (row) => row.address,
  rule: (row) => row.rule,
  cause: (row) => row.causeText,
  note: (row) => row.ackNote,
  category: (row, say) => say.word('category', category(row.alarmType)),
  original: (row, say) => (row.changedSeverity === undefined ? '' : say.word('severity', row.changedSeverity.ruleSays)),
}

export const HISTORY_CELLS: Readonly<Record<string, (row: HistoryRow, say: Say) => string | number | null>> = {
  severity: (row, say) => say.word('severity', row.severity),
  raised: (row, say) => say.time(row.raisedAt),
  cleared: (row, say) => say.time(row.clearedAt),
  duration: (row, say) => say.span(row.raisedAt, row.clearedAt),
  customer: (row) => row.customerName,
  site: (row) => row.siteName,
  device: (row) => row.deviceName,
  resource: (row) => part(row.resource),
  type: (row, say) => say.word('type', row.alarmType),
  text: (row) => row.text,
  by: (row) => row.by,
  note: (row) => row.note,
  incident: (row) => incident(row.incidentNumber),
  source: (row, say) => say.word('source', row.source),
  rule: (row) => row.rule,
}
