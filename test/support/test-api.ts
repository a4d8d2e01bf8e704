// The API over a real database in a temporary folder, with fakes for everything that judges or sends.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createAccess } from '#collector/access/access.ts'
import { createPasswords } from '#collector/access/passwords.ts'
import { createApi } from '#collector/api/api.ts'
import { createBoards } from '#collector/api/boards.ts'
import type { Actions, ApiDeps } from '#collector/api/deps.ts'
import { createLiveHub } from '#collector/api/live-hub.ts'
import { createAuthority } from '#collector/authority/authority.ts'
import { masterKeyOf } from '#collector/authority/master-key.ts'
import { createDiscovery } from '#collector/discovery/discovery.ts'
import { createEnrolment } from '#collector/enrolment/enrolment.ts'
import { createKiosks } from '#collector/kiosk/kiosk.ts'
import { createOverview } from '#collector/overview/overview.ts'
import { createPlaces } from '#collector/site-config/places.ts'
import { createSiteConfigBook } from '#collector/site-config/site-config.ts'
import { vaultOf } from '#collector/site-config/vault.ts'
import { emptyChangeSet } from '#collector/storage/change-set.ts'
import { createAccessStore, directCommit } from '#collector/storage/sqlite/access-store.ts'
import { createAuditStore } from '#collector/storage/sqlite/audit-store.ts'
import { openDatabase } from '#collector/storage/sqlite/database.ts'
import { createDiscoveryStore } from '#collector/storage/sqlite/discovery-store.ts'
import { createEnrolmentStore } from '#collector/storage/sqlite/enrolment-store.ts'
import { createKioskStore, directKioskCommit } from '#collector/storage/sqlite/kiosk-store.ts'
import { createBoardReads } from '#collector/storage/sqlite/reads/board-reads.ts'
import { createReads } from '#collector/storage/sqlite/reads/reads.ts'
import { createSiteConfigStore } from '#collector/storage/sqlite/site-config-store.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Agent, Customer, Device, Site } from '#shared/domain/inventory.ts'
import { makeSealingKey } from '#shared/seal/seal.ts'

export const ADMIN_PASSWORD = 'correct horse battery'

