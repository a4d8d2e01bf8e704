// The current alarms in memory, for the console: what is listed, filtered, ordered, folded and counted without the database.
// Fed with what was committed; pure but for its tokens.
import type { Alarm } from '#shared/domain/alarm.ts'
import type {
  AlarmViewName,
  BoardFacets,
  BoardFilter,
  BoardPage,
  BoardQuery,
  BoardRow,
  BoardWindow,
} from '#shared/http/alarm-board.ts'
import { createFacetCounts, type FacetCounts } from './board-facets.ts'
import { type Looking, matcherOf } from './board-filter.ts'
import { createBoardLists, type KeptList } from './board-lists.ts'
import { type BoardOrder, compareBy, createBoardOrder } from './board-order.ts'
import { type BoardNames, type Entry, entryOf } from './board-row.ts'
import { type BoardSelection, createBoardSelection, questionKey, type Selected } from './board-selection.ts'

export type { Looking } from './board-filter.ts'
export type { BoardNames } from './board-row.ts'

/** Who asks. */
export interface Reader extends Looking {
  readonly user: string
}

export interface AlarmBoard {
  /** Alarms as they stand now; those that are no longer listed leave. */
  take(alarms: Iterable<Alarm>): void
  /** Only these, from now on. */
  reset(alarms: Iterable<Alarm>): void
  /** Names or facts of these devices may have changed; undefined: any name. */
  renamed(devices: readonly string[] | undefined): void
  make(query: BoardQuery, who: Reader, now: number): Omit<BoardPage, 'liveId'>
  /** Undefined when the list is no longer kept. */
  window(list: string, offset: number, limit: number, who: Reader, now: number): Omit<BoardWindow, 'liveId'> | undefined
  /** Ids of a kept list, as they were seen, in order. */
  idsOf(list: string, who: Reader, now: number): readonly string[] | undefined
  /** All rows a question selects, in order, symptoms folded away as asked. */
  all(query: Omit<BoardQuery, 'offset' | 'limit'>, who: Reader, now: number): Iterable<BoardRow>
  facets(filter: BoardFilter, who: Reader, now: number): BoardFacets
  size(): number
}

export interface AlarmBoardOptions {
  readonly names: BoardNames
  readonly isListed: (alarm: Alarm) => boolean
  readonly newToken: () => string
}

const MOST_ORDERS = 12
const MOST_SELECTIONS = 24
const MOST_FACETS = 8
const DEEPEST = 4

