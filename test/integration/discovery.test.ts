// A sweep the whole way: asked for in the API, signed, swept by the agent at the site, proposed, accepted, watched.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceTestRow } from '#shared/http/device-test.ts'
import type { AcceptResult, ProposalRow, ProposalsChanged, SweepRow } from '#shared/http/discovery.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { type EnrolledSite, startEnrolledSite } from '#test/support/enrolled-site.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { type Segment, SWEPT_SETS, startSegment, sweptDevices } from '#test/support/swept-segment.ts'
import { until } from '#test/support/until.ts'

const SITE = '/api/v1/sites/hq'

describe('discovery', () => {
  let whole: EnrolledSite
  let segment: Segment
  let port = 0
  beforeAll(async () => {
    ;[port] = (await freePorts(1)) as [number]
    segment = await startSegment(
      sweptDevices(6, (n) => `127.81.1.${1 + n}`, 150),
      port,
      '0.0.0.0',
    )
    // its own device makes the network around it one that may be swept
    whole = await startEnrolledSite({
      devices: [{ id: 'own-1', address: '127.81.1.100', icmp: {} }],
      credentials: { office: { version: 'v2c', community: SWEPT_SETS.office.community } },
    })
    const { 'core-v3': v3, plant } = SWEPT_SETS
    await whole.api.put(`${SITE}/config/credentials/plant`, plant)
    await whole.api.put(`${SITE}/config/credentials/core-v3`, v3)
  }, 60_000)
  afterAll(async () => {
    await whole?.[Symbol.asyncDispose]()
    await segment?.stop()
  })
  const draft = () => ({
    ranges: ['127.81.1.0/28'],
    snmpPort: port,
    timeoutMs: 400,
    packetsPerSecond: 300,
    tcpPorts: [],
    ping: false,
  })
  const start = (more = {}) => whole.api.post<SweepRow>(`${SITE}/sweeps`, { ...draft(), ...more })
  const ended = (id: string) =>
    until(
      async () => {
        const row = await whole.api.get<SweepRow>(`${SITE}/sweeps/${id}`)
        return row.endedAt === null ? undefined : row
      },
      { timeoutMs: 30_000, everyMs: 100, what: 'the sweep to end' },
    )

  it('finds, with sets of the collector and of the agent, and tells while it runs', async () => {
    const heard: string[] = []
    const listening = new AbortController()
    const live = whole.api.live((name, data) => {
      if (name === 'sweep') heard.push((data as { sweep: SweepRow }).sweep.state)
    }, listening.signal)
    const { id, state, addresses, credentials } = await start()
    expect({ state, addresses, credentials }).toEqual({
      state: 'waiting',
      addresses: 14,
      credentials: ['core-v3', 'plant'],
    })
    const row = await ended(id)
    expect(row).toMatchObject({
      state: 'done',
      error: null,
      progress: { addresses: 14, done: 14, answered: 7, found: 5 },
    })
    expect(row.proposals).toEqual({ new: 6, known: 0, changed: 0, ignored: 0 })
    await until(() => heard.includes('done'))
    expect(heard).toContain('running')
    listening.abort()
    await live.catch(() => undefined)
    const proposals = await whole.api.all<ProposalRow>(`${SITE}/proposals?sweep=${id}`)
    expect(proposals.map((p) => p.addresses.toSorted().join(' ')).sort()).toEqual([
      '127.81.1.1 127.81.1.7',
      ...['127.81.1.2', '127.81.1.3', '127.81.1.4', '127.81.1.5', '127.81.1.6'],
    ])
    const text = JSON.stringify([row, proposals, await whole.api.all('/api/v1/audit')])
    for (const secret of ['office-community', 'plant-community', 'swept-auth-key', 'swept-priv-key'])
      expect(text).not.toContain(secret)
    expect(text).toContain('discovery.sweep.start')
  }, 60_000)

  it('makes a watched device of a proposal, and knows it in the next sweep; an ignored one stays ignored', async () => {
    const proposals = await whole.api.all<ProposalRow>(`${SITE}/proposals?snmp=true`)
    const v3 = proposals.find((p) => p.found.credentials === 'core-v3')
    const plant = proposals.find((p) => p.found.credentials === 'plant')
    const own = proposals.find((p) => p.found.credentials === 'office')
    if (!v3 || !plant || !own) throw new Error(JSON.stringify(proposals.map((p) => p.found.credentials)))
    const items = [{ proposal: v3.id, id: 'found-v3' }, { proposal: own.id }]
    const accepted = await whole.api.post<AcceptResult>(`${SITE}/proposals/accept`, { items })
    expect(accepted.items).toMatchObject([
      { outcome: 'accepted', device: 'found-v3' },
      { outcome: 'refused', problems: [{ message: expect.stringMatching(/"office" of the agent's own file/) }] },
    ])
    const ignore = { proposals: [plant.id], reason: 'of the tenant' }
    expect(await whole.api.post<ProposalsChanged>(`${SITE}/proposals/ignore`, ignore)).toEqual({ changed: 1 })
    await until(
      async () => {
        const device = await whole.api.get<DeviceRow>('/api/v1/devices/hq.found-v3').catch(() => undefined)
        return device?.profile
      },
      { timeoutMs: 30_000, what: 'the accepted device to be polled' },
    )
    const again = await ended((await start()).id)
    expect(again.proposals).toEqual({ new: 4, known: 1, changed: 0, ignored: 1 })
    const known = await whole.api.all<ProposalRow>(`${SITE}/proposals?state=known`)
    expect(known).toMatchObject([{ device: 'found-v3', found: { credentials: 'device:found-v3' } }])
  }, 60_000)

  it('tries a device before it is kept, step by step, and keeps nothing of what was typed for it', async () => {
    const secrets = { authKey: 'swept-auth-key', privKey: 'swept-priv-key' }
    const set = { ...SWEPT_SETS['core-v3'], ...secrets }
    const tried = async (path: string, body: object) => {
      const { id } = await whole.api.post<DeviceTestRow>(path, body)
      return await until(
        async () => {
          const row = await whole.api.get<DeviceTestRow>(`${SITE}/device-tests/${id}`)
          return row.endedAt === null ? undefined : row
        },
        { timeoutMs: 30_000, everyMs: 50, what: 'the test to end' },
      )
    }
    const at = { address: '127.81.1.5', tcpPorts: [22], ping: false }
    const typed = await tried(`${SITE}/device-tests`, { ...at, snmp: { set, port, timeoutMs: 400 } })
    expect(typed).toMatchObject({ state: 'done', verdict: 'read', failure: null })
    expect(typed.steps.map((step) => step.step)).toEqual([
      ...['address', 'tcp', 'snmp', 'identity', 'profile', 'values'],
    ])
    const kept = await tried(`${SITE}/device-tests`, { ...at, snmp: { credentials: 'core-v3', port, timeoutMs: 400 } })
    expect(kept.verdict).toBe('read')
    const wrong = { version: 'v3', user: 'noc', authKey: 'typed-wrongly' } as const
    const half = { credentials: 'core-v3', set: { ...SWEPT_SETS['core-v3'], privKey: undefined, ...wrong } }
    const mixed = await tried(`${SITE}/device-tests`, { ...at, snmp: { ...half, port, timeoutMs: 400 } })
    expect(mixed).toMatchObject({ verdict: 'answers', steps: expect.arrayContaining([]) })
    expect(mixed.steps.find((step) => step.step === 'snmp')).toMatchObject({ state: 'failed', code: 'auth' })
    const watched = await tried('/api/v1/devices/hq.own-1/test', {})
    expect(watched).toMatchObject({ device: 'hq.own-1', state: 'done' })
    expect(watched.steps.some((step) => step.step === 'snmp')).toBe(false)
    const unknown = whole.api.post(`${SITE}/device-tests`, { ...at, agent: 'nobody-here' })
    await expect(unknown).rejects.toThrow(/400.*no agent/s)
    const audit = JSON.stringify(await whole.api.all('/api/v1/audit'))
    expect(audit).toContain('device.test')
    const files = readdirSync(whole.dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name))
      expect(bytes.includes('typed-wrongly'), file.name).toBe(false)
    }
  }, 60_000)

  it('is held to what the site lets be swept, stopped on request, and said to be interrupted by a restart', async () => {
    const far = await ended((await start({ ranges: ['8.8.8.8'] })).id)
    expect(far).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/lie outside of what this site lets be swept/),
    })
    const unknown = await ended((await start({ credentials: ['lost'] })).id)
    expect(unknown).toMatchObject({ state: 'failed', error: expect.stringMatching(/no credentials "lost"/) })
    await expect(start({ ranges: ['0.0.0.0/0', 'sw1'] })).rejects.toThrow(/400.*ranges\.0.*ranges\.1/s)
    const slow = { ranges: ['127.81.1.0/24'], packetsPerSecond: 20 }
    const running = (id: string) =>
      until(async () => (await whole.api.get<SweepRow>(`${SITE}/sweeps/${id}`)).progress, {
        timeoutMs: 20_000,
        what: 'progress',
      })
    const first = await start(slow)
    await running(first.id)
    await expect(start()).rejects.toThrow(/409.*under way/)
    await whole.api.remove(`${SITE}/sweeps/${first.id}`)
    expect(await ended(first.id)).toMatchObject({ state: 'stopped', error: null })
    const second = await start(slow)
    await running(second.id)
    await whole.stopAgent()
    await whole.startAgent()
    expect(await ended(second.id)).toMatchObject({ state: 'failed', error: expect.stringMatching(/the agent stopped/) })
    expect((await whole.api.all<SweepRow>(`${SITE}/sweeps`))[0]?.id).toBe(second.id)
  }, 90_000)
})
