// Orders of the board, each kept sorted: what changed is merged in when the order is next asked for.
import { severityRank } from '#shared/domain/severity.ts'
import type { BoardSort } from '#shared/http/alarm-board.ts'
import type { Entry } from './board-row.ts'

export type Compare = (a: Entry, b: Entry) => number

/** One sorted view of all entries. */
export interface BoardOrder {
  /** Its place is to be found anew. */
  changed(id: string): void
  /** All entries, in order; not to be changed. */
  read(): readonly Entry[]
}

/** `now` is what `entries` has. */
export function createBoardOrder(entries: ReadonlyMap<string, Entry>, compare: Compare): BoardOrder {
  let sorted: Entry[] | undefined
  const dirty = new Set<string>()
  return {
    changed(id) {
      if (sorted !== undefined) dirty.add(id)
    },
    read() {
      if (sorted === undefined || dirty.size > sorted.length / 2) sorted = [...entries.values()].sort(compare)
      else if (dirty.size > 0) {
        const fresh: Entry[] = []
        for (const id of dirty) {
          const entry = entries.get(id)
          if (entry) fresh.push(entry)
        }
        const kept = sorted.filter((entry) => !entry.gone)
        sorted = merged(kept, fresh.sort(compare), compare)
      }
      dirty.clear()
      return sorted
    },
  }
}

function merged(a: readonly Entry[], b: readonly Entry[], compare: Compare): Entry[] {
  const out: Entry[] = new Array(a.length + b.length)
  let i = 0
  let j = 0
  for (let at = 0; at < out.length; at++) {
    const [left, right] = [a[i], b[j]]
    if (right === undefined || (left !== undefined && compare(left, right) <= 0)) {
      out[at] = left as Entry
      i++
    } else {
      out[at] = right
      j++
    }
  }
  return out
}

/** Equal ones: the newest first, whatever the direction; ids make the order total. */
export function compareBy(sort: BoardSort, dir: 'asc' | 'desc'): Compare {
  const sign = dir === 'asc' ? 1 : -1
  const by = BY[sort]
  return (a, b) => sign * by(a, b) || b.row.raisedAt - a.row.raisedAt || (a.row.id < b.row.id ? -1 : 1)
}

const text =
  (of: (entry: Entry) => string): Compare =>
  (a, b) => {
    const [left, right] = [of(a), of(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }

const BY: Readonly<Record<BoardSort, Compare>> = {
  // a cleared alarm waits for its acknowledgement below all that stand
  severity: (a, b) => liveRank(a) - liveRank(b),
  raised: (a, b) => a.row.raisedAt - b.row.raisedAt,
  last: (a, b) => a.row.lastAt - b.row.lastAt,
  duration: (a, b) => b.row.raisedAt - a.row.raisedAt,
  count: (a, b) => a.row.count - b.row.count,
  customer: text(({ row }) => row.customerName),
  site: text(({ row }) => row.siteName),
  device: text(({ row }) => row.deviceName ?? ''),
  type: text(({ row }) => row.alarmType),
  owner: text(({ owner }) => owner),
}

const liveRank = ({ row }: Entry): number => severityRank(row.perceivedSeverity) - (row.isCleared ? 10 : 0)
