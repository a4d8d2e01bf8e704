import { pino } from 'pino'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readRanges, without } from '#shared/domain/address-ranges.ts'
import { type Found, identityKeys, type SweepProgress } from '#shared/domain/discovery.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { systemClock } from '#shared/time/clock.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { type Segment, SWEPT_SETS, startSegment, sweptDevices } from '#test/support/swept-segment.ts'
import type { AgentDevice } from '../devices/device.ts'
import { readProfiles } from '../inputs/snmp-poll/profile-files.ts'
import { createDiscovery, type NamedSet, type SweepPlan } from './discovery.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles()).profiles
})
const segments: Segment[] = []
afterEach(async () => {
  for (const segment of segments.splice(0)) await segment.stop()
})

const SETS = Object.entries(SWEPT_SETS).map(([name, credentials]): NamedSet => ({ name, from: 'file', credentials }))
const planOf = (range: string, snmpPort: number, more: Partial<SweepPlan> = {}): SweepPlan => ({
  ...{ ranges: readRanges([range]).ranges, sets: SETS, packetsPerSecond: 400, timeoutMs: 500, snmpPort },
  ...{ tcpPorts: [], ping: false },
  ...more,
})
const discoveryOf = (devices: readonly AgentDevice[] = []) =>
  createDiscovery({
    profiles: () => profiles,
    deviceAt: (address) => devices.find((device) => device.address === address),
    clock: systemClock(),
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
  })
async function swept(plan: SweepPlan, discovery = discoveryOf(), signal = new AbortController().signal) {
  const found: Found[] = []
  const told: SweepProgress[] = []
  const end = await discovery.sweep(
    plan,
    { found: (one) => void found.push(one), progress: (p) => void told.push(p) },
    signal,
  )
  return { found, told, end, at: (address: string) => found.find((one) => one.address === address) }
}

describe('a sweep', () => {
  it('finds all of a /26 whose other addresses are silent, at the pace asked for', { timeout: 30_000 }, async () => {
    const [port] = (await freePorts(1)) as [number]
    const devices = sweptDevices(12, (n) => `127.77.1.${3 + 4 * n}`, 420)
    const segment = await startSegment(devices, port, '0.0.0.0')
    segments.push(segment)
    const { found, told, end, at } = await swept(planOf('127.77.1.0/26', port))
    expect(found.map((f) => f.address).sort()).toEqual(devices.flatMap((d) => d.addresses).sort())
    for (const device of devices) {
      const one = at(device.addresses[0] as string) as Found
      if (device.manner !== 'good') continue
      expect(one, device.kind).toMatchObject({ credentials: device.opens, answers: ['snmp'], problem: null })
      expect(one.profile, device.kind).toBeTruthy()
      expect(one.profileReason, device.kind).toBeTruthy()
    }
    expect(at(devices[1]?.addresses[0] as string)).toMatchObject({ credentials: null, answers: ['snmp'] })
    expect(at(devices[1]?.addresses[0] as string)?.problem).toMatch(
      /^speaks SNMP, not with your 3 sets \(office: parse/,
    )
    expect(at(devices[2]?.addresses[0] as string)?.problem).toMatch(/came from 127\.77\.1\.11 port \d+, not from/)
    const [one, two] = (devices[0]?.addresses ?? []).map((address) => identityKeys(at(address) as Found))
    expect(one?.length).toBeGreaterThan(0)
    expect(one).toEqual(two)
    expect(end).toMatchObject({
      stopped: false,
      progress: { addresses: 62, asked: 62, done: 62, answered: 13, found: 11 },
    })
    expect(segment.busiestSecond()).toBeLessThanOrEqual(400)
    expect(segment.arrivals.length).toBe(end.progress.packets)
    expect(told.length).toBeGreaterThan(1)
    expect(told.every((p, i) => i === 0 || p.asked >= (told[i - 1]?.asked ?? 0))).toBe(true)
  })

  it('tries a wrong v3 key once, and what worked last first', async () => {
    const [port] = (await freePorts(1)) as [number]
    const [, , , , v3] = sweptDevices(5, (n) => `127.77.2.${1 + n}`, 0)
    if (v3?.opens !== 'core-v3') throw new Error('the fifth is opened by v3')
    const segment = await startSegment([v3], port)
    segments.push(segment)
    const wrong: NamedSet = {
      name: 'wrong',
      from: 'file',
      credentials: { ...SWEPT_SETS['core-v3'], authKey: 'another-key' },
    }
    const plan = planOf('127.77.2.5', port, { sets: [wrong, ...SETS] })
    const discovery = discoveryOf()
    const first = await swept(plan, discovery)
    expect(first.at('127.77.2.5')).toMatchObject({ credentials: 'core-v3', snmpVersion: 'v3', problem: null })
    const before = segment.arrivals.length
    const second = await swept(plan, discovery)
    expect(second.at('127.77.2.5')?.credentials).toBe('core-v3')
    // without two communities sent twice and the wrong key
    expect(segment.arrivals.length - before).toBe(before - 2 - 2 - 2)
    const none = await swept(planOf('127.77.2.5', port, { sets: [wrong] }))
    expect(none.at('127.77.2.5')?.problem).toMatch(/^speaks SNMP, not with your set \(wrong: auth/)
    expect(none.end.progress.packets).toBe(2)
  })

  it('says what only answers TCP, and which device has an address', async () => {
    const [port, other] = (await freePorts(2)) as [number, number]
    const device = { ...{ id: 'core-1', name: 'Core', address: '127.77.3.1', tags: {}, parents: [] } }
    const { found } = await swept(
      planOf('127.77.3.1', port, { tcpPorts: [other], sets: SETS.slice(0, 1), timeoutMs: 100 }),
      discoveryOf([device]),
    )
    expect(found).toMatchObject([
      { answers: ['tcp'], openPorts: [], credentials: null, problem: 'no SNMP with your set', device: 'core-1' },
    ])
  })

  it('ends soon when it is stopped, and has counted what it did', async () => {
    const [port] = (await freePorts(1)) as [number]
    const ranges = without(readRanges(['127.78.0.0/16']).ranges, readRanges(['127.78.0.0/24'], 'exclude').ranges)
    const segment = await startSegment([], port, '0.0.0.0')
    segments.push(segment)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 700)
    // all of it would take ten minutes and more
    const { end } = await swept(
      planOf('127.78.0.1', port, { ranges, packetsPerSecond: 100 }),
      discoveryOf(),
      stop.signal,
    )
    expect(end.stopped).toBe(true)
    expect(end.progress.addresses).toBe(65_280)
    expect(end.progress.packets).toBeLessThan(100)
    expect(segment.arrivals.length).toBeLessThanOrEqual(end.progress.packets)
    expect(end.progress.etaMs).toBeGreaterThan(60_000)
  })
})
