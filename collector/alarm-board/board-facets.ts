// What filters can be set to, counted. As with lists, what changed since is counted out and in when it is asked for again.
import { BOARD_FACETS, type BoardFacet, type BoardFacets, type BoardFilter, NOBODY } from '#shared/http/alarm-board.ts'
import { type Looking, matcherOf } from './board-filter.ts'
import { createChanges } from './board-order.ts'
import { type Entry, isInView } from './board-row.ts'

export interface FacetCounts {
  changed(id: string, before: Entry | undefined): void
  read(): BoardFacets
}

interface Value {
  readonly value: string
  name: string
  count: number
}

/** Values of each facet that are told, the most frequent first. */
const MOST_VALUES = 200

/** As of `now`: filters that time alone changes are counted once. */
export function createFacetCounts(
  entries: ReadonlyMap<string, Entry>,
  filter: BoardFilter,
  who: Looking,
  now: number,
): FacetCounts {
  const all = matcherOf(filter, who, now)
  const facets = BOARD_FACETS.map((facet) => ({
    facet,
    of: VALUE_OF[facet],
    // within the other filters: what could be chosen besides
    matches: filter[facet] === undefined ? undefined : matcherOf({ ...filter, [facet]: undefined }, who, now),
    values: new Map<string, Value>(),
  }))
  let isCounted = false
  const changes = createChanges(() => {
    isCounted = false
  })

  function tally(entry: Entry, by: 1 | -1): void {
    if (!isInView(entry.status, filter.view)) return
    const isWithinAll = all(entry)
    for (const { of, matches, values } of facets) {
      if (!(matches?.(entry) ?? isWithinAll)) continue
      const [value, name] = of(entry)
      if (value === null) continue
      const known = values.get(value)
      if (known === undefined) values.set(value, { value, name: name ?? value, count: by })
      else {
        known.count += by
        // it may be called otherwise by now
        if (by > 0) known.name = name ?? value
        if (known.count === 0) values.delete(value)
      }
    }
  }

  function catchUp(): void {
    for (const [id, before] of changes.take()) {
      const after = entries.get(id)
      if (before !== undefined) tally(before, -1)
      if (after !== undefined) tally(after, 1)
    }
  }

  function begin(): void {
    for (const { values } of facets) values.clear()
    for (const entry of entries.values()) tally(entry, 1)
    isCounted = true
  }

  return {
    changed(id, before) {
      if (isCounted) changes.note(id, before)
    },
    read() {
      if (isCounted) catchUp()
      else begin()
      return Object.fromEntries(
        facets.map(({ facet, values }) => [facet, mostFrequent(values).map((value) => ({ ...value }))]),
      ) as BoardFacets
    },
  }
}

function mostFrequent(values: ReadonlyMap<string, Value>): readonly Value[] {
  return [...values.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, MOST_VALUES)
}

const VALUE_OF: Readonly<Record<BoardFacet, (entry: Entry) => readonly [string | null, string | null]>> = {
  customer: ({ row }) => [row.customer, row.customerName],
  site: ({ row }) => [row.site, row.siteName],
  device: ({ row }) => [row.device, row.deviceName],
  type: ({ row }) => [row.alarmType, row.alarmType],
  source: ({ row }) => [row.source, row.source],
  rule: ({ row }) => [row.rule, row.rule],
  owner: ({ owner }) => [owner === '' ? NOBODY : owner, owner],
}
