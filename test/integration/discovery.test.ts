// A sweep the whole way: asked for in the API, signed, swept by the agent at the site, proposed, accepted, watched.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
