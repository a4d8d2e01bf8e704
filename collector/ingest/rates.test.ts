import { describe, expect, it } from 'vitest'
import type { SeriesKind } from '#shared/domain/sample.ts'
import type { SeriesInfo } from './evaluation.ts'
import { createRates } from './rates.ts'

const T = 1_790_000_000_000
const series = (id: number, kind: SeriesKind, metric = 'if.in', device = 's.d1'): SeriesInfo => ({
  ...{ id, agent: 'agent-one', site: 's', device, metric, resource: '', unit: '', kind },
})
const UP = series(1, 'gauge', 'sys.uptime')
const C32 = series(2, 'counter32')
const C64 = series(3, 'counter64', 'if.out')

function rates() {
  const r = createRates()
  for (const s of [UP, C32, C64]) r.define(s)
  return r
}

describe('rates', () => {
  it('gives the rate of a counter and nothing for its first reading', () => {
    const r = rates()
    expect(r.judge(2, T, 1000)).toBeNaN()
    expect(r.judge(2, T + 10_000, 3000)).toBe(200)
    expect(r.judge(2, T + 10_000, 3000)).toBeNaN()
  })

  it('tells a wrap from a restart by the uptime polled before', () => {
    const wrapped = rates()
    wrapped.judge(1, T, 5000)
    wrapped.judge(2, T, 2 ** 32 - 1000)
    wrapped.judge(1, T + 10_000, 5010)
    expect(wrapped.judge(2, T + 10_000, 1000)).toBe(200)

    const restarted = rates()
    restarted.judge(1, T, 5000)
    restarted.judge(2, T, 2 ** 32 - 1000)
    restarted.judge(3, T, 10)
    restarted.judge(1, T + 10_000, 4)
    expect(restarted.judge(2, T + 10_000, 1000)).toBeNaN()
    // risen since, but from zero
    expect(restarted.judge(3, T + 10_000, 50)).toBeNaN()
    restarted.judge(1, T + 20_000, 14)
    expect(restarted.judge(2, T + 20_000, 3000)).toBe(200)
  })

  it('sees a restart whose uptime has already passed the old one', () => {
    const r = rates()
    r.judge(1, T, 100)
    r.judge(3, T, 10)
    r.judge(1, T + 300_000, 200)
    expect(r.judge(3, T + 300_000, 5000)).toBeNaN()
  })

  it('takes the 497-day wrap of sysUpTime for what it is', () => {
    const r = rates()
    r.judge(1, T, 2 ** 32 / 100 - 5)
    r.judge(2, T, 2 ** 32 - 1000)
    r.judge(1, T + 10_000, 5)
    expect(r.judge(2, T + 10_000, 1000)).toBe(200)
  })

  it('without uptime believes a wrap only when it is small; a falling counter64 is a reset', () => {
    const r = createRates()
    for (const s of [C32, C64]) r.define(s)
    r.judge(2, T, 2 ** 32 - 1000)
    expect(r.judge(2, T + 10_000, 1000)).toBe(200)
    expect(r.judge(2, T + 20_000, 500)).toBeNaN()
    r.judge(3, T, 1e15)
    expect(r.judge(3, T + 10_000, 5)).toBeNaN()
    expect(r.judge(3, T + 20_000, 1005)).toBe(100)
  })

  it('goes on after a collector restart, also across a device restart in between', () => {
    const r = createRates()
    r.define(UP, { at: T, value: 5 })
    r.define(C32, { at: T - 60_000, value: 2 ** 32 - 1000 })
    r.define(C64, { at: T, value: 1000 })
    expect(r.judge(2, T, 1000)).toBeNaN()
    expect(r.judge(3, T + 10_000, 3000)).toBe(200)
  })

  it('leaves gauges alone and ignores what comes late', () => {
    const r = rates()
    r.define(series(9, 'gauge', 'cpu'))
    expect(r.judge(9, T, -3.5)).toBe(-3.5)
    r.judge(2, T, 1000)
    expect(r.judge(2, T - 5000, 500)).toBeNaN()
    expect(r.judge(2, T + 10_000, 3000)).toBe(200)
  })

  it('gives no rate over the swap of a device by one that has been up for longer', () => {
    const r = rates()
    r.judge(1, T, 5000)
    r.judge(3, T, 1000)
    r.judge(1, T + 60_000, 900_000)
    expect(r.judge(3, T + 60_000, 8e12)).toBeNaN()
    expect(r.takeRestarts()).toEqual([{ device: 's.d1', at: T + 60_000 }])
    r.judge(1, T + 120_000, 900_060)
    expect(r.judge(3, T + 120_000, 8e12 + 6000)).toBe(100)
    expect(r.takeRestarts()).toEqual([])
  })

  it('gives no rate where the port has another number: it is another row', () => {
    const r = createRates()
    const port = (index: string) => ({ ...C64, tags: { index } })
    r.define(port('1'))
    r.judge(3, T, 1000)
    r.define({ ...port('1'), tags: { index: '1', alias: 'uplink' } })
    expect(r.judge(3, T + 10_000, 3000)).toBe(200)
    r.define(port('5'))
    expect(r.judge(3, T + 20_000, 9e12)).toBeNaN()
    expect(r.judge(3, T + 30_000, 9e12 + 10)).toBe(1)
  })

  it('tells by the uptime in a trap that the device restarted since it was polled', () => {
    const r = rates()
    expect(r.restartedSince('s.d1', T, 5)).toBe(false)
    r.judge(1, T, 5000)
    expect(r.restartedSince('s.d1', T + 30_000, 5030)).toBe(false)
    expect(r.restartedSince('s.d1', T + 30_000, 12)).toBe(true)
    expect(r.restartedSince('s.other', T + 30_000, 12)).toBe(false)
    r.judge(1, T + 60_000, 42)
    expect(r.restartedSince('s.d1', T + 61_000, 43)).toBe(false)
  })
})
