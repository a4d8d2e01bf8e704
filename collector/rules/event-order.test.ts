import { describe, expect, it } from 'vitest'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { createEventOrder } from './event-order.ts'

const NOW = 1_000_000
const event = (id: number, at: number, agent = 'a') => ({ id, at, agent }) as ReceivedEvent

function order() {
  const firsts: [string, number | undefined][] = []
  const made = createEventOrder((agent, first) => firsts.push([agent, first]))
  const telemetry = (at: number, now = NOW) => made.watermark({ agent: 'a', lane: 'telemetry', at, live: true }, now)
  const events = (at: number, now = NOW) => made.watermark({ agent: 'a', lane: 'event', at, live: true }, now)
  return { made, firsts, telemetry, events }
}
const ids = (events: readonly ReceivedEvent[]) => events.map((e) => e.id)

describe('the order of events', () => {
  it('keeps nothing of an agent that is not behind', () => {
    const { made, telemetry, firsts } = order()
    expect(made.keeps(event(1, NOW), NOW)).toBe(false)
    telemetry(NOW - 20_000)
    made.samples('a', NOW - 20_000, NOW)
    expect(made.isBehind('a')).toBe(false)
    expect(made.keeps(event(1, NOW), NOW)).toBe(false)
    expect([made.isBehind('nobody'), made.isDraining('nobody')]).toEqual([false, false])
    expect([made.upTo('nobody', NOW), made.free(NOW), firsts]).toEqual([[], [], []])
  })

  it('keeps them while old samples come, and gives them out as samples reach their time', () => {
    const { made, firsts } = order()
    made.samples('a', NOW - 20_001, NOW)
    expect([made.isBehind('a'), made.isDraining('a')]).toEqual([true, true])
    for (const [id, at] of [
      [1, 10],
      [2, 20],
      [3, 30],
    ] as const)
      expect(made.keeps(event(id, at), NOW)).toBe(true)
    expect(firsts).toEqual([['a', 1]])
    expect(made.upTo('a', 9)).toEqual([])
    expect(ids(made.upTo('a', 20))).toEqual([1, 2])
    expect(firsts).toEqual([
      ['a', 1],
      ['a', 3],
    ])
    expect(ids(made.upTo('a', 99))).toEqual([3])
    expect(firsts.at(-1)).toEqual(['a', undefined])
    expect(made.upTo('a', 99)).toEqual([])
    expect(firsts).toHaveLength(3)
  })

  it('is behind by its telemetry alone, until that has caught up', () => {
    const { made, telemetry, events } = order()
    events(NOW - 90_000)
    expect(made.isBehind('a')).toBe(false)
    telemetry(NOW - 20_001)
    expect(made.isBehind('a')).toBe(true)
    telemetry(NOW - 5_001)
    expect(made.isBehind('a')).toBe(true)
    made.keeps(event(1, NOW), NOW)
    expect(made.free(NOW)).toEqual([])
    telemetry(NOW - 5_000)
    expect(made.isBehind('a')).toBe(false)
    expect(ids(made.free(NOW))).toEqual([1])
    expect(made.free(NOW)).toEqual([])
  })

  it('lets news wait five minutes at most; then nothing waits until it has caught up', () => {
    const { made, telemetry } = order()
    telemetry(NOW - 60_000)
    made.keeps(event(1, NOW), NOW)
    made.keeps(event(2, NOW), NOW + 100_000)
    expect(made.free(NOW + 299_999)).toEqual([])
    expect(ids(made.free(NOW + 300_000))).toEqual([1, 2])
    expect([made.isBehind('a'), made.isDraining('a')]).toEqual([true, false])
    expect(made.keeps(event(3, NOW), NOW + 300_001)).toBe(false)
    telemetry(NOW + 400_000, NOW + 400_000)
    telemetry(NOW + 400_001, NOW + 500_000)
    expect(made.isDraining('a')).toBe(true)
    expect(made.keeps(event(4, NOW), NOW + 500_000)).toBe(true)
    expect(made.free(NOW + 500_001)).toEqual([])
  })

  it('lets what was history when it came wait as long as samples get on, and no longer than five minutes without', () => {
    const { made, telemetry } = order()
    telemetry(NOW - 900_000)
    made.keeps(event(1, NOW - 60_001), NOW)
    for (let at = 0; at <= 600_000; at += 60_000) telemetry(NOW - 900_000 + at / 10, NOW + at)
    expect(made.free(NOW + 600_000)).toEqual([])
    // it is not heard: nothing can be known
    expect(made.free(NOW + 2_000_000)).toEqual([])
    telemetry(NOW - 900_000, NOW + 899_999)
    expect(made.free(NOW + 899_999)).toEqual([])
    telemetry(NOW - 900_000, NOW + 900_000)
    expect(ids(made.free(NOW + 900_000))).toEqual([1])
    expect(made.isDraining('a')).toBe(true)
  })

  it('keeps at most so many', () => {
    const { made, telemetry } = order()
    telemetry(NOW - 60_000)
    let kept = 0
    while (made.keeps(event(kept, NOW), NOW) && kept < 60_000) kept++
    expect(kept).toBe(50_001)
    expect(made.free(NOW)).toHaveLength(50_001)
  })

  it('lets what runs by time go on to where both lanes are known while it drains, else to the events', () => {
    const { made, telemetry, events } = order()
    expect(made.knownTo('a')).toBe(0)
    events(NOW - 10)
    events(NOW - 50)
    expect(made.knownTo('a')).toBe(NOW - 10)
    telemetry(NOW - 70_000)
    telemetry(NOW - 80_000)
    expect(made.knownTo('a')).toBe(NOW - 70_000)
    made.keeps(event(1, NOW), NOW)
    made.free(NOW + 300_000)
    expect(made.knownTo('a')).toBe(NOW - 10)
  })

  it('goes on after a restart with what waited', () => {
    const { made } = order()
    made.restore('a', [event(1, 10), event(2, 20)])
    expect(made.isBehind('a')).toBe(true)
    expect(ids(made.upTo('a', 10))).toEqual([1])
    expect(made.free(NOW)).toEqual([])
    expect(made.free(NOW + 299_999)).toEqual([])
    expect(ids(made.free(NOW + 300_000))).toEqual([2])
  })
})
