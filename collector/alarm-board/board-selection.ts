// What one question selects, kept in order and counted. What changed since is taken out and put in when it is asked for again:
// many consoles ask the same each second while a hundred alarms change, and all others are as they were.
import { SEVERITIES, type Severity } from '#shared/domain/severity.ts'
import { ALARM_VIEWS, type AlarmViewName, type BoardFilter, type BoardQuery } from '#shared/http/alarm-board.ts'
import type { Looking } from './board-filter.ts'
import { createChanges } from './board-order.ts'
import { type Entry, isInView } from './board-row.ts'
import { type Compare, spliced } from './sorted-entries.ts'

export interface Selected {
  /** In order; never changed. */
  readonly selected: readonly Entry[]
  readonly counts: Readonly<Record<Severity, number>>
  readonly views: Readonly<Record<AlarmViewName, number>>
}

export interface BoardSelection {
  changed(id: string, before: Entry | undefined): void
  read(): Selected
}

export interface BoardSelectionParts {
  readonly entries: ReadonlyMap<string, Entry>
  readonly compare: Compare
  /** All entries in order. */
  readonly inOrder: () => readonly Entry[]
  /** Within all of the filter but view and severity. The answer for an entry never changes. */
  readonly matches: (entry: Entry) => boolean
  readonly query: Pick<BoardQuery, 'view' | 'severity'>
}

/** Questions whose answer changes with time alone are not for it. */
export function createBoardSelection(parts: BoardSelectionParts): BoardSelection {
  const { entries, compare, inOrder, matches, query } = parts
  const { view } = query
  const severities = query.severity && new Set(query.severity)
  let selected: readonly Entry[] | undefined
  let counts = noCounts()
  let views = noViews()
  const changes = createChanges(() => {
    selected = undefined
  })

  /** Counts it, `by` 1 or -1; true when it is in the list. */
  function tally(entry: Entry, by: 1 | -1): boolean {
    if (!matches(entry)) return false
    const { status, row } = entry
    views.all += by
    if (status !== 'closed') views[status] += by
    if (isInView(status, 'active')) views.active += by
    if (!isInView(status, view)) return false
    // what still needs hands: a cleared alarm only waits for its acknowledgement
    if (!row.isCleared || view !== 'active') counts[row.perceivedSeverity] += by
    return severities === undefined || severities.has(row.perceivedSeverity)
  }

  function catchUp(sorted: readonly Entry[]): void {
    const removed: Entry[] = []
    const added: Entry[] = []
    for (const [id, before] of changes.take()) {
      const after = entries.get(id)
      if (before !== undefined && tally(before, -1)) removed.push(before)
      if (after !== undefined && tally(after, 1)) added.push(after)
    }
    if (removed.length > 0 || added.length > 0) selected = spliced(sorted, removed, added, compare)
  }

  function begin(): readonly Entry[] {
    counts = noCounts()
    views = noViews()
    return inOrder().filter((entry) => tally(entry, 1))
  }

  return {
    changed(id, before) {
      if (selected !== undefined) changes.note(id, before)
    },
    read() {
      if (selected !== undefined && changes.size() > 0) catchUp(selected)
      selected ??= begin()
      return { selected, counts: { ...counts }, views: { ...views } }
    },
  }
}

/**
 * Same text, same answer. Undefined: time alone changes it, so that it is made each time. Places, and which causes are
 * unfolded, are no part of it.
 */
export function questionKey(query: BoardFilter & Partial<BoardQuery>, who: Looking): string | undefined {
  if (query.ackedOver !== undefined) return undefined
  const filter = Object.entries(query)
    .filter(([name]) => !IS_OF_PLACE.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([filter, who.customers && [...who.customers].sort(), who.outside])
}

const IS_OF_PLACE: ReadonlySet<string> = new Set([
  'open',
  'numbers',
  'replaces',
  'offset',
  'limit',
] satisfies (keyof BoardQuery)[])

const noCounts = () => Object.fromEntries(SEVERITIES.map((s) => [s, 0])) as Record<Severity, number>
const noViews = () => Object.fromEntries(ALARM_VIEWS.map((v) => [v, 0])) as Record<AlarmViewName, number>
