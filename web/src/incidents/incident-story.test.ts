import { describe, expect, it } from 'vitest'
import type { TimelineEntry } from '#shared/domain/incident.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'
import { storyOf, toldOnce } from './incident-story.ts'

const entry = (id: string, at: number, actor: string) => ({ id, at, actor }) as TimelineEntry
const message = (key: string, at: number) => ({ key, at }) as NotificationRow

describe('the story of an incident', () => {
  const timeline = [entry('a', 1, 'system'), entry('b', 2, 'nora'), entry('c', 2, 'system')]
  const ids = (only?: 'people' | 'system' | 'notifications') =>
    storyOf(timeline, [message('m', 2), message('n', 5)], only).map((line) =>
      line.kind === 'entry' ? line.entry.id : line.message.key,
    )

  it('is one, newest first, and what came at once comes in its order', () =>
    expect(ids()).toEqual(['n', 'm', 'c', 'b', 'a']))

  it('can be read in parts', () => {
    expect(ids('people')).toEqual(['b'])
    expect(ids('system')).toEqual(['c', 'a'])
    expect(ids('notifications')).toEqual(['n', 'm'])
  })

  it('tells once that an incident was merged into this one', () => {
    const merged = (id: string, incident: string, into: string) =>
      ({ id, incident, kind: 'merged', data: { into: { id: into } } }) as unknown as TimelineEntry
    const all = [merged('theirs', 'one', 'two'), merged('ours', 'two', 'two'), merged('earlier', 'zero', 'one')]
    expect(toldOnce('two', all).map(({ id }) => id)).toEqual(['ours', 'earlier'])
  })
})
