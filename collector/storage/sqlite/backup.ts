// Backup and restore of a data folder. A backup is one SQLite file made by the online backup API, with the keys of the folder
// inside, so that agents go on trusting the restored collector, and the files that people attached. Whoever has it can sign
// commands: keep it like a key.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { putFilesIn, setStrangersAside, takeFilesOut } from './backup-files.ts'
import { lockDataFolder } from './data-lock.ts'
import { DatabaseError } from './database-error.ts'
import { refuseNewer } from './migrate.ts'

const KEY_SETTING = 'backup-command-key'
const FILE_SETTING = 'backup-file:'
/** Beside the command key: authority and what seals it, the key of kept credentials. Paths in the data folder. */
const KEY_FILES = ['keys/ca.pem', 'keys/ca.key', 'keys/seal.key', 'credential-key.pem'] as const
/** When a backup was put in place, ms: certificates may be out there that it does not know. */
export const RESTORED_SETTING = 'restored-at'

export interface BackupPaths {
  readonly dir: string
  readonly keyFile: string
  readonly file: string
}

/** Writes a backup while the collector may be running. Resolves with its size in bytes. Throws when there is no database. */
export async function writeBackup({ dir, keyFile, file }: BackupPaths): Promise<number> {
  const source = join(dir, 'collector.db')
  if (!existsSync(source)) throw new Error(`no database in ${dir}`)
  const part = `${file}.part`
  rmSync(part, { force: true })
  const db = new DatabaseSync(source, { readOnly: true, timeout: 30_000 })
  try {
    await backup(db, part, { rate: 1000 })
  } finally {
    db.close()
  }
  chmodSync(part, 0o600)
  const copy = new DatabaseSync(part)
  try {
    const put = copy.prepare('insert or replace into setting (name, value) values (?, ?)')
    if (existsSync(keyFile)) put.run(KEY_SETTING, readFileSync(keyFile, 'utf8'))
    for (const name of KEY_FILES) {
      const path = join(dir, name)
      if (existsSync(path)) put.run(FILE_SETTING + name, readFileSync(path, 'utf8'))
    }
    putFilesIn(copy, dir)
    copy.exec('pragma journal_mode = delete')
    checkWhole(copy)
  } finally {
    copy.close()
  }
  renameSync(part, file)
  const bytes = statSync(file).size
  leaveMark(dir, { at: Date.now(), bytes })
  return bytes
}

/** In the data folder: when a backup was made last. */
export const BACKUP_MARK = 'last-backup.json'
export interface BackupMark {
  /** ms UTC. */
  readonly at: number
  readonly bytes: number
}

function leaveMark(dir: string, mark: BackupMark): void {
  try {
    writeFileSync(join(dir, BACKUP_MARK), JSON.stringify(mark))
  } catch {
    // the backup is good even where its maker may only read the folder
  }
}

/** Puts a backup in place of the data folder's database; what was there is kept as `collector.db.before-restore`. */
export function restoreBackup({ dir, keyFile, file }: BackupPaths): void {
  const unlock = lockDataFolder(dir)
  try {
    const part = join(dir, 'collector.db.part')
    copyFileSync(file, part)
    const db = new DatabaseSync(part)
    let key: string | undefined
    const files = new Map<string, string>()
    try {
      checkWhole(db)
      refuseNewer(db)
      key = settingOf(db, KEY_SETTING)
      const remove = db.prepare('delete from setting where name = ?')
      remove.run(KEY_SETTING)
      for (const name of KEY_FILES) {
        const text = settingOf(db, FILE_SETTING + name)
        if (text !== undefined) files.set(name, text)
        remove.run(FILE_SETTING + name)
      }
      takeFilesOut(db, dir)
      setStrangersAside(db, dir)
      db.prepare('insert or replace into setting (name, value) values (?, ?)').run(RESTORED_SETTING, String(Date.now()))
    } finally {
      db.close()
    }
    const target = join(dir, 'collector.db')
    if (existsSync(target)) renameSync(target, `${target}.before-restore`)
    for (const rest of ['-wal', '-shm']) rmSync(`${target}${rest}`, { force: true })
    chmodSync(part, 0o600)
    renameSync(part, target)
    if (key !== undefined) writeFileSync(keyFile, key, { mode: 0o600, flush: true })
    for (const [name, text] of files) putBack(join(dir, name), text)
  } finally {
    unlock()
  }
}

function settingOf(db: DatabaseSync, name: string): string | undefined {
  return (db.prepare('select value from setting where name = ?').get(name) as { value: string } | undefined)?.value
}

/** What was there and is another is kept beside it: it may be the only key of something. */
function putBack(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (existsSync(path) && readFileSync(path, 'utf8') !== text) renameSync(path, `${path}.before-restore`)
  writeFileSync(path, text, { mode: 0o600, flush: true })
}

function checkWhole(db: DatabaseSync): void {
  const rows = db.prepare('pragma integrity_check(1)').all() as { integrity_check: string }[]
  if (rows[0]?.integrity_check !== 'ok')
    throw new DatabaseError('damaged', `the database is damaged: ${rows[0]?.integrity_check}`)
}
