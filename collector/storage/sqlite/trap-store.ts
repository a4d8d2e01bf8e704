// Unknown traps and definitions made in the console.
import type { KeptDefinition, TrapStore, UnknownTrap } from '../../definitions/trap-store.ts'
import type { Database } from './database.ts'

export function createTrapStore(db: Database): TrapStore {
  const putUnknown = db.prepare(
    `insert into unknown_trap (oid, count, first_at, last_at, ignored, doc) values (?, ?, ?, ?, ?, ?)
     on conflict (oid) do update set count = excluded.count, first_at = excluded.first_at, last_at = excluded.last_at,
       ignored = excluded.ignored, doc = excluded.doc`,
  )
  const countUnknown = db.prepare('update unknown_trap set count = ?, first_at = ?, last_at = ? where oid = ?')
  const dropUnknown = db.prepare('delete from unknown_trap where oid = ?')
  const putDefinition = db.prepare(
    `insert into trap_definition (oid, doc, updated_at, updated_by) values (?, ?, ?, ?)
     on conflict (oid) do update set doc = excluded.doc, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
  )
  const dropDefinition = db.prepare('delete from trap_definition where oid = ?')
  return {
    unknown() {
      const rows = db.prepare('select oid, count, first_at, last_at, doc from unknown_trap').all()
      return (rows as { oid: string; count: number; first_at: number; last_at: number; doc: string }[]).map((row) => {
        const rest = JSON.parse(row.doc) as Pick<UnknownTrap, 'devices' | 'deviceCount' | 'samples' | 'ignoredBy'>
        return { oid: row.oid, count: row.count, firstAt: row.first_at, lastAt: row.last_at, ...rest }
      })
    },
    definitions() {
      const rows = db.prepare('select oid, doc from trap_definition order by oid').all() as {
        oid: string
        doc: string
      }[]
      return rows.map(({ oid, doc }) => ({ oid, definition: JSON.parse(doc) }) as KeptDefinition)
    },
    put(writes) {
      for (const write of writes) {
        if (write.kind === 'unknown') {
          const { oid, count, firstAt, lastAt, devices, deviceCount, samples, ignoredBy } = write.trap
          const doc = JSON.stringify({ devices, deviceCount, samples, ignoredBy })
          putUnknown.run(oid, count, firstAt, lastAt, ignoredBy === null ? 0 : 1, doc)
        } else if (write.kind === 'counted') {
          const { oid, count, firstAt, lastAt } = write.trap
          countUnknown.run(count, firstAt, lastAt, oid)
        } else if (write.kind === 'known') dropUnknown.run(write.oid)
        else if (write.kind === 'no-definition') dropDefinition.run(write.oid)
        else putDefinition.run(write.kept.oid, JSON.stringify(write.kept.definition), write.at, write.by)
      }
    },
  }
}
