// Timeline and messages as one story, newest first.
import type { TimelineEntry } from '#shared/domain/incident.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'

export type StoryPart = 'people' | 'system' | 'notifications'
export const STORY_PARTS: readonly StoryPart[] = ['people', 'system', 'notifications']

export type StoryLine =
  | { readonly kind: 'entry'; readonly part: 'people' | 'system'; readonly at: number; readonly entry: TimelineEntry }
  | { readonly kind: 'message'; readonly part: 'notifications'; readonly at: number; readonly message: NotificationRow }

/** What both of two merged incidents have written down is told once. */
export const toldOnce = (incident: string, timeline: readonly TimelineEntry[]): TimelineEntry[] =>
  timeline.filter(
    ({ kind, incident: of, data }) =>
      kind !== 'merged' || of === incident || (data.into as { id?: unknown } | undefined)?.id !== incident,
  )

/** `only`: one part of it; undefined: all. */
export function storyOf(
  timeline: readonly TimelineEntry[],
  messages: readonly NotificationRow[],
  only: StoryPart | undefined,
): StoryLine[] {
  const entries = timeline.map(
    (entry): StoryLine => ({
      ...{ kind: 'entry', part: entry.actor === 'system' ? 'system' : 'people', at: entry.at, entry },
    }),
  )
  const told = messages.map(
    (message): StoryLine => ({ kind: 'message', part: 'notifications', at: message.at, message }),
  )
  const order = new Map([...entries, ...told].map((line, n) => [line, n]))
  return [...order.keys()]
    .filter((line) => only === undefined || line.part === only)
    .sort((a, b) => b.at - a.at || (order.get(b) as number) - (order.get(a) as number))
}
