import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Found } from '#shared/domain/discovery.ts'
import { type SweepDraft, SweepDraft as SweepDraftSchema } from '#shared/http/discovery.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import { type ChangeSet, emptyChangeSet } from '../storage/change-set.ts'
import { type Database, openDatabase } from '../storage/sqlite/database.ts'
import { createDiscoveryStore } from '../storage/sqlite/discovery-store.ts'
import { createDiscovery } from './discovery.ts'
import type { KnownDevice } from './propose.ts'

const SITE = 'hq'
const AGENT = 'agent-one'
let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-discovery-'))
  db = await openDatabase(join(dir, 'collector.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

function found(address: string, more: Partial<Found> = {}): Found {
  return Found.parse({
    ...{ address, answers: ['ping', 'snmp'], openPorts: [], pingMs: 1, credentials: 'office', snmpPort: 161 },
    ...{
      credentialsFrom: 'collector',
      snmpVersion: 'v2c',
      problem: null,
      sysName: 'SW 1.example',
      sysDescr: 'a switch',
    },
    ...{
      sysObjectId: '1.3.6.1.4.1.9.1.1',
      vendor: 'cisco',
      model: 'C9300',
      serial: 'FOC1',
      version: '17',
      profile: 'cisco',
    },
    ...{ profileReason: 'sysObjectID', engineId: null, chassisMac: null, device: null, at: 5, tookMs: 9, ...more },
  })
}
const silent = (address: string) =>
  found(address, {
    ...{ answers: ['ping'], credentials: null, credentialsFrom: null, snmpVersion: null, snmpPort: null },
    ...{ problem: 'no SNMP with your 2 sets', sysName: null, sysDescr: null, sysObjectId: null, vendor: null },
    ...{ model: null, serial: null, version: null, profile: null, profileReason: null },
  })
const progress = { addresses: 254, asked: 254, done: 254, answered: 2, found: 1, packets: 900, etaMs: 0 }

function setUp() {
  const store = createDiscoveryStore(db, 3)
  const devices: KnownDevice[] = []
  const written: ChangeSet[] = []
  let now = 1_000_000
  let id = 0
  const write = (changes: ChangeSet) => {
    written.push(changes)
    db.transaction(() => store.write(changes, now))
  }
  const discovery = createDiscovery({
    store,
    hasSite: (site) => site === SITE,
    agentsOf: () => [AGENT, 'agent-two'],
    devicesOf: () => devices,
    setsOf: () => ['office', 'sealed-badly'],
    seal: (_agent, _site, name) => (name === 'office' ? { version: 'v2c', community: 'box' } : 'cannot be sent: why'),
    refusal: () => undefined,
    importDevices: async (_site, rows) => ({
      ok: true,
      items: rows.map((row) => {
        const device = row as KnownDevice
        if (device.id === 'bad') return { outcome: 'refused', problems: [{ path: 'id', message: 'bad' }] }
        devices.push({ ...device, vendor: null, serial: null, sysObjectId: null, profile: null })
        return { outcome: 'added', problems: [] }
      }),
    }),
    commit: async (work) => {
      const { writes = [], orders = [], audit, value } = work(++now)
      const audits = audit ? [{ at: now, ...audit }] : []
      write({ ...emptyChangeSet(), discovery: [...writes], diagnostics: [...orders], audit: audits })
      return value
    },
    newId: () => `id-${++id}`,
  })
  const start = async (draft: Partial<SweepDraft> = {}) => {
    const started = await discovery.start(SITE, SweepDraftSchema.parse({ ranges: ['10.0.0.0/24'], ...draft }), 'ann')
    if (!started.ok) throw new Error(JSON.stringify(started))
    return started.id
  }
  const tell = (records: ResultRecord[], ends: ChangeSet['diagnosticResults'] = [], agent = AGENT) => {
    const changes = { ...emptyChangeSet(), diagnosticResults: [...ends] }
    now += 1000
    discovery.follow(
      records.map((record) => ({ agent, site: SITE, at: now, record })),
      changes,
      now,
    )
    write(changes)
    return changes
  }
  const tellFound = (sweep: string, ...all: Found[]) => tell([{ kind: 'sweep-found', sweep, at: now, found: all }])
  const end = (sweep: string, state: 'done' | 'failed' = 'done', notes: string[] = []) => {
    const command = store.sweep(sweep)?.command as string
    const result = state === 'done' ? { progress, stopped: false, notes } : null
    tell([], [{ command, state, at: now, result, error: state === 'done' ? null : 'the agent stopped' }])
  }
  const proposals = (filter = {}) => discovery.proposals(SITE, { limit: 100, ...filter })?.items ?? []
  return { discovery, store, devices, written, start, tell, tellFound, end, proposals }
}

describe('sweeps', () => {
  it('are ordered with sealed sets, followed to their end, and survive a restart', async () => {
    const t = setUp()
    const id = await t.start({ note: 'first look' })
    const order = t.written[0]?.diagnostics[0]
    expect(order).toMatchObject({ agent: AGENT, device: 'hq.', action: 'sweep', incident: null, requestedBy: 'ann' })
    expect(order?.arguments).toMatchObject({
      credentials: [{ name: 'office', set: { community: 'box' } }],
      ownCredentials: true,
    })
    expect(t.written[0]?.audit).toMatchObject([
      { actor: 'ann', action: 'discovery.sweep.start', subject: `sweep:hq.${id}` },
    ])
    expect(t.discovery.sweep(SITE, id)).toMatchObject({
      state: 'waiting',
      addresses: 254,
      progress: null,
      startedBy: 'ann',
    })
    expect(t.discovery.sweep(SITE, id)?.notes).toEqual([
      'credentials "sealed-badly" are not tried: cannot be sent: why',
    ])
    t.tell([{ kind: 'sweep-progress', sweep: id, at: 1, progress: { ...progress, done: 3 } }])
    const again = createDiscoveryStore(db, 3)
    expect(again.unended()).toMatchObject([{ id, state: 'running', progress: { done: 3 } }])
    t.tellFound(id, found('10.0.0.1'), silent('10.0.0.2'))
    t.end(id, 'done', ['a note'])
    expect(t.discovery.sweep(SITE, id)).toMatchObject({
      ...{ state: 'done', error: null, proposals: { new: 2, known: 0, changed: 0, ignored: 0 } },
      notes: ['credentials "sealed-badly" are not tried: cannot be sent: why', 'a note'],
    })
    expect(t.discovery.changed(t.written.at(-1) as ChangeSet)).toMatchObject([{ id, state: 'done' }])
  })

  it('says what is wrong with a draft, each with its place', async () => {
    const t = setUp()
    const ask = (draft: SweepDraft) => t.discovery.start(SITE, SweepDraftSchema.parse(draft), 'ann')
    const bad = {
      ranges: ['10.0.0.1', 'sw1', '0.0.0.0/0'],
      exclude: ['x'],
      credentials: ['sealed-badly', 'office', 'office'],
    }
    const said = await ask(bad)
    expect(said).toMatchObject({ ok: false, code: 'bad-request' })
    expect(said.ok ? [] : said.details?.map((d) => d.path)).toEqual([
      'ranges.1',
      'ranges.2',
      'exclude.0',
      'credentials.0',
      'credentials.2',
    ])
    expect(await ask({ ranges: ['10.0.0.0/24'], exclude: ['10.0.0.0/16'] })).toMatchObject({
      details: [{ path: 'exclude' }],
    })
    expect(await ask({ ranges: ['10.0.0.0/16', '10.1.0.0/16'], packetsPerSecond: 1000 })).toMatchObject({
      details: [{ path: 'ranges', message: expect.stringMatching(/131,068 addresses together/) }],
    })
    expect(await ask({ ranges: ['10.0.0.0/16'], packetsPerSecond: 1 })).toMatchObject({
      details: [{ path: 'packetsPerSecond' }],
    })
    expect(await ask({ ranges: ['10.0.0.1'], agent: 'agent-nine' })).toMatchObject({ details: [{ path: 'agent' }] })
    expect(await t.discovery.start('nowhere', SweepDraftSchema.parse({ ranges: ['10.0.0.1'] }), 'ann')).toMatchObject({
      code: 'not-found',
    })
    await t.start({ credentials: ['of-the-agent'] })
    expect(t.written.at(-1)?.diagnostics[0]?.arguments.credentials).toEqual([{ name: 'of-the-agent' }])
    expect(await ask({ ranges: ['10.0.0.1'] })).toMatchObject({ code: 'conflict' })
  })

  it('are stopped, or fail with the reason; findings of nobody are counted', async () => {
    const t = setUp()
    const id = await t.start()
    expect(await t.discovery.stop(SITE, id, 'bob')).toEqual({ ok: true })
    expect(t.written.at(-1)?.diagnostics).toMatchObject([{ action: 'sweep-stop', arguments: { sweep: id } }])
    expect(t.discovery.sweep(SITE, id)?.state).toBe('stopping')
    t.end(id, 'failed')
    expect(t.discovery.sweep(SITE, id)).toMatchObject({ state: 'failed', error: 'the agent stopped' })
    expect(await t.discovery.stop(SITE, id, 'bob')).toMatchObject({ code: 'conflict' })
    t.tellFound('no-such', found('10.0.0.1'))
    t.tell([{ kind: 'sweep-found', sweep: id, at: 1, found: [found('10.0.0.1')] }], [], 'agent-two')
    expect(t.discovery.counters()).toEqual({ 'unknown-sweep': 2 })
    expect(t.proposals()).toEqual([])
  })

  it('are kept in number, newest first, in pages', async () => {
    const t = setUp()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const id = await t.start()
      ids.unshift(id)
      t.end(id)
    }
    const first = t.discovery.sweeps(SITE, { limit: 2 })
    const rest = t.discovery.sweeps(SITE, { limit: 2, cursor: first?.nextCursor ?? '' })
    expect([...(first?.items ?? []), ...(rest?.items ?? [])].map((s) => s.id)).toEqual(ids.slice(0, 3))
    expect(rest?.nextCursor).toBeNull()
  })
})

describe('proposals', () => {
  it('are one per device, whatever addresses it has, and stay one in later sweeps', async () => {
    const t = setUp()
    const first = await t.start()
    t.tellFound(first, found('10.0.0.1'), found('10.0.0.9'), silent('10.0.0.2'))
    t.end(first)
    expect(t.proposals().map((p) => [p.state, p.addresses])).toEqual([
      ['new', ['10.0.0.2']],
      ['new', ['10.0.0.9', '10.0.0.1']],
    ])
    const second = await t.start()
    t.tellFound(second, found('10.0.0.9', { version: '18' }), found('10.0.0.2', { serial: 'FOC2', sysName: 'sw2' }))
    t.end(second)
    const later = t.proposals({ sweep: second })
    expect(later.map((p) => [p.addresses, p.found.version, p.lastSweep])).toEqual([
      [['10.0.0.2'], '17', second],
      [['10.0.0.9', '10.0.0.1'], '18', second],
    ])
    expect(t.proposals()).toHaveLength(2)
    // another unit at an address: another proposal, and the first one loses the address
    const third = await t.start()
    t.tellFound(third, found('10.0.0.1', { serial: 'FOC3', sysName: 'sw3' }), silent('10.0.0.9'))
    expect(t.proposals().map((p) => [p.found.serial, p.addresses])).toEqual([
      ['FOC3', ['10.0.0.1']],
      ['FOC2', ['10.0.0.2']],
      ['FOC1', ['10.0.0.9']],
    ])
    expect(t.discovery.sweep(SITE, first)?.proposals.new).toBe(2)
  })

  it('know what is a device already, and say when its serial number changed', async () => {
    const t = setUp()
    const device = {
      ...{ id: 'core', address: '10.0.0.1', vendor: 'cisco', serial: 'FOC9' },
      sysObjectId: '1.3.6.1.4.1.9.1.1',
      profile: 'cisco',
    }
    t.devices.push(device, { ...device, id: 'edge', address: '10.7.0.1', serial: 'FOC2' })
    const sweep = await t.start()
    t.tellFound(sweep, found('10.0.0.1'), found('10.0.0.2', { serial: 'FOC2' }))
    expect(t.proposals().map((p) => [p.state, p.device, p.changes])).toEqual([
      ['changed', 'core', ['serial number FOC1, was FOC9']],
      ['known', 'edge', []],
    ])
    expect(t.discovery.sweep(SITE, sweep)?.proposals).toEqual({ new: 0, known: 1, changed: 1, ignored: 0 })
  })

  it('stay ignored, with reason, until they are restored', async () => {
    const t = setUp()
    const sweep = await t.start()
    t.tellFound(sweep, silent('10.0.0.2'))
    const [p] = t.proposals()
    expect(await t.discovery.ignore(SITE, [p?.id ?? '', 'none'], 'a phone', 'ann')).toEqual({ ok: true, changed: 1 })
    expect(t.written.at(-1)?.audit).toMatchObject([{ action: 'discovery.ignore', detail: { reason: 'a phone' } }])
    t.tellFound(sweep, found('10.0.0.2'))
    expect(t.proposals()).toMatchObject([
      { state: 'ignored', found: { serial: 'FOC1' }, ignored: { reason: 'a phone', by: 'ann' } },
    ])
    expect(t.proposals({ states: ['new'] })).toEqual([])
    await t.discovery.restore(SITE, [p?.id ?? ''], 'ann')
    expect(t.proposals({ states: ['new'], snmp: true, q: 'c9300' })).toHaveLength(1)
    expect(t.proposals({ q: 'no such' })).toEqual([])
  })

  it('become devices, each by itself, with ids that are free', async () => {
    const t = setUp()
    const sweep = await t.start()
    const own = found('10.0.0.5', { serial: 'S5', credentials: 'theirs', credentialsFrom: 'file' })
    t.tellFound(
      sweep,
      found('10.0.0.1'),
      found('10.0.0.2', { serial: 'S2', snmpPort: 1161 }),
      silent('10.0.0.3'),
      silent('10.0.0.4'),
      own,
    )
    const all = t.proposals()
    expect(all.map((p) => p.suggestion)).toMatchObject([
      { id: 'sw-1', name: 'SW 1.example', credentials: 'office' },
      { id: 'sw-1' },
      { id: 'device-10-0-0-3', credentials: null },
      { id: 'device-10-0-0-4' },
      { id: 'sw-1', credentials: null },
    ])
    const [one, two, three, four, five] = all.map((p) => ({ proposal: p.id }))
    if (!one || !two || !three || !four || !five) throw new Error('five')
    const wishes = [
      one,
      one,
      two,
      { ...three, id: 'bad' },
      { ...four, address: '10.9.9.9' },
      five,
      { proposal: 'none' },
    ]
    const accepted = await t.discovery.accept(SITE, wishes, 'ann')
    expect(accepted).toMatchObject({
      items: [
        { outcome: 'accepted', device: 'sw-1' },
        { outcome: 'refused', problems: [{ message: 'it is named twice' }] },
        { outcome: 'accepted', device: 'sw-1-2' },
        { outcome: 'refused', problems: [{ path: 'id', message: 'bad' }] },
        { outcome: 'refused', problems: [{ path: 'address' }] },
        { outcome: 'refused', problems: [{ message: expect.stringMatching(/"theirs" of the agent's own file/) }] },
        { outcome: 'refused', problems: [{ path: 'proposal' }] },
      ],
    })
    expect(t.devices).toMatchObject([
      { id: 'sw-1', address: '10.0.0.1', snmp: { credentials: 'office' }, icmp: {}, agent: AGENT },
      { id: 'sw-1-2', address: '10.0.0.2', snmp: { credentials: 'office', port: 1161 } },
    ])
    expect(t.proposals({ states: ['known'] }).map((p) => p.device)).toEqual(['sw-1', 'sw-1-2'])
    expect(t.proposals()[0]?.blocked).toBe('it is the device "sw-1" already')
    expect(await t.discovery.accept(SITE, [one], 'ann')).toMatchObject({ items: [{ outcome: 'refused' }] })
    expect(await t.discovery.accept(SITE, [{ ...five, credentials: 'office' }], 'ann')).toMatchObject({
      items: [{ outcome: 'accepted', device: 'sw-1-3' }],
    })
  })
})
