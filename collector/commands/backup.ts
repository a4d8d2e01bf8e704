import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backUp, restore } from '../storage/sqlite/backup.ts'
import { lockDataFolder } from '../storage/sqlite/data-lock.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { putKey, takeKey } from '../storage/sqlite/key-in-backup.ts'
import { type CommandOptions, readSettings } from './settings.ts'

/** Copies the database, while a collector may be writing, and puts the command key into the copy. */
export async function backupCommand(file: string, options: CommandOptions): Promise<number> {
  const { database, keyFile } = pathsOf(options)
  if (!existsSync(database)) throw new Error(`no database: ${database}`)
  const db = await openDatabase(database)
  try {
    await backUp(db, resolve(file))
  } finally {
    db.close()
  }
  chmodSync(file, 0o600)
  if (existsSync(keyFile)) putKey(file, readFileSync(keyFile, 'utf8'))
  console.log(`backup: ${file}, ${statSync(file).size} bytes; it holds the command key: keep it like one`)
  return 0
}

/** The collector must not run. What was there is kept as collector.db.before-restore. */
export async function restoreCommand(file: string, options: CommandOptions): Promise<number> {
  const { dir, database, keyFile } = pathsOf(options)
  const unlock = lockDataFolder(dir)
  try {
    await restore(resolve(file), database)
    chmodSync(database, 0o600)
    const key = takeKey(database)
    if (key !== undefined) writeFileSync(keyFile, key, { mode: 0o600, flush: true })
  } finally {
    unlock()
  }
  console.log(`restored ${file}; the old database, if any, is kept as collector.db.before-restore`)
  return 0
}

function pathsOf(options: CommandOptions) {
  const dir = readSettings(options).dataDir
  return { dir, database: join(dir, 'collector.db'), keyFile: join(dir, 'command-key.pem') }
}