export function createAlarmBoard({ names, isListed, newToken }: AlarmBoardOptions): AlarmBoard {
  const entries = new Map<string, Entry>()
  const symptoms = new Map<string, Set<string>>()
  const orders = new Map<string, BoardOrder>()
  /** What was asked lately, least recently first. */
  const selections = new Map<string, BoardSelection>()
  const facets = new Map<string, FacetCounts>()
  /** What rows say of devices, as it was when last looked at. */
  const facts = new Map<string, string>()
  const lists = createBoardLists(newToken)

  function put(alarm: Alarm): void {
    const before = entries.get(alarm.id)
    const after = isListed(alarm) ? entryOf(alarm, names) : undefined
    if (after) entries.set(alarm.id, after)
    else entries.delete(alarm.id)
    if (before?.causedBy !== after?.causedBy) {
      if (before?.causedBy) unlink(before.causedBy, alarm.id)
      if (after?.causedBy) symptoms.set(after.causedBy, (symptoms.get(after.causedBy) ?? new Set()).add(alarm.id))
    }
    for (const kept of [orders, selections, facets]) for (const one of kept.values()) one.changed(alarm.id, before)
  }

  function unlink(cause: string, id: string): void {
    const left = symptoms.get(cause)
    if (left?.delete(id) && left.size === 0) symptoms.delete(cause)
  }

  /** Its state changes often, what rows say of it seldom. */
  function isRenamed(device: string): boolean {
    const before = facts.get(device)
    const now = names.device(device)
    const text = now && [now.name, now.vendor, now.model, now.address].join('\n')
    if (text !== undefined) facts.set(device, text)
    return before !== text
  }

  function orderOf(query: Pick<BoardQuery, 'sort' | 'dir'>): readonly Entry[] {
    const key = `${query.sort} ${query.dir}`
    const order = orders.get(key) ?? createBoardOrder(entries, compareBy(query.sort, query.dir))
    keep(orders, key, order, MOST_ORDERS)
    return order.read()
  }

  /** The rows of a question, and the numbers above them. */
  function select(query: Omit<BoardQuery, 'offset' | 'limit'>, who: Reader, now: number): Selected {
    const key = questionKey(query, who)
    const known = key === undefined ? undefined : selections.get(key)
    const compare = compareBy(query.sort, query.dir)
    const inOrder = () => orderOf(query)
    const matches = matcherOf(query, who, now)
    const selection = known ?? createBoardSelection({ entries, compare, inOrder, matches, query })
    keep(selections, key, selection, MOST_SELECTIONS)
    return selection.read()
  }

  /** With the symptoms of the causes that are unfolded below them. */
  function unfold(selected: readonly Entry[], query: Pick<BoardQuery, 'open' | 'sort' | 'dir' | 'view'>, who: Looking) {
    const open = new Set(query.open ?? [])
    if (open.size === 0 || !folds(query.view)) return { entries: selected, depths: undefined }
    const compare = compareBy(query.sort, query.dir)
    const shown: Entry[] = []
    const depths: number[] = []
    const seen = new Set<string>()
    const add = (entry: Entry, depth: number) => {
      if (seen.has(entry.row.id)) return
      seen.add(entry.row.id)
      shown.push(entry)
      depths.push(depth)
      if (depth < DEEPEST && open.has(entry.row.id))
        for (const symptom of symptomsOf(entry.row.id, who).sort(compare)) add(symptom, depth + 1)
    }
    for (const entry of selected) add(entry, 0)
    return { entries: shown, depths: Uint8Array.from(depths) }
  }

  function symptomsOf(cause: string, { customers }: Looking): Entry[] {
    const found: Entry[] = []
    for (const id of symptoms.get(cause) ?? []) {
      const entry = entries.get(id)
      if (entry && (customers === null || customers.includes(entry.row.customer))) found.push(entry)
    }
    return found
  }

  function rowOf(seen: Entry, depth: number, who: Looking): BoardRow {
    const entry = entries.get(seen.row.id)
    const { row, causedBy } = entry ?? seen
    const cause = causedBy === null ? undefined : entries.get(causedBy)
    const mayKnow = cause && (who.customers === null || who.customers.includes(cause.row.customer))
    const folded = symptoms.has(row.id) ? symptomsOf(row.id, who).length : 0
    const more = { symptoms: folded, depth, causeText: mayKnow ? cause.row.text : null, gone: entry === undefined }
    return { ...row, ...more, ...(who.outside ? { ackNote: '' } : {}) }
  }

  function windowOf(list: KeptList, offset: number, limit: number, who: Looking): Omit<BoardWindow, 'liveId'> {
    const part = list.entries.slice(offset, offset + limit)
    const items = part.map((entry, i) => rowOf(entry, list.depths?.[offset + i] ?? 0, who))
    return { list: list.token, madeAt: list.madeAt, total: list.entries.length, offset, items }
  }

  return {
    take(alarms) {
      for (const alarm of alarms) put(alarm)
    },
    reset(alarms) {
      entries.clear()
      symptoms.clear()
      for (const kept of [orders, selections, facets]) kept.clear()
      for (const alarm of alarms) put(alarm)
    },
    renamed(devices) {
      const of = devices && new Set(devices.filter((id) => isRenamed(id)))
      if (of?.size === 0) return
      for (const { row } of [...entries.values()])
        if (of === undefined || (row.device !== null && of.has(row.device))) put(alarmOf(row))
    },
    make(query, who, now) {
      if (query.replaces !== undefined) lists.drop(query.replaces, keyOf(who))
      const { selected, counts, views } = select(query, who, now)
      const shown = query.numbers ? { entries: [], depths: undefined } : unfold(selected, query, who)
      const list = query.numbers
        ? { token: '', user: '', madeAt: now, ...shown }
        : lists.keep({ user: keyOf(who), madeAt: now, ...shown })
      const total = query.numbers ? selected.length : list.entries.length
      return { ...windowOf(list, query.offset, query.limit, who), total, counts, views }
    },
    window(token, offset, limit, who, now) {
      const list = lists.get(token, keyOf(who), now)
      return list && windowOf(list, offset, limit, who)
    },
    idsOf: (token, who, now) => lists.get(token, keyOf(who), now)?.entries.map((entry) => entry.row.id),
    *all(query, who, now) {
      const { entries: shown, depths } = unfold(select(query, who, now).selected, query, who)
      for (const [i, entry] of shown.entries()) yield rowOf(entry, depths?.[i] ?? 0, who)
    },
    facets(filter, who, now) {
      const key = questionKey(filter, who)
      const known = key === undefined ? undefined : facets.get(key)
      const counts = known ?? createFacetCounts(entries, filter, who, now)
      keep(facets, key, counts, MOST_FACETS)
      return counts.read()
    },
    size: () => entries.size,
  }
}

/** A list is of who made it, for as long as they may see the same. */
const keyOf = ({ user, customers, outside }: Reader): string =>
  `${user} ${customers === null ? '*' : [...customers].sort().join(' ')} ${outside}`

/** Whether symptoms are kept below their cause there; else they are rows of their own. */
const folds = (view: AlarmViewName): boolean => view !== 'all' && view !== 'suppressed'

/** The one used last is the last to go. */
function keep<T>(kept: Map<string, T>, key: string | undefined, value: T, most: number): void {
  if (key === undefined) return
  kept.delete(key)
  kept.set(key, value)
  for (const [old] of kept) if (kept.size > most) kept.delete(old)
}

/** A row is an alarm with names; names are found anew. */
function alarmOf({
  deviceName,
  siteName,
  customerName,
  incidentNumber,
  vendor,
  model,
  address,
  ...alarm
}: Entry['row']) {
  return alarm
}
