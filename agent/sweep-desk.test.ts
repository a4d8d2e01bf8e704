import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { SweepArguments } from '#shared/diagnostics/sweep.ts'
import { systemClock } from '#shared/time/clock.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { startSegment, sweptDevices } from '#test/support/swept-segment.ts'
import { until } from '#test/support/until.ts'
import type { AgentDevice } from './devices/device.ts'
import { SweepPolicy } from './diagnostics/sweep-policy.ts'
import { readProfiles } from './inputs/snmp-poll/profile-files.ts'
import { createSweepDesk, type SweepDeskDeps } from './sweep-desk.ts'

const NEVER = new AbortController().signal
const near: AgentDevice = { id: 'near', name: 'Near', address: '127.79.1.200', tags: {}, parents: [] }
const { profiles } = await readProfiles()

function desk(more: Partial<SweepDeskDeps> = {}) {
  const records: ResultRecord[] = []
  const site = createSweepDesk({
    policy: SweepPolicy.parse({}),
    credentials: { office: { version: 'v2c', community: 'office-community' } },
    open: (box) => box.replace('box of ', ''),
    ...{ devices: () => [near], profiles: () => profiles, clock: systemClock(), log: pino({ level: 'silent' }) },
    emit: async (record) => void records.push(record),
    ...more,
  })
  return { site, records }
}
const args = (ranges: string[], more: Partial<SweepArguments> = {}): SweepArguments => ({
  ...{ sweep: 's1', ranges, exclude: [], credentials: [], ownCredentials: true, packetsPerSecond: 400, timeoutMs: 200 },
  ...{ snmpPort: 161, tcpPorts: [], ping: false },
  ...more,
})
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  )

describe('the sweep desk', () => {
  it('goes only where the site lets it: private networks and those of its devices, or as the policy says', async () => {
    const { site } = desk()
    expect(await refusal(site.sweep(args(['8.8.8.0/24', '10.0.0.1']), NEVER))).toMatch(
      /^254 of the addresses \(8\.8\.8\.1-8\.8\.8\.254\) lie outside .* policy file of the agent/,
    )
    expect(await refusal(site.sweep(args(['127.0.0.1']), NEVER))).toMatch(/outside/)
    expect(await refusal(site.sweep(args(['127.79.1.3'], { timeoutMs: 100, ownCredentials: false }), NEVER))).toBe(
      'done',
    )
    const narrow = desk({ policy: SweepPolicy.parse({ ranges: ['10.1.0.0/16'] }) }).site
    expect(await refusal(narrow.sweep(args(['10.2.0.1-10.2.0.3', '127.79.1.3']), NEVER))).toMatch(
      /^4 of .* and 1 more range/,
    )
    const off = desk({ policy: SweepPolicy.parse({ enabled: false }) }).site
    expect(await refusal(off.sweep(args(['10.0.0.1']), NEVER))).toMatch(/does not let/)
  })

  it('says what cannot be done: ranges, names, size, a second sweep', async () => {
    const { site } = desk()
    expect(await refusal(site.sweep(args(['sw1']), NEVER))).toMatch(/is a name/)
    const unknown = args(['10.0.0.1'], { credentials: [{ name: 'lost' }] })
    expect(await refusal(site.sweep(unknown, NEVER))).toMatch(
      /no credentials "lost", neither of the site nor in the file/,
    )
    expect(await refusal(site.sweep(args(['10.0.0.0/16'], { packetsPerSecond: 1 }), NEVER))).toMatch(
      /more than 6 hours/,
    )
    const first = site.sweep(args(['127.79.1.0/24'], { packetsPerSecond: 20 }), NEVER)
    expect(await refusal(site.sweep(args(['127.79.1.1'], { sweep: 's2' }), NEVER))).toMatch(/another sweep/)
    expect(await site['sweep-stop']({ sweep: 's2' }, NEVER)).toEqual({ stopped: false })
    expect(await site['sweep-stop']({ sweep: 's1' }, NEVER)).toEqual({ stopped: true })
    expect(await first).toMatchObject({ stopped: true, progress: { addresses: 254 } })
  })

  it('tells findings and progress while it runs, with sets of the collector before its own', async () => {
    const [port] = (await freePorts(1)) as [number]
    const devices = sweptDevices(4, (n) => `127.79.1.${1 + n}`, 0).slice(3)
    const segment = await startSegment(devices, port)
    const policy = SweepPolicy.parse({ maxPacketsPerSecond: 300 })
    const { site, records } = desk({ policy })
    const plant = { name: 'plant', set: { version: 'v2c', community: 'sealed' } }
    const bad = await site.sweep(args(['127.79.1.9'], { credentials: [plant], snmpPort: port }), NEVER)
    expect(bad.notes).toContainEqual(expect.stringMatching(/"plant" are not tried: `community` is not sealed/))
    const named = desk({ policy, credentials: { plant: { version: 'v2c', community: 'plant-community' } } })
    const end = await named.site.sweep(
      args(['127.79.1.0/28'], { credentials: [{ name: 'plant' }], snmpPort: port }),
      NEVER,
    )
    await segment.stop()
    expect(end.notes).toEqual(['300 packets/s: the policy of the site allows no more'])
    expect(end.progress).toMatchObject({ addresses: 14, done: 14, found: 1 })
    await until(() => named.records.some((r) => r.kind === 'sweep-found'))
    expect(named.records).toContainEqual({
      ...{ kind: 'sweep-found', sweep: 's1', at: expect.any(Number) },
      found: [expect.objectContaining({ address: '127.79.1.4', credentials: 'plant', credentialsFrom: 'file' })],
    })
    expect(named.records.some((r) => r.kind === 'sweep-progress')).toBe(true)
    expect(JSON.stringify([end, ...named.records, ...records])).not.toContain('plant-community')
  })
})
