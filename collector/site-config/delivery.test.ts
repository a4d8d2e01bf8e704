import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyChangeSet } from '#collector/storage/change-set.ts'
import { openDatabase } from '#collector/storage/sqlite/database.ts'
import { createSiteConfigStore } from '#collector/storage/sqlite/site-config-store.ts'
import type { ManagedDevice, ManagedSettings } from '#shared/devices/managed-device.ts'
import { makeSealingKey, openSealed, seal } from '#shared/seal/seal.ts'
import type { ConfigPart, ConfigReport, SiteConfig } from '#shared/wire/site-config.ts'
import type { ManagedWrite } from './config-store.ts'
import { createDelivery, type HeardAgent } from './delivery.ts'
import { contentFor, type KeptCredentials, NO_SEALING_KEY } from './site-content.ts'
import { vaultOf } from './vault.ts'

const A = 'agent-hq-0001'
const B = 'agent-hq-0002'
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function rig() {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-delivery-'))
  closing.push(() => rmSync(dir, { recursive: true, force: true }))
  const db = await openDatabase(join(dir, 'collector.db'))
  closing.push(() => db.close())
  const store = createSiteConfigStore(db)
  let vault = vaultOf(makeSealingKey().privatePem)
  const agents = new Map([[A, 'hq']])
  const keys = new Map([[A, makeSealingKey()]])
  const world = { now: 1_000_000, link: true, online: true }
  let sent: { agent: string; part: ConfigPart }[] = []
  const list = <T>(kind: 'device' | 'profile', site: string) => store.list<T>(kind, site)
  const build = () =>
    createDelivery({
      store,
      agents: () => [...agents].map(([id, site]) => ({ id, site })),
      siteOf: (agent) => agents.get(agent),
      contentOf: (agent, site, all) =>
        contentFor(
          agent,
          {
            devices: list<ManagedDevice>('device', site).map((row) => row.doc),
            credentials: new Map(store.list<KeptCredentials>('credential', site).map((row) => [row.name, row.doc])),
            settings: store.get<ManagedSettings>('settings', site, 'settings')?.doc ?? {},
            profiles: list<{ text: string }>('profile', site).map(({ name, doc }) => ({ name, text: doc.text })),
          },
          all,
          keys.get(agent)?.publicKey,
        ),
      reseal: (agent, _site, box, name, key) =>
        seal(keys.get(agent)?.publicKey ?? '', vault.open(box, `${name}/${key}`), agent),
      sign: (text) => `signed ${text.length}`,
      async publish(agent, part) {
        if (world.link) sent.push({ agent, part })
        return world.link
      },
      isOnline: () => world.online,
      now: () => world.now,
      random: () => 0.5,
      log: pino({ level: 'silent' }),
    })
  const r = {
    ...{ store, world, agents, keys },
    loseKey() {
      vault = vaultOf(makeSealingKey().privatePem)
    },
    delivery: build(),
    restart() {
      r.delivery = build()
    },
    keep(...writes: (Omit<ManagedWrite, 'by' | 'site'> & { site?: string })[]) {
      store.write(
        { ...emptyChangeSet(), siteConfig: writes.map((w) => ({ site: 'hq', ...w, by: 'admin' })) },
        world.now,
      )
      r.delivery.touch('hq')
    },
    device: (id: string, other: object = {}) =>
      r.keep({ kind: 'device', name: id, doc: { id, address: '192.0.2.1', tags: {}, parents: [], ...other } }),
    secret: (name: string, text: string) =>
      r.keep({
        ...{ kind: 'credential', name },
        doc: {
          words: { version: 'v2c' },
          secrets: { community: { box: vault.seal(text, `${name}/community`), at: 1, by: 'admin' } },
        },
      }),
    /** Seconds go by; answers what was sent meanwhile, put together. */
    async pass(seconds: number) {
      sent = []
      for (let i = 0; i < seconds; i++) {
        world.now += 1_000
        r.delivery.step()
        await new Promise((resolve) => setImmediate(resolve))
      }
      return sent
        .filter(({ part }) => part.part === part.parts - 1)
        .map(({ agent, part }) => ({ agent, part, config: whole(agent, part) }))
    },
    hello: (other: Partial<HeardAgent> = {}) =>
      r.delivery.heard({ agent: A, uses: 0, instance: 'one', trusts: 'us', ...other }),
    say: (version: number, state: ConfigReport['state'], agent = A) =>
      r.delivery.report(
        agent,
        Buffer.from(JSON.stringify({ version: 1, agent, configVersion: version, state, problems: [], more: 0, at: 5 })),
      ),
  }
  const whole = (agent: string, last: ConfigPart): SiteConfig => {
    const parts = sent
      .filter((s) => s.agent === agent && s.part.configVersion === last.configVersion)
      .slice(-last.parts)
    return JSON.parse(
      zstdDecompressSync(Buffer.concat(parts.map((s) => Buffer.from(s.part.data, 'base64')))).toString(),
    )
  }
  return r
}

