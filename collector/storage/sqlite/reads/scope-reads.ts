// Whose a thing is.
import type { Owned, ScopeReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'

export function createScopeReads(db: Database): ScopeReads {
  const ofTable = (table: string) => db.prepare(`select customer from ${table} where id = ?`)
  const statements: Readonly<Record<Owned, ReturnType<Database['prepare']>>> = {
    alarm: ofTable('alarm'),
    incident: ofTable('incident'),
    device: ofTable('device'),
    site: ofTable('site'),
    agent: db.prepare('select s.customer from agent a join site s on s.id = a.site where a.id = ?'),
  }
  return {
    customerOf: async (kind, id) => (statements[kind].get(id) as { customer: string } | undefined)?.customer,
  }
}
