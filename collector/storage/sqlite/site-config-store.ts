// What is kept for sites, in SQLite. Customers and sites are also written where everything reads them.
import type { ConfigReport } from '#shared/wire/site-config.ts'
import type {
  AgentConfigRow,
  Managed,
  ManagedKind,
  ManagedWrite,
  SiteConfigStore,
} from '../../site-config/config-store.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

/** Store of the site-config room on the collector's database; migrations must have run. */
export function createSiteConfigStore(db: Database): SiteConfigStore & ChangeWriter {
  const put = db.prepare(
    `insert into managed (kind, site, name, doc, updated_at, updated_by) values (?, ?, ?, ?, ?, ?)
     on conflict (kind, site, name) do update set doc = excluded.doc, updated_at = excluded.updated_at,
       updated_by = excluded.updated_by`,
  )
  const remove = db.prepare('delete from managed where kind = ? and site = ? and name = ?')
  const removeBelow = db.prepare('delete from managed where site = ?')
  const one = db.prepare('select * from managed where kind = ? and site = ? and name = ?')
  const page = db.prepare('select * from managed where kind = ? and site = ? and name > ? order by name limit ?')
  const count = db.prepare('select count(*) as n from managed where kind = ? and site = ?')
  const shown = {
    customer: {
      put: db.prepare('insert into customer (id, doc) values (?, ?) on conflict (id) do update set doc = excluded.doc'),
      remove: db.prepare('delete from customer where id = ?'),
    },
    site: {
      put: db.prepare(
        `insert into site (id, customer, doc) values (?, ?, ?)
         on conflict (id) do update set customer = excluded.customer, doc = excluded.doc`,
      ),
      remove: db.prepare('delete from site where id = ?'),
    },
  }
  const agentRows = db.prepare(
    `select agent, version, basis, sha256, length(packed) as bytes, devices, problems, made_at, sent_at, report
     from agent_config order by rowid`,
  )
  const packed = db.prepare('select packed from agent_config where agent = ?')
  const saveAgent = db.prepare(
    `insert into agent_config (agent, version, basis, sha256, packed, devices, problems, made_at, sent_at, report)
     values (?, ?, ?, ?, ?, ?, ?, ?, null, ?)
     on conflict (agent) do update set version = excluded.version, basis = excluded.basis, sha256 = excluded.sha256,
       packed = excluded.packed, devices = excluded.devices, problems = excluded.problems, made_at = excluded.made_at,
       sent_at = null, report = excluded.report`,
  )
  const sent = db.prepare('update agent_config set sent_at = ? where agent = ?')
  const report = db.prepare('update agent_config set report = ? where agent = ?')
  const forget = db.prepare('delete from agent_config where agent = ?')

  function write(w: ManagedWrite, now: number): void {
    const { kind, site, name, doc, by } = w
    if (doc === null) remove.run(kind, site, name)
    else put.run(kind, site, name, JSON.stringify(doc), now, by)
    if (kind === 'site' && doc === null) removeBelow.run(name)
    if (kind !== 'customer' && kind !== 'site') return
    const text = JSON.stringify({ ...doc, origin: 'collector' })
    if (doc === null) shown[kind].remove.run(name)
    else if (kind === 'customer') shown.customer.put.run(name, text)
    else shown.site.put.run(name, (doc as { customer: string }).customer, text)
  }

  return {
    write(changes, now) {
      for (const w of changes.siteConfig) write(w, now)
    },
    list: <T>(kind: ManagedKind, site: string, { after, limit } = { after: '', limit: -1 }) =>
      page.all(kind, site, after, limit).map((r) => managedOf<T>(r)),
    get<T>(kind: ManagedKind, site: string, name: string) {
      const row = one.get(kind, site, name)
      return row && managedOf<T>(row)
    },
    count: (kind, site) => Number(count.get(kind, site)?.n ?? 0),
    agentConfigs: () => agentRows.all().map(agentConfigOf),
    packed: (agent) => packed.get(agent)?.packed as Uint8Array | undefined,
    saveAgentConfig(row, bytes) {
      const { agent, version, basis, sha256, devices, problems, madeAt } = row
      const last = row.report === null ? null : JSON.stringify(row.report)
      saveAgent.run(agent, version, basis, sha256, bytes, devices, JSON.stringify(problems), madeAt, last)
    },
    markSent: (agent, at) => void sent.run(at, agent),
    saveReport: (agent, said) => void report.run(JSON.stringify(said), agent),
    forgetAgent: (agent) => void forget.run(agent),
  }
}

type Row = Record<string, unknown>

function managedOf<T>(r: Row): Managed<T> {
  return {
    name: r.name as string,
    doc: JSON.parse(r.doc as string) as T,
    updatedAt: r.updated_at as number,
    updatedBy: r.updated_by as string,
  }
}

function agentConfigOf(r: Row): AgentConfigRow {
  return {
    agent: r.agent as string,
    version: r.version as number,
    basis: r.basis as string,
    sha256: r.sha256 as string,
    devices: r.devices as number,
    problems: JSON.parse(r.problems as string),
    bytes: r.bytes as number,
    madeAt: r.made_at as number,
    sentAt: r.sent_at as number | null,
    report: r.report === null ? null : (JSON.parse(r.report as string) as ConfigReport),
  }
}
