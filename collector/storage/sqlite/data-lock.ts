// One collector per data folder: an exclusive SQLite transaction on a file beside the database, which the system ends
// with the process, however the process ends.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseError } from './database-error.ts'

const SQLITE_BUSY = 5

/** Takes the folder for this process, made when it is not there; returns how to give it back. Throws DatabaseError. */
export function lockDataFolder(dir: string): () => void {
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(join(dir, 'collector.lock'))
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    lock?.close()
    const taken = (error as { errcode?: number }).errcode === SQLITE_BUSY
    throw taken
      ? new DatabaseError('in-use', `another process uses ${dir}; stop it, or give this one a folder of its own`, {
          cause: error,
        })
      : new DatabaseError(
          'unavailable',
          `the data folder ${dir} cannot be written (${(error as Error).message}); give it to the user that runs this, or choose another with --data`,
          { cause: error },
        )
  }
  const held = lock
  return () => {
    if (held.isOpen) held.close()
  }
}
