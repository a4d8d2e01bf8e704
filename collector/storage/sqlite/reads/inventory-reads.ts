// Customers, sites, agents and devices with the figures shown beside them.
import type { Agent, Customer, Device, Site } from '#shared/domain/inventory.ts'
import type { InventoryReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>
const OPEN = 'in_list = 1 and is_cleared = 0'

export function createInventoryReads(db: Database): InventoryReads {
  const agents = (clause: string) => `select a.id, a.doc, json_extract(s.doc, '$.name') as site_name,
      (select count(*) from device d where d.agent = a.id) as devices
    from agent a left join site s on s.id = a.site ${clause}`
  const devices = (clause: string) => `select d.id, d.doc, json_extract(s.doc, '$.name') as site_name,
      json_extract(c.doc, '$.name') as customer_name,
      (select count(*) from alarm m where m.device = d.id and ${OPEN}) as open_alarms
    from device d left join site s on s.id = d.site left join customer c on c.id = d.customer ${clause}`

  return {
    async customers(query) {
      const f = createFilter().after('c.id', '>', readCursor(query.cursor, 1))
      const rows = db
        .prepare(
          `select c.id, c.doc, (select count(*) from site s where s.customer = c.id) as sites,
             (select count(*) from device d where d.customer = c.id) as devices,
             (select count(*) from alarm m where m.customer = c.id and ${OPEN}) as open_alarms
           from customer c ${f.sql()} order by c.id limit ?`,
        )
        .all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(
        rows,
        query.limit,
        (r) => ({
          ...docOf<Customer>(r),
          sites: num(r.sites),
          devices: num(r.devices),
          openAlarms: num(r.open_alarms),
        }),
        idOf,
      )
    },
    async sites(query) {
      const f = createFilter()
        .when('s.customer = ?', query.customer)
        .search(['s.id', "json_extract(s.doc, '$.name')"], query.q)
        .after('s.id', '>', readCursor(query.cursor, 1))
      const rows = db
        .prepare(
          `select s.id, s.doc, json_extract(c.doc, '$.name') as customer_name,
             (select count(*) from device d where d.site = s.id) as devices,
             (select count(*) from alarm m where m.site = s.id and ${OPEN}) as open_alarms,
             (select count(*) from agent a where a.site = s.id) as agents,
             (select count(*) from agent a where a.site = s.id and json_extract(a.doc, '$.presence') = 'online') as online
           from site s left join customer c on c.id = s.customer ${f.sql()} order by s.id limit ?`,
        )
        .all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(
        rows,
        query.limit,
        (r) => {
          const site = docOf<Site>(r)
          const customerName = String(r.customer_name ?? site.customer)
          const figures = { devices: num(r.devices), openAlarms: num(r.open_alarms) }
          return { ...site, customerName, ...figures, agentsOnline: num(r.online), agents: num(r.agents) }
        },
        idOf,
      )
    },
    async agents(query) {
      const f = createFilter().after('a.id', '>', readCursor(query.cursor, 1))
      const rows = db.prepare(agents(`${f.sql()} order by a.id limit ?`)).all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, agentOf, idOf)
    },
    async agent(id) {
      const row = db.prepare(agents('where a.id = ?')).get(id) as Row | undefined
      return row && agentOf(row)
    },
    async devices(query) {
      const f = createFilter()
        .when('d.customer = ?', query.customer)
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
