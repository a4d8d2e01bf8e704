import { QueryObserver } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { until } from '#test/support/until.ts'
import { ApiFailure } from './client.ts'
import type { Live, LiveHandler } from './live.ts'
import { createQueries } from './queries.ts'
import { refreshFromLive } from './refresh.ts'

/** A query of one screen, answered or refused as the test says. */
function start(first: () => string = () => 'first') {
  const said: string[] = []
  const queries = createQueries(({ code }) => void said.push(code))
  let hear: LiveHandler = () => {}
  refreshFromLive({ onEvent: (handler: LiveHandler) => (hear = handler) } as unknown as Live, queries)
  const answer = { of: first }
  const observer = new QueryObserver(queries, {
    queryKey: ['places'],
    queryFn: async () => answer.of(),
    retry: false,
  })
  const end = observer.subscribe(() => {})
  const seen = () => observer.getCurrentResult()
  const fail = (failure: Error) => {
    answer.of = () => {
      throw failure
    }
  }
  const hello = (resumed: boolean) => hear('hello', { version: '1', now: 0, liveId: 1, resumed } as never, 1)
  return { queries, observer, answer, seen, said, fail, hello, end }
}

describe('what a screen reads', () => {
  it('stays while nobody answers, and is read again when the stream is back, resumed or not', async () => {
    for (const resumed of [true, false]) {
      const t = start()
      await until(() => t.seen().data === 'first')
      t.fail(new ApiFailure('network', 0))
      await t.observer.refetch()
      expect(t.seen()).toMatchObject({ isError: false, data: 'first' })
      t.answer.of = () => 'second'
      t.hello(resumed)
      await until(() => t.seen().data === 'second')
      t.end()
    }
  })

  it('stays when the collector stumbles or has too much to do, which is said', async () => {
    for (const [code, status] of [
      ['internal', 500],
      ['too-many-requests', 429],
    ] as const) {
      const t = start()
      await until(() => t.seen().data === 'first')
      t.fail(new ApiFailure(code, status))
      await t.observer.refetch()
      expect(t.seen()).toMatchObject({ isError: false, data: 'first' })
      expect(t.said).toEqual([code])
      t.fail(new ApiFailure('network', 0))
      await t.observer.refetch()
      expect(t.said).toEqual([code])
      t.end()
    }
  })

  it('shows a refusal as one: that is an answer', async () => {
    const t = start()
    await until(() => t.seen().data === 'first')
    t.fail(new ApiFailure('forbidden', 403))
    await t.observer.refetch()
    expect(t.seen().isError).toBe(true)
    t.end()
  })

  it('says so when there was nothing to keep, and comes by itself later', async () => {
    const t = start(() => {
      throw new ApiFailure('unavailable', 503)
    })
    await until(() => t.seen().isError)
    t.answer.of = () => 'at last'
    t.hello(true)
    await until(() => t.seen().data === 'at last')
    t.end()
  })
})
