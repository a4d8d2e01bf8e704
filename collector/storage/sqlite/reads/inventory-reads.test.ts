import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../database.ts'
import { createInventoryReads } from './inventory-reads.ts'

let db: Database | undefined
let dir = ''
afterEach(() => {
  db?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Customer c1 has sites s1 and s2, c2 has s3, c3 nothing; per site an agent online and one gone, two devices. */
async function opened(): Promise<Database> {
  dir = mkdtempSync(join(tmpdir(), 'outrider-reads-'))
  const d = await openDatabase(join(dir, 'c.db'))
  db = d
  const doc = (id: string, more = {}) => JSON.stringify({ id, name: id.toUpperCase(), ...more })
  for (const c of ['c1', 'c2', 'c3']) d.prepare('insert into customer values (?, ?)').run(c, doc(c))
  const alarm = d.prepare("insert into alarm values (?, ?, ?, ?, null, 3, ?, 'none', ?, 0, 0, null, '{}')")
  for (const [site, customer] of Object.entries({ s1: 'c1', s2: 'c1', s3: 'c2', s4: 'c2' })) {
    d.prepare('insert into site values (?, ?, ?)').run(site, customer, doc(site, { customer }))
    if (site === 's4') continue
    for (const presence of ['online', 'offline'])
      d.prepare('insert into agent values (?, ?, ?)').run(`${site}-${presence}`, site, doc(site, { presence }))
    for (const n of [1, 2])
      d.prepare("insert into device values (?, ?, ?, 'a', 'active', '{}')").run(`${site}.d${n}`, site, customer)
    const open = Number(site.slice(1))
    for (let n = 0; n < open + 2; n++)
      alarm.run(`${site}-${n}`, `${site}-${n}`, customer, site, n === open ? 1 : 0, n === open + 1 ? 0 : 1)
  }
  return d
}

/** The same database; what was asked for is kept. */
function watched(d: Database) {
  const asked: string[] = []
  const prepare = (sql: string) => {
    asked.push(sql)
    return d.prepare(sql)
  }
  return { database: { ...d, prepare }, asked }
}

describe('inventory', () => {
  it('counts what customers and sites have in one pass, not once for each row', async () => {
    const d = await opened()
    const { database, asked } = watched(d)
    const reads = createInventoryReads(database)
    const customers = await reads.customers({ limit: 10 })
    expect(customers.items.map((c) => [c.id, c.sites, c.devices, c.openAlarms])).toEqual([
      ['c1', 2, 4, 3],
      ['c2', 2, 2, 3],
      ['c3', 0, 0, 0],
    ])
    const sites = await reads.sites({ limit: 10 })
    expect(sites.items.map((s) => [s.id, s.customerName, s.devices, s.openAlarms, s.agents, s.agentsOnline])).toEqual([
      ['s1', 'C1', 2, 1, 2, 1],
      ['s2', 'C1', 2, 2, 2, 1],
      ['s3', 'C2', 2, 3, 2, 1],
      ['s4', 'C2', 0, 0, 0, 0],
    ])
    const second = await reads.sites({
      limit: 1,
      customer: 'c1',
      cursor: (await reads.sites({ limit: 1 })).nextCursor ?? '',
    })
    expect(second.items.map((s) => s.id)).toEqual(['s2'])
    expect(second.nextCursor).toBeNull()
    expect(asked.length).toBeGreaterThan(0)
    for (const sql of asked) {
      const values = Array.from({ length: sql.split('?').length - 1 }, () => 1)
      const plan = d.connection.prepare(`explain query plan ${sql}`).all(...values)
      expect(plan.map((step) => step.detail).join('\n')).not.toContain('CORRELATED')
    }
  })
})
