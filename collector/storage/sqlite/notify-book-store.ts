// Channels and routes made in the console, in SQLite.
import type { NotifyBookStore } from '../../notify/book-store.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export function createNotifyBookStore(db: Database): NotifyBookStore & ChangeWriter {
  const channels = db.prepare('select * from notify_channel order by id')
  const routes = db.prepare('select * from notify_route order by id')
  const putChannel = db.prepare(
    `insert into notify_channel (id, version, doc, secrets, updated_at, updated_by) values (?, ?, ?, ?, ?, ?)
     on conflict (id) do update set version = excluded.version, doc = excluded.doc, secrets = excluded.secrets,
       updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
  )
  const putRoute = db.prepare(
    `insert into notify_route (id, version, doc, updated_at, updated_by) values (?, ?, ?, ?, ?)
     on conflict (id) do update set version = excluded.version, doc = excluded.doc, updated_at = excluded.updated_at,
       updated_by = excluded.updated_by`,
  )
  const dropChannel = db.prepare('delete from notify_channel where id = ?')
  const dropRoute = db.prepare('delete from notify_route where id = ?')
  const common = (r: Record<string, unknown>) => ({
    id: r.id as string,
    version: r.version as number,
    doc: JSON.parse(r.doc as string) as Record<string, unknown>,
    updatedAt: r.updated_at as number,
    updatedBy: r.updated_by as string,
  })
  return {
    write(changes, now) {
      for (const write of changes.notifyBook) {
        const { id, kept } = write
        if (write.kind === 'route') {
          if (kept === null) dropRoute.run(id)
          else putRoute.run(id, kept.version, JSON.stringify(kept.doc), now, kept.updatedBy)
        } else if (write.kept === null) dropChannel.run(id)
        else {
          const { version, doc, secrets, updatedBy } = write.kept
          putChannel.run(id, version, JSON.stringify(doc), JSON.stringify(secrets), now, updatedBy)
        }
      }
    },
    keptChannels: () =>
      channels.all().map((r) => ({ ...common(r), secrets: JSON.parse(r.secrets as string) as Record<string, string> })),
    keptRoutes: () => routes.all().map(common),
  }
}
