// Files that people attached, inside a backup: one row each, so that a backup stays one file.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

const TABLE = 'backup_attachment'
/** In the data folder; files are named by their ids. */
const FOLDER = 'attachments'
const ID = /^[0-9a-f-]{36}$/

/** Copies the files that the database of the backup knows into it; one that is not on the disk is passed over. */
export function putFilesIn(copy: DatabaseSync, dir: string): void {
  // of a collector that had none
  if (!has(copy, 'attachment')) return
  const folder = join(dir, FOLDER)
  const there = new Set(existsSync(folder) ? readdirSync(folder) : [])
  const known = copy.prepare('select id from attachment').all() as { id: string }[]
  copy.exec(`drop table if exists ${TABLE}; create table ${TABLE} (id text primary key, content blob not null) strict`)
  const put = copy.prepare(`insert into ${TABLE} (id, content) values (?, ?)`)
  for (const { id } of known) if (there.has(id)) put.run(id, readFileSync(join(folder, id)))
}

/** Writes the files of a backup into the data folder, one at a time, and takes them out of the database. Older backups have none. */
export function takeFilesOut(db: DatabaseSync, dir: string): void {
  if (!has(db, TABLE)) return
  const folder = join(dir, FOLDER)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const row of db.prepare(`select id, content from ${TABLE}`).iterate()) {
    const { id, content } = row as { id: string; content: Uint8Array }
    // a name from a file that somebody gives us
    if (!ID.test(id)) continue
    const part = join(folder, `${id}.part`)
    writeFileSync(part, content, { mode: 0o600, flush: true })
    renameSync(part, join(folder, id))
  }
  db.exec(`drop table ${TABLE}; vacuum`)
}

/** Files that the restored database does not know go beside: they are of the one that was there, which is kept as well. */
export function setStrangersAside(db: DatabaseSync, dir: string): void {
  const folder = join(dir, FOLDER)
  if (!existsSync(folder) || !has(db, 'attachment')) return
  const known = new Set((db.prepare('select id from attachment').all() as { id: string }[]).map((row) => row.id))
  const strangers = readdirSync(folder).filter((name) => ID.test(name) && !known.has(name))
  if (strangers.length === 0) return
  const aside = join(dir, `${FOLDER}.before-restore`)
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const name of strangers) renameSync(join(folder, name), join(aside, name))
}

const has = (db: DatabaseSync, table: string): boolean =>
  db.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(table) !== undefined
