// Links of wallboards and their screens in SQLite.
import type { Kiosk, KioskCommit, KioskStore, KioskWrite, StoredKiosk, StoredScreen } from '../../kiosk/kiosk-store.ts'
import { type ChangeWriter, emptyChangeSet } from '../change-set.ts'
import type { Database } from './database.ts'

/** Store of the kiosk room on the collector's database; migrations must have run. */
export function createKioskStore(db: Database): KioskStore & ChangeWriter {
  const all = db.prepare('select * from kiosk')
  const byId = db.prepare('select * from kiosk where id = ?')
  const saveKiosk = db.prepare('insert into kiosk (id, hash, expires_at, last_used_at, doc) values (?, ?, ?, ?, ?)')
  const deleteKiosk = db.prepare('delete from kiosk where id = ?')
  const deleteScreens = db.prepare('delete from kiosk_screen where kiosk = ?')
  const screenByHash = db.prepare('select * from kiosk_screen where id_hash = ?')
  const screensOf = db.prepare('select * from kiosk_screen where kiosk = ? order by seen_at desc')
  const saveScreen = db.prepare(
    'insert into kiosk_screen (id_hash, kiosk, opened_at, seen_at, doc) values (?, ?, ?, ?, ?)',
  )
  const keepScreens = db.prepare(
    `delete from kiosk_screen where kiosk = ?1 and id_hash not in
       (select id_hash from kiosk_screen where kiosk = ?1 order by seen_at desc limit ?2)`,
  )
  const touchKiosk = db.prepare('update kiosk set last_used_at = ? where id = ?')
  const touchScreen = db.prepare('update kiosk_screen set seen_at = ? where id_hash = ?')
  const deleteBefore = db.prepare('delete from kiosk_screen where seen_at < ?')

  const write = (w: KioskWrite): void => {
    if (w.kind === 'delete-kiosk') {
      deleteScreens.run(w.id)
      deleteKiosk.run(w.id)
    } else if (w.kind === 'save-kiosk') {
      const { id, hash, expiresAt, lastUsedAt, name, customers, createdAt, createdBy } = w.kiosk
      saveKiosk.run(id, hash, expiresAt, lastUsedAt, JSON.stringify({ name, customers, createdAt, createdBy }))
    } else {
      const { idHash, kiosk, openedAt, seenAt, address, program } = w.screen
      saveScreen.run(idHash, kiosk, openedAt, seenAt, JSON.stringify({ address, program }))
      keepScreens.run(kiosk, w.keep)
    }
  }

  return {
    write: (changes) => changes.kiosks.forEach(write),
    kiosks: async () =>
      all
        .all()
        .map(kioskOf)
        .sort((a, b) => a.createdAt - b.createdAt),
    async kiosk(id) {
      const row = byId.get(id)
      return row && { ...kioskOf(row), hash: row.hash as string }
    },
    async screen(idHash) {
      const row = screenByHash.get(idHash)
      return row && screenOf(row)
    },
    screens: async (kiosk) => screensOf.all(kiosk).map(screenOf),
    async touch(kiosk, idHash, at) {
      touchKiosk.run(at, kiosk)
      if (idHash !== null) touchScreen.run(at, idHash)
    },
    async deleteScreensBefore(seenAt) {
      deleteBefore.run(seenAt)
    },
  }
}

/** Commits where there are no turns: one transaction of these writers. */
export const directKioskCommit =
  (db: Database, writers: readonly ChangeWriter[], now: () => number): KioskCommit =>
  async (writes, entry) => {
    const at = now()
    const changes = { ...emptyChangeSet(), kiosks: [...writes], audit: [{ at, ...entry }] }
    db.transaction(() => {
      for (const writer of writers) writer.write(changes, at)
    })
  }

type Row = Record<string, unknown>

const kioskOf = (r: Row): Kiosk => ({
  ...(JSON.parse(r.doc as string) as Pick<StoredKiosk, 'name' | 'customers' | 'createdAt' | 'createdBy'>),
  ...{ id: r.id as string, expiresAt: r.expires_at as number | null, lastUsedAt: r.last_used_at as number | null },
})

const screenOf = (r: Row): StoredScreen => ({
  ...(JSON.parse(r.doc as string) as Pick<StoredScreen, 'address' | 'program'>),
  ...{ idHash: r.id_hash as string, kiosk: r.kiosk as string },
  ...{ openedAt: r.opened_at as number, seenAt: r.seen_at as number },
})
