// Maintenance windows and inhibitions, by id.
import type { MaintenanceWindow } from '../../suppression/maintenance-gate.ts'
import type { KeptInhibition, SuppressionStore } from '../../suppression/suppression-store.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export function createSuppressionStore(db: Database): SuppressionStore & ChangeWriter {
  const putWindow = db.prepare(
    `insert into maintenance_window (id, version, doc) values (?, ?, ?)
     on conflict do update set version = excluded.version, doc = excluded.doc`,
  )
  const dropWindow = db.prepare('delete from maintenance_window where id = ?')
  const putInhibition = db.prepare(
    `insert into inhibition (id, version, doc) values (?, ?, ?)
     on conflict do update set version = excluded.version, doc = excluded.doc`,
  )
  const dropInhibition = db.prepare('delete from inhibition where id = ?')
  const docs = <T>(table: string): T[] =>
    db
      .prepare(`select doc from ${table} order by id`)
      .all()
      .map((row) => JSON.parse(row.doc as string) as T)
  return {
    write({ suppression }) {
      for (const write of suppression) {
        if (write.kind === 'window') {
          const { id, window } = write
          if (window === null) dropWindow.run(id)
          else putWindow.run(id, window.version, JSON.stringify(window))
        } else {
          const { id, inhibition } = write
          if (inhibition === null) dropInhibition.run(id)
          else putInhibition.run(id, inhibition.version, JSON.stringify(inhibition))
        }
      }
    },
    windows: () => docs<MaintenanceWindow>('maintenance_window'),
    inhibitions: () => docs<KeptInhibition>('inhibition'),
  }
}