/** Builds the API with user `admin`; `calls` records what reached the actions. */
export async function createTestApi(
  options: {
    now?: () => number
    consoleDir?: string
    deps?: Partial<ApiDeps>
    sites?: readonly Site[]
    trustedProxies?: readonly string[] /** Why the authority cannot sign. */
    problem?: string
  } = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-api-'))
  const database = await openDatabase(join(dir, 'collector.db'))
  const now = options.now ?? Date.now
  const passwords = createPasswords({ memory: 64, passes: 1 })
  const store = createAccessStore(database)
  const auditStore = createAuditStore(database)
  const siteStore = createSiteConfigStore(database)
  const places = createPlaces({ customers: [], sites: [] }, siteStore)
  const commit = directCommit(database, [store, auditStore], now)
  const access = createAccess({ store, commit, passwords, now })
  await access.ensureFirstAdmin(ADMIN_PASSWORD)
  const live = createLiveHub(1000)
  const enrolmentStore = createEnrolmentStore(database)
  const log = pino({ level: 'silent' })
  const authority = await createAuthority({
    ...{ dir: join(dir, 'keys'), master: () => masterKeyOf('k'.repeat(32)), agentDays: 30, now: now(), log },
  })
  const enrolment = createEnrolment({
    authority: options.problem === undefined ? authority : { ...authority, problem: options.problem },
    ...{ store: enrolmentStore, commandKey: 'key', seesUse: true, certificateMs: 30 * 86_400_000, now, log },
    commit: async (writes, entry) =>
      database.transaction(() => {
        const audit = entry ? [{ at: now(), ...entry }] : []
        const changes = { ...emptyChangeSet(), enrolment: [...writes], audit }
        enrolmentStore.write(changes, now())
        auditStore.write(changes, now())
      }),
    site: (id) => options.sites?.find((s) => s.id === id),
    siteOf: () => undefined,
    brokerUrl: (host) => `mqtts://${host ?? 'localhost'}:8883`,
  })
  enrolment.load()
  const discoveryStore = createDiscoveryStore(database, 200)
  const kioskStore = createKioskStore(database)
  const calls: unknown[][] = []
  const unasked = async (): Promise<never> => {
    throw new Error('not part of this test')
  }
  const ok = async (...args: unknown[]) => {
    calls.push(args)
    return { ok: true as const, command: 'none', id: 'none' }
  }
  const actions: Actions = {
    alarmAction: async (action, ids, o) => {
      calls.push([action, ids, o])
      return ids.map((id) => ({ id, ok: true, problem: null }))
    },
    addNote: ok,
    assign: ok,
    changeState: ok,
    requestDiagnostic: ok,
    saveRule: ok,
    saveOverrides: ok,
    deleteRule: ok,
    audit: async (actor, action, subject, detail = {}) =>
      auditStore.write({ ...emptyChangeSet(), audit: [{ at: now(), actor, action, subject, detail }] }, now()),
  }
  const reads = createReads(database)
  const docs = <T>(table: string) =>
    database
      .prepare(`select doc from ${table}`)
      .all()
      .map((row) => JSON.parse(String(row.doc)) as T)
  const overview = createOverview(
    {
      ...{ customers: () => docs<Customer>('customer'), sites: () => docs<Site>('site') },
      ...{ agents: () => docs<Agent>('agent'), devices: () => docs<Device>('device') },
      ...{ alarms: () => docs<Alarm>('alarm'), incidents: () => docs<Incident>('incident'), windows: () => [] },
      ...{ hours: reads.alarmHours, lastClear: reads.lastClear },
    },
    now,
  )
  const deps: ApiDeps = {
    overview,
    version: '0.0.0-test',
    startedAt: 0,
    commandKey: 'key',
    access,
    reads,
    actions,
    deviceTests: {
      start: async () => ({ ok: false, code: 'not-found', message: 'there is no such site' }),
      startFor: async () => ({ ok: false, code: 'not-found', message: 'there is no such device' }),
      test: () => undefined,
    },
    topology: {
      neighbours: () => ({ items: [], tables: [], truncated: false }),
      assets: () => ({ items: [], changes: [] }),
      links: (site) => ({ site, nodes: [], links: [], strangers: [], truncated: false }),
      draw: async () => ({ ok: false, code: 'bad-request', message: 'no devices here' }),
      erase: async () => ({ ok: false, code: 'not-found', message: 'there is no such link' }),
    },
    incidents: {
      ...{ open: ok, take: ok, merge: ok, setTier: ok, setPriority: ok, link: ok, note: ok, attach: ok, detach: ok },
      read: () => undefined,
    } as unknown as NonNullable<ApiDeps['incidents']>,
    causes: {
      dependencies: () => undefined,
      causeOf: () => undefined,
      regroup: async () => ({ ok: false, code: 'not-found', message: 'there is no such incident that is not closed' }),
    },
    rules: { list: async () => [], problems: () => [], evaluations: async () => undefined, preview: unasked },
    discovery: createDiscovery({
      store: discoveryStore,
      hasSite: (site) => places.site(site) !== undefined,
      ...{ agentsOf: () => ['agent-one'], devicesOf: () => [], setsOf: () => [], seal: () => 'cannot be sent' },
      ...{ refusal: () => undefined, importDevices: async () => ({ ok: true, items: [] }) },
      commit: async (work) => {
        const { writes = [], audit, value } = work(now())
        discoveryStore.write({ ...emptyChangeSet(), discovery: [...writes] }, now())
        auditStore.write({ ...emptyChangeSet(), audit: audit ? [{ at: now(), ...audit }] : [] }, now())
        return value
      },
      newId: () => crypto.randomUUID(),
    }),
    siteConfig: createSiteConfigBook({
      store: siteStore,
      places,
      vault: vaultOf(makeSealingKey().privatePem),
      delivery: {
        of: () => ({ row: undefined, uses: null, blocked: null, problems: [], isBehind: false }),
        again: () => undefined,
      },
      agentsOf: () => [],
      canReceiveSecrets: () => true,
      commit: async (work) => {
        const { writes, audit, value } = work(now())
        const changes = { ...emptyChangeSet(), siteConfig: [...writes] }
        siteStore.write(changes, now())
        auditStore.write({ ...emptyChangeSet(), audit: audit ? [{ at: now(), ...audit }] : [] }, now())
        places.reload()
        return value
      },
    }),
    samples: {
      query: async (q, at) => ({
        from: q.from ?? 0,
        to: q.to ?? at,
        step: q.step ?? 0,
        series: [],
        source: 'embedded' as const,
        truncated: false,
        nextCursor: null,
      }),
      latest: async () => [],
    },
    identities: { enrolment, url: () => 'https://collector.test:8080' },
    channels: { list: async () => [], test: async () => undefined, save: unasked, remove: unasked },
    notificationRoutes: { list: () => [], save: unasked, remove: unasked, try: () => undefined },
    kiosks: createKiosks({
      ...{ store: kioskStore, commit: directKioskCommit(database, [kioskStore, auditStore], now), now },
    }),
    boards: createBoards({ ...createBoardReads(database), counts: (only) => reads.counts(only) }, now),
    audit: auditStore,
    readiness: () => ({ ok: true, reasons: [] }),
    figures: () => ({}),
    metrics: async () => ({ type: 'text/plain', text: 'up 1\n' }),
    trustedKey: () => undefined,
    live,
    now,
    log,
    http: { trustedProxies: options.trustedProxies ?? [], consoleDir: options.consoleDir ?? join(dir, 'no-console') },
    ...options.deps,
  }
  const api = await createApi(deps)
  return {
    api,
    app: api.app,
    access,
    database,
    live,
    enrolment,
    authority,
    calls,
    /** Signs in and returns the cookie header. */
    async signIn(user = 'admin', password = ADMIN_PASSWORD): Promise<string> {
      const response = await api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { user, password } })
      const cookie = response.cookies[0]
      if (!cookie) throw new Error(`sign-in failed: ${response.body}`)
      return `${cookie.name}=${cookie.value}`
    },
    async [Symbol.asyncDispose]() {
      await api.stop()
      database.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
