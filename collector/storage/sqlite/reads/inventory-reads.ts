// Customers, sites, agents and devices with the figures shown beside them.
import type { Agent, Customer, Device, Site } from '#shared/domain/inventory.ts'
import type { Origin } from '#shared/http/inventory.ts'
import type { InventoryReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>
const OPEN = 'in_list = 1 and is_cleared = 0'
/** The same, but not by the index of the list, which SQLite would read through for each device instead of that of devices. */
const OPEN_OF_ONE = '+in_list = 1 and is_cleared = 0'
const ONLINE = "json_extract(doc, '$.presence') = 'online'"

/** Rows of a table by what they belong to, in one pass: counting for each owner by itself would read the table each time. */
const counted = (owner: 'customer' | 'site', table: string, and = 'true') =>
  `select ${owner} as owner, count(*) as n from ${table} where ${and} group by ${owner}`

export function createInventoryReads(db: Database): InventoryReads {
  const customers = (clause: string) =>
    `select c.id, c.doc, s.n as sites, d.n as devices, m.n as open_alarms from customer c
       left join (${counted('customer', 'site')}) s on s.owner = c.id
       left join (${counted('customer', 'device')}) d on d.owner = c.id
       left join (${counted('customer', 'alarm', OPEN)}) m on m.owner = c.id ${clause}`
  const sites = (clause: string) =>
    `select s.id, s.doc, json_extract(c.doc, '$.name') as customer_name,
       d.n as devices, m.n as open_alarms, a.n as agents, o.n as online
     from site s left join customer c on c.id = s.customer
       left join (${counted('site', 'device')}) d on d.owner = s.id
       left join (${counted('site', 'alarm', OPEN)}) m on m.owner = s.id
       left join (${counted('site', 'agent')}) a on a.owner = s.id
       left join (${counted('site', 'agent', ONLINE)}) o on o.owner = s.id ${clause}`
  const agents = (clause: string) => `select a.id, a.doc, json_extract(s.doc, '$.name') as site_name,
      (select count(*) from device d where d.agent = a.id) as devices
    from agent a left join site s on s.id = a.site ${clause}`
  const devices = (clause: string) => `select d.id, d.doc, json_extract(s.doc, '$.name') as site_name,
      json_extract(c.doc, '$.name') as customer_name,
      (select count(*) from alarm m where m.device = d.id and ${OPEN_OF_ONE}) as open_alarms
    from device d left join site s on s.id = d.site left join customer c on c.id = d.customer ${clause}`

  return {
    async customers(query, only) {
      const f = createFilter()
        .oneOf('c.id', only ?? undefined)
        .after('c.id', '>', readCursor(query.cursor, 1))
      const rows = db
        .prepare(customers(`${f.sql()} order by c.id limit ?`))
        .all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, customerOf, idOf)
    },
    async customer(id) {
      const row = db.prepare(customers('where c.id = ?')).get(id) as Row | undefined
      return row && customerOf(row)
    },
    async sites(query, only) {
      const f = createFilter()
        .when('s.customer = ?', query.customer)
        .oneOf('s.customer', only ?? undefined)
        .search(['s.id', "json_extract(s.doc, '$.name')"], query.q)
        .after('s.id', '>', readCursor(query.cursor, 1))
      const rows = db.prepare(sites(`${f.sql()} order by s.id limit ?`)).all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, siteOf, idOf)
    },
    async site(id) {
      const row = db.prepare(sites('where s.id = ?')).get(id) as Row | undefined
      return row && siteOf(row)
    },
    async agents(query, only) {
      const f = createFilter()
        .oneOf('s.customer', only ?? undefined)
        .after('a.id', '>', readCursor(query.cursor, 1))
      const rows = db.prepare(agents(`${f.sql()} order by a.id limit ?`)).all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, agentOf, idOf)
    },
    async agent(id) {
      const row = db.prepare(agents('where a.id = ?')).get(id) as Row | undefined
      return row && agentOf(row)
    },
    async devices(query, only) {
      const f = createFilter()
        .when('d.customer = ?', query.customer)
        .oneOf('d.customer', only ?? undefined)
        .when('d.site = ?', query.site)
        .when('d.agent = ?', query.agent)
        .oneOf('d.state', query.state)
        .search(['d.id', "json_extract(d.doc, '$.name')", "json_extract(d.doc, '$.address')"], query.q)
        .after('d.id', '>', readCursor(query.cursor, 1))
      const rows = db.prepare(devices(`${f.sql()} order by d.id limit ?`)).all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, deviceOf, idOf)
    },
    async device(id) {
      const row = db.prepare(devices('where d.id = ?')).get(id) as Row | undefined
      return row && deviceOf(row)
    },
  }
}

const num = (v: string | number | null | undefined) => Number(v ?? 0)
const idOf = (r: Row) => [r.id as string]
const docOf = <T>(r: Row) => JSON.parse(r.doc as string) as T

function customerOf(r: Row) {
  const customer = docOf<Customer & { origin: Origin }>(r)
  return { ...customer, sites: num(r.sites), devices: num(r.devices), openAlarms: num(r.open_alarms) }
}

function siteOf(r: Row) {
  const site = docOf<Site & { origin: Origin }>(r)
  const customerName = String(r.customer_name ?? site.customer)
  const figures = { devices: num(r.devices), openAlarms: num(r.open_alarms) }
  return { ...site, customerName, ...figures, agentsOnline: num(r.online), agents: num(r.agents) }
}

function agentOf(r: Row) {
  const agent = docOf<Agent>(r)
  return { ...agent, siteName: String(r.site_name ?? agent.site), devices: num(r.devices) }
}

function deviceOf(r: Row) {
  const device = docOf<Device>(r)
  return {
    ...device,
    siteName: String(r.site_name ?? device.site),
    customerName: String(r.customer_name ?? device.customer),
    openAlarms: num(r.open_alarms),
  }
}
