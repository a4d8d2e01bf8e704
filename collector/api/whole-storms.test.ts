import { describe, expect, it } from 'vitest'
import type { StormEvent } from '#shared/domain/device-event.ts'
import type { EventRow } from '#shared/http/records.ts'
import { wholeStorms } from './whole-storms.ts'

const row = (id: number, storm: Partial<StormEvent>): EventRow => {
  const at = id * 1000
  const base = { kind: 'storm', at, device: 'sw', source: '192.0.2.1', what: 'trap', key: '1.3.6', count: 10 } as const
  const event = { ...base, firstAt: at - 900, lastAt: at, example: '', since: 100, total: id * 10, ...storm }
  return { id, agent: 'a', site: 'hq', device: 'hq.sw', epoch: 'e', seq: id, kind: 'storm', at, receivedAt: at, event }
}

describe('records of a storm', () => {
  it('are read as its newest one, with the sum of their counts', () => {
    const log = { ...row(4, {}), kind: 'log', event: { kind: 'log' } } as unknown as EventRow
    const whole = wholeStorms([row(5, {}), log, row(3, { count: 7 }), row(2, { key: '1.3.7' }), row(1, {})])
    expect(whole.map((r) => r.id)).toEqual([5, 4, 2])
    expect(whole[0]?.event).toMatchObject({ count: 27, firstAt: 100, lastAt: 5000, total: 50 })
    expect(whole[2]?.event).toMatchObject({ count: 10 })
  })

  it('of other storms, sources and older agents stay apart', () => {
    const rows = [row(4, {}), row(3, { since: 99 }), row(2, { source: '192.0.2.2' }), row(1, { what: 'log' })]
    expect(wholeStorms(rows)).toEqual(rows)
    const old = [row(2, {}), row(1, {})].map(({ event, ...rest }) => {
      const { since: _since, ...without } = event as StormEvent
      return { ...rest, event: without }
    }) as EventRow[]
    expect(wholeStorms(old)).toEqual(old)
  })
})
