// Customers and sites of the configuration, agents and devices as they are known.
import type { Agent, Customer, Device, Site } from '#shared/domain/inventory.ts'
import type { Playbook } from '#shared/domain/playbook.ts'
import type { Origin } from '#shared/http/inventory.ts'
import type { PlaybookOfProfile } from '../../inventory/playbooks.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

/** With where it is kept; the file when it does not say. */
type Placed<T> = T & { readonly origin?: Origin }

export interface InventoryStore extends ChangeWriter {
  devices(): Device[]
  agents(): Agent[]
  playbooks(): PlaybookOfProfile[]
  /** Makes the tables what the configuration says; what it no longer names is removed, devices and history stay. */
  configure(customers: readonly Placed<Customer>[], sites: readonly Placed<Site>[], agents: readonly Agent[]): void
}

export function createInventoryStore(db: Database): InventoryStore {
  const putDevice = db.prepare(
    `insert into device (id, site, customer, agent, state, doc) values (?, ?, ?, ?, ?, ?)
     on conflict (id) do update set site = excluded.site, customer = excluded.customer, agent = excluded.agent,
       state = excluded.state, doc = excluded.doc`,
  )
  const putAgent = db.prepare(
    `insert into agent (id, site, doc) values (?, ?, ?)
     on conflict (id) do update set site = excluded.site, doc = excluded.doc`,
  )
  const putPlaybook = db.prepare(
    `insert into playbook (agent, profile, doc) values (?, ?, ?)
     on conflict (agent, profile) do update set doc = excluded.doc`,
  )
  const removePlaybook = db.prepare('delete from playbook where agent = ? and profile = ?')
  const docs = <T>(table: 'device' | 'agent'): T[] =>
    db
      .prepare(`select doc from ${table}`)
      .all()
      .map((row) => JSON.parse(row.doc as string) as T)
  return {
    write({ devices, agents, playbooks }) {
      for (const d of devices) putDevice.run(d.id, d.site, d.customer, d.agent, d.state, JSON.stringify(d))
      for (const a of agents) putAgent.run(a.id, a.site, JSON.stringify(a))
      for (const { agent, profile, playbook } of playbooks)
        if (playbook === null) removePlaybook.run(agent, profile)
        else putPlaybook.run(agent, profile, JSON.stringify(playbook))
    },
    devices: () => docs<Device>('device'),
    agents: () => docs<Agent>('agent'),
    playbooks: () =>
      db
        .prepare('select agent, profile, doc from playbook')
        .all()
        .map((row) => ({
          ...{ agent: row.agent as string, profile: row.profile as string },
          playbook: JSON.parse(row.doc as string) as Playbook,
        })),
    configure(customers, sites, agents) {
      db.transaction(() => {
        db.connection.exec('delete from customer; delete from site')
        const putCustomer = db.prepare('insert into customer (id, doc) values (?, ?)')
        for (const c of customers) putCustomer.run(c.id, JSON.stringify({ origin: 'file', ...c }))
        const putSite = db.prepare('insert into site (id, customer, doc) values (?, ?, ?)')
        for (const s of sites) putSite.run(s.id, s.customer, JSON.stringify({ origin: 'file', ...s }))
        const wanted = new Set(agents.map((a) => a.id))
        const remove = db.prepare('delete from agent where id = ?')
        for (const { id } of docs<Agent>('agent')) if (!wanted.has(id)) remove.run(id)
        db.connection.exec('delete from playbook where agent not in (select id from agent)')
        for (const a of agents) putAgent.run(a.id, a.site, JSON.stringify(a))
      })
    },
  }
}
