// Orders of the board, each kept sorted: what changed is put in place when the order is next asked for.
import { severityRank } from '#shared/domain/severity.ts'
import type { BoardSort } from '#shared/http/alarm-board.ts'
import type { Entry } from './board-row.ts'
import { type Compare, spliced } from './sorted-entries.ts'

/** One sorted view of all entries. */
export interface BoardOrder {
  /** Its place is to be found anew; `before`: as it was. */
  changed(id: string, before: Entry | undefined): void
  /** All entries, in order; not to be changed. */
  read(): readonly Entry[]
}

/** `now` is what `entries` has. */
export function createBoardOrder(entries: ReadonlyMap<string, Entry>, compare: Compare): BoardOrder {
  let sorted: readonly Entry[] | undefined
  const changes = createChanges(() => {
    sorted = undefined
  })
  return {
    changed(id, before) {
      if (sorted !== undefined) changes.note(id, before)
    },
    read() {
      if (sorted !== undefined && changes.size() > 0) {
        const removed: Entry[] = []
        const added: Entry[] = []
        for (const [id, before] of changes.take()) {
          if (before !== undefined) removed.push(before)
          const after = entries.get(id)
          if (after !== undefined) added.push(after)
        }
        sorted = spliced(sorted, removed, added, compare)
      }
      sorted ??= [...entries.values()].sort(compare)
      return sorted
    },
  }
}

/** What changed since it was last taken: by id, as it was then. Too many are forgotten by `onTooMany`. */
export function createChanges(onTooMany: () => void) {
  let noted = new Map<string, Entry | undefined>()
  return {
    note(id: string, before: Entry | undefined) {
      if (noted.has(id)) return
      noted.set(id, before)
      if (noted.size <= MOST_CHANGES) return
      noted = new Map()
      onTooMany()
    },
    size: () => noted.size,
    take(): ReadonlyMap<string, Entry | undefined> {
      const taken = noted
      noted = new Map()
      return taken
    },
  }
}

/** Beyond that, making the list from all entries costs no more. */
const MOST_CHANGES = 3000

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
