import { describe, expect, it } from 'vitest'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { LiveHandler } from '../api/live.ts'
import { createAlarmStore } from './alarm-store.ts'
import { alarm } from './sample-alarm.test-data.ts'

interface Answer {
  cursor: string | null
  give(rows: AlarmRow[], liveId: number, nextCursor?: string | null): Promise<void>
  fail(): Promise<void>
}

function start() {
  let handler: LiveHandler = () => {}
  const answers: Answer[] = []
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  const store = createAlarmStore({
    live: {
      onEvent: (next) => {
        handler = next
        return () => {}
      },
    },
    readPage: (cursor) =>
      new Promise((resolve, reject) => {
        const counts = { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0 }
        answers.push({
          cursor,
          give: (items, liveId, nextCursor = null) => {
            resolve({ items, nextCursor, counts, liveId })
            return settled()
          },
          fail: () => {
            reject(new Error('cut'))
            return settled()
          },
        })
      }),
    schedule: (run) => run(),
  })
  const delta = (id: number, row: AlarmRow, inList = true) =>
    handler('alarm', { alarm: row, action: 'update', at: 0, actor: 'system', late: false, inList }, id)
  const reset = () => handler('reset', { liveId: 9, reason: 'too-old' }, 9)
  const ids = () => [...store.snapshot().rows.keys()].sort().join('')
  return { store, answers, delta, reset, ids }
}

describe('the alarm store', () => {
  it('keeps a delta that is newer than the page, and drops one the page already has', async () => {
    const { store, answers, delta } = start()
    void store.reload()
    delta(11, alarm('a', { text: 'newer' }))
    delta(5, alarm('b', { text: 'older' }))
    await answers[0]?.give([alarm('a'), alarm('b', { text: 'from the page' })], 10)
    expect(store.snapshot().rows.get('a')?.text).toBe('newer')
    expect(store.snapshot().rows.get('b')?.text).toBe('from the page')
    expect(store.snapshot().phase).toBe('ready')
  })

  it('does not bring back an alarm that left while pages were read', async () => {
    const { store, answers, delta, ids } = start()
    void store.reload()
    delta(11, alarm('a'), false)
    await answers[0]?.give([alarm('a'), alarm('b')], 10, 'more')
    expect(answers[1]?.cursor).toBe('more')
    await answers[1]?.give([alarm('c')], 12)
    expect(ids()).toBe('bc')
  })

  it('reads again after a reset, showing the old list meanwhile', async () => {
    const { store, answers, reset, ids } = start()
    void store.reload()
    await answers[0]?.give([alarm('a')], 1)
    reset()
    expect([ids(), store.snapshot().phase]).toEqual(['a', 'ready'])
    await answers[1]?.give([alarm('b')], 9)
    expect(ids()).toBe('b')
  })

  it('says when the first read failed, and keeps what it has when a later one does', async () => {
    const { store, answers, reset, ids } = start()
    void store.reload()
    await answers[0]?.fail()
    expect(store.snapshot().phase).toBe('failed')
    void store.reload()
    await answers[1]?.give([alarm('a')], 1)
    reset()
    await answers[2]?.fail()
    expect([ids(), store.snapshot().phase]).toEqual(['a', 'ready'])
  })
})
