import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StormEvent } from '#shared/domain/device-event.ts'
import { createStormGate, type StormLimit } from './storm.ts'

interface Message {
  readonly source: string
  readonly key: string
  readonly instance: string
  readonly at: number
}

function gateOf(limit: StormLimit | null) {
  const storms: StormEvent[] = []
  const recorded: Message[] = []
  const gate = createStormGate<Message>({
    limit,
    what: 'trap',
    keptPerSource: 500,
    example: (m) => m.instance.repeat(5000),
    recordStorm: (event) => storms.push(StormEvent.parse(event)),
    recordMessage: (message) => recorded.push(message),
  })
  const offer = (m: Message, now: number) => {
    if (gate.admit(m.source, now)) recorded.push(m)
    else gate.fold(m.source, null, m.key, m.instance, m.at, m)
  }
  const total = () => recorded.length + storms.reduce((sum, s) => sum + s.count, 0)
  return { gate, offer, storms, recorded, total }
}

describe('the storm gate', () => {
  it('lets a burst pass, then the sustained rate, per source', () => {
    const { gate } = gateOf({ perSourcePerSecond: 10, burst: 5 })
    const admitted = (source: string, now: number) =>
      Array.from({ length: 20 }, () => gate.admit(source, now)).filter(Boolean).length
    expect(admitted('a', 0)).toBe(5)
    expect(admitted('a', 300)).toBe(3)
    expect(admitted('b', 300)).toBe(5)
    expect(admitted('a', 100_000)).toBe(5)
  })

  it('is transparent without a limit', () => {
    const { gate } = gateOf(null)
    for (let i = 0; i < 10_000; i++) expect(gate.admit('a', 0)).toBe(true)
  })

  it('counts exactly, whatever comes in whatever order', () => {
    const message = fc.record({
      source: fc.constantFrom('a', 'b', 'c'),
      key: fc.integer({ min: 0, max: 100 }).map((n) => `k${n}`),
      instance: fc.integer({ min: 0, max: 700 }).map(String),
      at: fc.nat(1000),
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(message, fc.constant('flush' as const)), { maxLength: 400 }), (steps) => {
        const { gate, offer, total } = gateOf({ perSourcePerSecond: 1, burst: 3 })
        let offered = 0
        steps.forEach((step, now) => {
          if (step === 'flush') gate.flush(now)
          else {
            offered++
            offer(step, now)
          }
        })
        expect(total() + gate.totals().waiting).toBe(offered)
        gate.flush(10_000)
        expect(total()).toBe(offered)
        expect(gate.totals().waiting).toBe(0)
      }),
    )
  })

  it('keeps the last message of each instance, in order of arrival', () => {
    const { gate, offer, recorded, storms } = gateOf({ perSourcePerSecond: 0.001, burst: 1 })
    const keys = ['down', 'up', 'down', 'up', 'down']
    for (const [at, key] of keys.entries()) offer({ source: 'a', key, instance: '1', at }, 0)
    gate.flush(0)
    expect(recorded.map((m) => [m.key, m.at])).toEqual([
      ['down', 0],
      ['up', 3],
      ['down', 4],
    ])
    expect(storms.map((s) => [s.key, s.count, s.firstAt, s.lastAt])).toEqual([
      ['up', 1, 1, 3],
      ['down', 1, 2, 4],
    ])
  })

  it('leaves places for the last messages of other keys when one invents instances', () => {
    const { gate, offer, recorded } = gateOf({ perSourcePerSecond: 0.001, burst: 1 })
    for (let i = 0; i < 5000; i++) offer({ source: 'a', key: 'invented', instance: String(i), at: i }, 0)
    offer({ source: 'a', key: 'up', instance: '1', at: 6000 }, 0)
    gate.flush(0)
    expect(recorded.filter((m) => m.key === 'invented')).toHaveLength(251)
    expect(recorded.at(-1)).toMatchObject({ key: 'up', at: 6000 })
  })

  it('says of each storm when it began and what it has come to, of all keys of its source', () => {
    const { gate, offer, storms } = gateOf({ perSourcePerSecond: 0.001, burst: 1 })
    const round = (at: number) => {
      for (let i = 0; i < 10; i++) for (const key of ['down', 'up']) offer({ source: 'a', key, instance: '', at }, at)
      gate.flush(at)
    }
    for (const at of [1000, 2000, 3000, 63_000]) round(at)
    expect(storms.map((s) => [s.key, s.count, s.since, s.total])).toEqual([
      ['up', 9, 1000, 17],
      ['down', 8, 1000, 17],
      ['down', 9, 1000, 35],
      ['up', 9, 1000, 35],
      ['down', 9, 1000, 53],
      ['up', 9, 1000, 53],
      ['down', 9, 63_000, 18],
      ['up', 9, 63_000, 18],
    ])
  })

  it('stays bounded under invented sources, keys and instances', () => {
    const { gate, offer, total, recorded, storms } = gateOf({ perSourcePerSecond: 1, burst: 1 })
    for (let i = 0; i < 60_000; i++) offer({ source: 'noisy', key: `k${i % 5000}`, instance: String(i), at: i }, 0)
    for (let i = 0; i < 20_000; i++) offer({ source: `s${i}`, key: 'k', instance: '', at: i }, 0)
    expect(gate.totals().sources).toBeLessThanOrEqual(8192)
    gate.flush(1)
    expect(total()).toBe(80_000)
    expect(recorded.length).toBeLessThan(20_000 + 8192 + 2)
    expect(storms.length).toBeLessThanOrEqual(65)
  })
})
