import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Live, LiveHandler } from './live.ts'
import { refreshFromLive } from './refresh.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start(tookMs = 0) {
  const queries = new QueryClient()
  let hear: LiveHandler = () => {}
  refreshFromLive({ onEvent: (handler: LiveHandler) => (hear = handler) } as unknown as Live, queries)
  const asked: string[] = []
  const watch = (key: readonly string[], data: unknown) => {
    const observer = new QueryObserver(queries, {
      queryKey: [...key],
      queryFn: async ({ signal }) => {
        asked.push(key.join(' '))
        await new Promise((resolve) => setTimeout(resolve, tookMs))
        signal.throwIfAborted()
        return data
      },
      retry: false,
    })
    observer.subscribe(() => {})
    return observer
  }
  const say = (name: string, payload: unknown) => hear(name as 'device', payload as never, 1)
  return { asked, watch, say }
}

describe('what a change elsewhere reads again', () => {
  it('is read to its end however fast changes come, and once more after the last one', async () => {
    const t = start(900)
    const list = t.watch(['devices', 'list'], { items: [] })
    await vi.advanceTimersByTimeAsync(1000)
    const first = list.getCurrentResult().dataUpdatedAt
    for (let i = 0; i < 50; i++) {
      t.say('device', { device: { id: 'a.b' } })
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(list.getCurrentResult().dataUpdatedAt).toBeGreaterThan(first)
    const last = t.asked.length
    await vi.advanceTimersByTimeAsync(5000)
    expect(t.asked.length).toBeGreaterThan(last)
    const rest = t.asked.length
    await vi.advanceTimersByTimeAsync(10_000)
    expect(t.asked.length).toBe(rest)
  })

  it('are sites when the first agent of one is heard, and not with every word of an agent', async () => {
    const t = start()
    t.watch(['sites'], {
      items: [
        { id: 'hq', agents: 1 },
        { id: 'new', agents: 0 },
      ],
    })
    await vi.advanceTimersByTimeAsync(10)
    t.say('agent', { agent: { id: 'hq-1', site: 'hq' } })
    await vi.advanceTimersByTimeAsync(2000)
    expect(t.asked).toEqual(['sites'])
    t.say('agent', { agent: { id: 'new-1', site: 'new' } })
    await vi.advanceTimersByTimeAsync(2000)
    expect(t.asked).toEqual(['sites', 'sites'])
  })
})
