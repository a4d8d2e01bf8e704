// One collector per data folder: an exclusive SQLite transaction on a file beside the database, which the system ends
// with the process, however the process ends.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseError } from './database-error.ts'

/** Takes the folder for this process; returns how to give it back. Throws DatabaseError `in-use`. */
export function lockDataFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(dir, 'collector.lock'))
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    lock.close()
    throw new DatabaseError('in-use', `another process uses ${dir}`, { cause: error })
  }
  return () => {
    if (lock.isOpen) lock.close()
  }
}
