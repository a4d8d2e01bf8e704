// What the collector keeps for sites: the real book over a store in memory, with deliveries as they may have gone.
import type { AgentConfigRow, Managed, SiteConfigStore } from '#collector/site-config/config-store.ts'
import type { AgentDelivery } from '#collector/site-config/delivery.ts'
import { createPlaces } from '#collector/site-config/places.ts'
import { createSiteConfigBook, type SiteConfigBook } from '#collector/site-config/site-config.ts'
import { vaultOf } from '#collector/site-config/vault.ts'
import type { Customer, Site } from '#shared/domain/inventory.ts'
import { makeSealingKey } from '#shared/seal/seal.ts'

export interface KeptSites {
  readonly book: SiteConfigBook
  /** Customers and sites of both origins. */
  readonly places: ReturnType<typeof createPlaces>
  /** The agent says that it uses what it should use. */
  report(agent: string): void
}

export async function createKeptSites(options: {
  readonly empty: boolean
  readonly customers: readonly Customer[]
  readonly sites: readonly Site[]
  readonly agentsOf: (site: string) => readonly string[]
  readonly canReceiveSecrets: (agent: string) => boolean
}): Promise<KeptSites> {
  const store = memoryStore()
  const places = createPlaces({ customers: options.customers, sites: options.sites }, store)
  const rows = new Map<string, AgentDelivery>()
  const touch = (site: string) => {
    for (const agent of options.agentsOf(site)) {
      const old = rows.get(agent)
      const version = (old?.row?.version ?? 0) + 1
      const devices = store.count('device', site)
      rows.set(agent, {
        row: configRow(agent, version, devices),
        uses: old?.uses ?? 0,
        blocked: null,
        problems: [],
        isBehind: false,
      })
    }
  }
  const book = createSiteConfigBook({
    store,
    places,
    vault: vaultOf(makeSealingKey().privatePem),
    delivery: {
      of: (agent) => rows.get(agent) ?? { row: undefined, uses: null, blocked: null, problems: [], isBehind: false },
      again: (agent) => {
        const old = rows.get(agent)
        if (old?.row) rows.set(agent, { ...old, row: { ...old.row, version: old.row.version + 1, report: null } })
      },
    },
    agentsOf: options.agentsOf,
    canReceiveSecrets: options.canReceiveSecrets,
    commit: async (work) => {
      const { writes, value } = work(Date.now())
      for (const write of writes) store.write(write)
      places.reload()
      for (const site of new Set(writes.map((write) => write.site))) if (site !== '') touch(site)
      return value
    },
  })
  const kept: KeptSites = {
    book,
    places,
    report(agent) {
      const old = rows.get(agent)
      if (old?.row) rows.set(agent, { ...old, uses: old.row.version })
    },
  }
  if (!options.empty) await fill(book, kept, rows)
  return kept
}

/** Head office is all right; the plant could not use one device. */
async function fill(book: SiteConfigBook, kept: KeptSites, rows: Map<string, AgentDelivery>): Promise<void> {
  await book.putCredentials('hq', 'core-v3', V3, 'admin')
  await book.putCredentials('hq', 'printers', { version: 'v2c', community: 'made up' }, 'lena')
  const check = { tags: {}, parents: [] }
  await book.putDevice('hq', { ...check, id: 'core-sw1', name: 'Core switch 1', address: '10.1.0.1', ...SNMP }, 'admin')
  await book.putDevice(
    'hq',
    {
      ...{ id: 'web-1', name: 'Order portal', address: '10.1.0.80', icmp: {}, tcp: [{ port: 443 }] },
      ...{ http: [{ url: 'https://10.1.0.80/health' }], tags: { rack: 'B2' }, parents: ['core-sw1'] },
    },
    'lena',
  )
  await book.putSettings('hq', { defaults: { snmp: { intervalMs: 30_000 } }, timeZone: 'Asia/Shanghai' }, 'admin')
  await book.putDevice(
    'plant-2',
    { ...check, id: 'ups-line', name: 'UPS line hall', address: '10.2.0.50', icmp: {} },
    'admin',
  )
  await book.putDevice(
    'plant-2',
    { ...check, id: 'robot-3', name: 'Robot cell 3', address: 'robot-3', icmp: {} },
    'admin',
  )
  kept.report('agent-hq-0001')
  const plant = rows.get('agent-plant-2-0001')
  if (plant?.row)
    rows.set('agent-plant-2-0001', {
      ...plant,
      uses: plant.row.version,
      row: {
        ...plant.row,
        report: {
          ...{ version: 1, agent: 'agent-plant-2-0001', configVersion: plant.row.version, state: 'partly', more: 0 },
          problems: [{ device: 'robot-3', path: 'parents', message: 'no other device "cell-gate"' }],
          at: Date.now() - 240_000,
        },
      },
    })
}

const V3 = {
  ...{ version: 'v3' as const, user: 'outrider', level: 'authPriv' as const },
  ...{ authProtocol: 'sha256' as const, authKey: 'made up key', privProtocol: 'aes' as const, privKey: 'made up key' },
}
const SNMP = { snmp: { credentials: 'core-v3' }, icmp: {} }

function configRow(agent: string, version: number, devices: number): AgentConfigRow {
  return {
    ...{ agent, version, basis: '', sha256: '0'.repeat(64), devices, problems: [], bytes: 900 + devices * 210 },
    ...{ madeAt: Date.now(), sentAt: Date.now(), report: null },
  }
}

type Key = { readonly kind: string; readonly site: string; readonly name: string }

function memoryStore() {
  const all = new Map<string, Managed<object> & { readonly kind: string; readonly site: string }>()
  const keyOf = ({ kind, site, name }: Key) => `${kind}/${site}/${name}`
  const of = (kind: string, site: string) =>
    [...all.values()].filter((row) => row.kind === kind && row.site === site).sort((a, b) => (a.name < b.name ? -1 : 1))
  const store: SiteConfigStore = {
    list: ((kind: string, site: string, page?: { after: string; limit: number }) =>
      of(kind, site)
        .filter((row) => page === undefined || row.name > page.after)
        .slice(0, page?.limit)) as SiteConfigStore['list'],
    get: ((kind: string, site: string, name: string) => all.get(keyOf({ kind, site, name }))) as SiteConfigStore['get'],
    count: (kind, site) => of(kind, site).length,
    ...{ agentConfigs: () => [], packed: () => undefined, saveAgentConfig: () => {}, markSent: () => {} },
    ...{ saveReport: () => {}, forgetAgent: () => {} },
  }
  return {
    ...store,
    write(change: Key & { readonly doc: object | null; readonly by: string }) {
      const { kind, site, name, doc, by } = change
      if (doc === null) all.delete(keyOf(change))
      else all.set(keyOf(change), { kind, site, name, doc, updatedAt: Date.now(), updatedBy: by })
    },
  }
}
