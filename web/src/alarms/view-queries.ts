// Saved views: what the collector keeps, and how the address and they become each other.
import { queryOptions } from '@tanstack/react-query'
import type { SavedView, ViewList, ViewSearch } from '#shared/http/alarm-views.ts'
import { get } from '../api/client.ts'
import { type AlarmSearch, readAlarmSearch } from './alarm-view.ts'

export const viewsQuery = queryOptions({
  queryKey: ['alarm-views'],
  queryFn: ({ signal }) => get<ViewList>('/alarm-views', {}, signal),
})

/** What of the address a view keeps. */
export function keptOf(search: AlarmSearch): ViewSearch {
  const { alarm: _, saved: _saved, ...rest } = search
  const kept: Record<string, string> = {}
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) kept[key] = String(value)
  return kept
}

/** The whole search part of a view; what is not in it is undefined, so that it replaces all of another. */
export function searchOf(view: SavedView): AlarmSearch {
  return { ...NOTHING_ASKED, ...readAlarmSearch(view.search), saved: view.id }
}

/** True while the address still says what the view says. */
export function isAsSaved(view: SavedView, search: AlarmSearch): boolean {
  const sorted = (of: ViewSearch) => JSON.stringify(Object.entries(of).sort())
  return sorted(keptOf(readAlarmSearch(view.search))) === sorted(keptOf(search))
}

const NOTHING_ASKED: AlarmSearch = Object.fromEntries(
  [
    ...(['severity', 'view', 'q', 'sort', 'dir', 'customer', 'site', 'device', 'type', 'source', 'owner'] as const),
    ...(['rule', 'ackedOver', 'saved', 'alarm'] as const),
  ].map((key) => [key, undefined]),
)
