// The list holds still under the hand: while held, rows keep their places; what is new waits and is counted.
import type { AlarmRow } from '#shared/http/alarms.ts'

export interface Held {
  /** Row ids in the order shown when the hand came. */
  readonly ids: readonly string[]
  /** Last known content of each, for rows that have left meanwhile. */
  readonly rows: ReadonlyMap<string, AlarmRow>
}

export interface Shown {
  readonly rows: readonly AlarmRow[]
  /** Rows waiting to be put in. */
  readonly waiting: number
  /** Ids still shown although they have left the list. */
  readonly gone: ReadonlySet<string>
}

export function holdStill(rows: readonly AlarmRow[]): Held {
  return { ids: rows.map((row) => row.id), rows: new Map(rows.map((row) => [row.id, row])) }
}

/** What to show of `wanted` (the list as it really is); with `held` null simply that. Contents are always the newest. */
export function settle(held: Held | null, wanted: readonly AlarmRow[], current: ReadonlyMap<string, AlarmRow>): Shown {
  if (held === null) return { rows: wanted, waiting: 0, gone: new Set() }
  const gone = new Set<string>()
  const rows: AlarmRow[] = []
  for (const id of held.ids) {
    const now = current.get(id)
    if (now === undefined) gone.add(id)
    const row = now ?? held.rows.get(id)
    if (row) rows.push(row)
  }
  let waiting = 0
  for (const row of wanted) if (!held.rows.has(row.id)) waiting += 1
  return { rows, waiting, gone }
}