describe('delivery', () => {
  it('sends nothing where nothing is kept, then what is, secrets sealed to the agent', async () => {
    const r = await rig()
    r.hello()
    expect(await r.pass(30)).toEqual([])
    r.secret('lab', 'public')
    r.device('sw', { snmp: { credentials: 'lab' } })
    const [one, ...more] = await r.pass(3)
    expect(more).toEqual([])
    expect(one?.config).toMatchObject({ agent: A, configVersion: 1, devices: [{ id: 'sw' }] })
    const box = one?.config.credentials.lab?.community as string
    expect(openSealed(r.keys.get(A)?.privatePem ?? '', box, A)).toBe('public')
  })

  it('makes one version of many changes, and none of none', async () => {
    const r = await rig()
    r.hello()
    for (let i = 0; i < 50; i++) r.device(`sw-${i}`)
    expect((await r.pass(2)).map(({ config }) => config.devices.length)).toEqual([50])
    r.say(1, 'applied')
    r.delivery.touch('hq')
    r.hello({ uses: 1, instance: 'two' })
    expect(await r.pass(60)).toEqual([])
    expect(r.delivery.of(A)).toMatchObject({ uses: 1, row: { version: 1 } })
  })

  it('is behind from a change until the next version is made: nobody is told that the last one is all', async () => {
    const r = await rig()
    r.hello()
    await r.pass(1)
    const isBehind = () => r.delivery.of(A).isBehind
    expect(isBehind()).toBe(false)
    r.device('sw')
    expect(isBehind()).toBe(true)
    await r.pass(1)
    expect(isBehind()).toBe(false)
    r.delivery.touch()
    expect(isBehind()).toBe(true)
  })

  it('is repeated with pauses that grow until the agent says that it uses it', async () => {
    const r = await rig()
    r.device('sw')
    r.hello()
    const counts: number[] = []
    for (let i = 0; i < 6; i++) counts.push((await r.pass(60)).length)
    expect(counts[0]).toBeGreaterThan(1)
    expect(counts.reduce((a, b) => a + b, 0)).toBeLessThan(8)
    r.hello({ instance: 'a new start' })
    expect(await r.pass(2)).toHaveLength(1)
    r.hello({ uses: 1, instance: 'a new start' })
    expect(await r.pass(2_000)).toEqual([])
  })

  it('waits for the agent to be there, and for the link', async () => {
    const r = await rig()
    r.world.online = false
    r.device('sw')
    expect(await r.pass(100)).toEqual([])
    Object.assign(r.world, { online: true, link: false })
    expect(await r.pass(5)).toEqual([])
    r.world.link = true
    expect(await r.pass(12)).toHaveLength(1)
  })

  it('goes on where a collector that ended was, with the same version', async () => {
    const r = await rig()
    r.device('sw')
    const [first] = await r.pass(2)
    r.restart()
    const [again] = await r.pass(2)
    expect(again?.part).toEqual(first?.part)
    r.say(1, 'partly')
    await r.pass(1)
    r.restart()
    expect(r.delivery.of(A).row?.report).toMatchObject({ configVersion: 1, state: 'partly' })
  })

  it('never sends again what was rolled back, until something changes or a person asks', async () => {
    const r = await rig()
    r.device('sw')
    await r.pass(2)
    r.say(1, 'rolled-back')
    r.hello({ instance: 'new' })
    expect(await r.pass(3_000)).toEqual([])
    r.delivery.again(A)
    expect((await r.pass(2)).map(({ config }) => config.configVersion)).toEqual([2])
    r.say(2, 'rolled-back')
    r.device('sw', { name: 'Other' })
    expect((await r.pass(2)).map(({ config }) => config.configVersion)).toEqual([3])
  })

  it('goes above what an agent uses when the collector has forgotten versions', async () => {
    const r = await rig()
    r.device('sw')
    r.hello({ uses: 41 })
    const made = await r.pass(3)
    expect(made.at(-1)?.config.configVersion).toBe(42)
    r.keep({ kind: 'device', name: 'sw', doc: null })
    r.hello({ uses: 42 })
    expect((await r.pass(3)).at(-1)?.config).toMatchObject({ configVersion: 43, devices: [] })
  })

  it('tells another configuration of the same number from its own: numbers given out twice after a backup', async () => {
    const r = await rig()
    r.device('sw')
    await r.pass(2)
    const { version = 0, sha256 = '' } = r.delivery.of(A).row ?? {}
    r.hello({ uses: version, hash: sha256 })
    expect(await r.pass(60)).toEqual([])
    r.hello({ uses: version, hash: 'f'.repeat(64), instance: 'two' })
    expect((await r.pass(2)).at(-1)?.config).toMatchObject({ configVersion: version + 1, devices: [{ id: 'sw' }] })
    r.say(version + 1, 'applied')
    expect(await r.pass(60)).toEqual([])
  })

  it('takes nothing away from the agent when its own key for secrets is lost', async () => {
    const r = await rig()
    r.secret('lab', 'public')
    r.device('sw', { snmp: { credentials: 'lab' } })
    const [one] = await r.pass(2)
    r.loseKey()
    r.secret('new', 'other')
    r.device('web', { tcp: [{ port: 443 }] })
    const [two] = await r.pass(2)
    expect(two?.config.devices.map((d) => d.id)).toEqual(['sw', 'web'])
    expect(two?.config.credentials.lab).toEqual(one?.config.credentials.lab)
    expect(r.delivery.of(A).problems).toMatchObject([{ path: 'credentials.lab' }])
  })

  it('leaves out what needs secrets that the agent cannot receive, and sends the rest', async () => {
    const r = await rig()
    r.keys.clear()
    r.secret('lab', 'public')
    r.device('sw', { snmp: { credentials: 'lab' } })
    r.device('web', { tcp: [{ port: 443 }] })
    const [one] = await r.pass(2)
    expect(one?.config).toMatchObject({ credentials: {}, devices: [{ id: 'web' }] })
    expect(r.delivery.of(A).problems).toEqual([{ device: 'sw', path: 'snmp.credentials', message: NO_SEALING_KEY }])
    r.keys.set(A, makeSealingKey())
    r.hello({ uses: 1, instance: 'enrolled now' })
    const [two] = await r.pass(2)
    expect(two?.config.devices.map((d) => d.id)).toEqual(['sw', 'web'])
    expect(r.delivery.of(A).problems).toEqual([])
  })

  it('gives each of several agents its own devices', async () => {
    const r = await rig()
    r.device('everyone')
    r.agents.set(B, 'hq')
    r.device('of-a', { agent: A })
    r.device('of-b', { agent: B })
    const sent = await r.pass(2)
    const ids = (agent: string) =>
      sent.filter((s) => s.agent === agent).map(({ config }) => config.devices.map((d) => d.id))
    // one more agent takes nothing away from the first
    expect([ids(A), ids(B)]).toEqual([[['everyone', 'of-a']], [['of-b']]])
    r.device('everyone', { name: 'Other' })
    await r.pass(2)
    r.restart()
    expect([A, B, 'nobody'].map(r.delivery.place)).toEqual([0, 1, Number.POSITIVE_INFINITY])
  })

  it('says why nothing goes to an agent that trusts another key, or when there is too much', async () => {
    const r = await rig()
    r.device('sw')
    r.hello({ trusts: 'another' })
    expect(await r.pass(20)).toEqual([])
    expect(r.delivery.of(A).blocked).toContain('command key')
    r.hello({ trusts: 'old' })
    expect(r.delivery.of(A).blocked).toContain('upgrade it')
    r.hello()
    expect(await r.pass(1)).toHaveLength(1)
    r.hello({ uses: 1 })
    for (let i = 0; i < 40; i++)
      r.keep({ kind: 'profile', name: `p${i}.yaml`, doc: { text: i.toString().padEnd(500_000, '\u00e9') } })
    expect(await r.pass(3)).toEqual([])
    expect(r.delivery.of(A).blocked).toContain('at most 16.0 MB')
    for (let i = 0; i < 40; i++) r.keep({ kind: 'profile', name: `p${i}.yaml`, doc: null })
    expect(await r.pass(3)).toEqual([])
    expect(r.delivery.of(A)).toMatchObject({ blocked: null, row: { version: 1 } })
  })

  it('reads ten reports of an agent in a second, and the next ones after it', async () => {
    const r = await rig()
    r.device('sw')
    await r.pass(2)
    for (let i = 0; i < 500; i++) r.delivery.report(A, Buffer.from('{'))
    r.say(1, 'applied')
    expect(r.delivery.counters()).toMatchObject({ 'report-unreadable': 10, 'report-too-often': 491 })
    expect(r.delivery.of(A).row?.report).toBeNull()
    await r.pass(1)
    r.say(1, 'applied')
    expect(r.delivery.of(A).row?.report).toMatchObject({ state: 'applied' })
  })

  it('takes reports as hostile', async () => {
    const r = await rig()
    r.device('sw')
    await r.pass(2)
    for (const bytes of ['', '{}', 'null', '[', '"x"', JSON.stringify({ agent: B }), 'x'.repeat(300_000)])
      r.delivery.report(A, Buffer.from(bytes))
    r.say(1, 'applied', 'agent-of-nobody')
    r.say(Number.MAX_SAFE_INTEGER, 'applied')
    r.hello({ uses: Number.MAX_SAFE_INTEGER })
    await r.pass(3)
    expect(r.delivery.of(A).row?.version).toBe(1)
    r.hello({ uses: 0 })
    expect(r.delivery.of(A).row?.report).toBeNull()
    expect(r.delivery.counters()['report-unreadable']).toBe(8)
  })
})
