// The newest events as they come, added to what is read already; held back while a hand is on the list.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { EventPage, EventRow } from '#shared/http/records.ts'
import { get } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { eventFilter } from './event-queries.ts'
import type { EventSearch } from './event-search.ts'

const EVERY_MS = 2_000
/** What comes late is looked for so far back. */
const LATE_MS = 60_000
/** More at one time than this and the list is read anew. */
const MOST = 200

export interface Tail {
  readonly rows: readonly EventRow[]
  /** Rows that wait until the hand is off the list. */
  readonly waiting: number
  release(): void
}

/** `live`: new ones are asked for. `held`: they wait. */
export function useTail(search: EventSearch, read: readonly EventRow[], live: boolean, held: boolean): Tail {
  const queries = useQueryClient()
  const filter = JSON.stringify(eventFilter(search))
  const newest = useRef(0)
  newest.current = Math.max(newest.current, read[0]?.at ?? 0)
  const [since] = useState(() => clock.now())
  const fresh = useQuery({
    queryKey: ['events', 'tail', filter],
    queryFn: ({ signal }) => {
      const from = askedFrom(newest.current || since, clock.now())
      return get<EventPage>('/events', { ...eventFilter(search), limit: MOST, from }, signal)
    },
    enabled: live,
    refetchInterval: EVERY_MS,
    gcTime: 0,
  }).data
  const missed = fresh !== undefined && fresh.nextCursor !== null && !fresh.items.some((row) => isRead(row, read))
  useEffect(() => {
    if (missed && read.length > 0) void queries.invalidateQueries({ queryKey: ['events', 'list'] })
  }, [missed, read.length, queries])
  const all = useMemo(() => merged(read, fresh?.items ?? []), [read, fresh])
  const [shown, setShown] = useState<{ readonly filter: string; readonly ids: ReadonlySet<number> }>()
  const known = shown?.filter === filter ? shown.ids : undefined
  useEffect(() => {
    if (!held) setShown(undefined)
    else setShown((old) => (old?.filter === filter ? old : { filter, ids: new Set(all.map((row) => row.id)) }))
  }, [held, filter, all])
  const readIds = useMemo(() => new Set(read.map((row) => row.id)), [read])
  const rows = useMemo(
    () => (known === undefined ? all : all.filter((row) => known.has(row.id) || readIds.has(row.id))),
    [all, known, readIds],
  )
  return {
    rows,
    waiting: all.length - rows.length,
    release: () => setShown({ filter, ids: new Set(all.map((row) => row.id)) }),
  }
}

/** From when the newest are asked for. A device whose clock runs ahead does not hide what comes until then. */
export const askedFrom = (newest: number, now: number): number => Math.round(Math.min(newest, now) - LATE_MS)

const isRead = (row: EventRow, read: readonly EventRow[]) => read.some((one) => one.id === row.id)

/** Newest first, each once; the later answer says it as it is now. */
export function merged(read: readonly EventRow[], fresh: readonly EventRow[]): readonly EventRow[] {
  if (fresh.length === 0) return read
  const byId = new Map([...read, ...fresh].map((row) => [row.id, row]))
  const last = read.at(-1)
  // what lies before the end of what was read belongs to a page that was not read yet
  const isWithin = (row: EventRow) =>
    last === undefined || row.at > last.at || (row.at === last.at && row.id >= last.id)
  return [...byId.values()].filter(isWithin).sort((a, b) => b.at - a.at || b.id - a.id)
}
