import { describe, expect, it } from 'vitest'
import { createNeighbourDesk } from './neighbour-desk.ts'

function begin(reads: boolean) {
  const state = { now: 0, reads, asked: [] as string[] }
  const desk = createNeighbourDesk({
    collectorReads: () => state.reads,
    requestPoll: (device) => state.asked.push(`${device} at ${state.now / 1000}`),
    mono: () => state.now,
    random: () => 0.5,
  })
  const until = (seconds: number) => {
    for (; state.now < seconds * 1000; state.now += 1000) desk.tick()
    return state.asked.splice(0)
  }
  desk.replace(['a', 'b'].map((id, i) => ({ id, address: `192.0.2.${i + 1}` })))
  return { ...{ desk, state, until } }
}
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
const COLD_START = '1.3.6.1.6.3.1.1.5.1'

describe('neighbours out of turn', () => {
  it('asks nothing of a collector that does not read them (0.1), whatever traps come', () => {
    const { desk, until } = begin(false)
    desk.onTrap('a', LINK_DOWN)
    expect(until(600)).toEqual([])
    expect(desk.wanted()).toBe(false)
  })

  it('reads all devices once the collector says that it reads them, and those that come later', () => {
    const { desk, state, until } = begin(false)
    until(10)
    state.reads = true
    expect(until(20)).toEqual(['a at 11', 'b at 11'])
    desk.replace([
      { id: 'b', address: '192.0.2.2' },
      { id: 'c', address: 'c.example.net' },
    ])
    expect(until(60)).toEqual(['c at 25'])
    expect([desk.site.isAddress('192.0.2.2'), desk.site.isAddress('192.0.2.1')]).toEqual([true, false])
  })

  it('reads once, some time after many signs, and not again within five minutes', () => {
    const { desk, until } = begin(true)
    expect(until(100)).toHaveLength(2)
    for (const trap of [LINK_DOWN, COLD_START, LINK_DOWN]) desk.onTrap('a', trap)
    desk.onTrap('a', '1.3.6.1.4.1.9.9.41.2.0.1')
    desk.onTrap('stranger', LINK_DOWN)
    expect(until(290)).toEqual([])
    expect(until(1_000)).toEqual(['a at 301'])
    desk.changed('a')
    expect(until(1_100)).toEqual(['a at 1060'])
  })
})
