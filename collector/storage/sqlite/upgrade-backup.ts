// The copy made before a database is brought to a newer schema: complete, checked and on the disk, or nothing is changed.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { DatabaseError } from './database-error.ts'

/** Folder beside the database. */
export const BACKUPS = 'backups'
/** Backups of upgrades that stay; the oldest go. */
export const BACKUPS_KEPT = 3
/** Room for the log of a small migration. */
const LEAST_ROOM_BYTES = 64 * 2 ** 20
const PAGES_AT_ONCE = 1000

export interface UpgradeBackupOptions {
  readonly file: string
  /** The schema it is made before. */
  readonly schema: string
  readonly wall: number
  readonly freeBytes?: number
  onStep?(step: string): void
}

/**
 * Copies the open database to `backups/before-<schema>-<time>.db`, checks the copy and syncs it; resolves with its path.
 * Throws DatabaseError backup-failed: then there is no copy, and the database is untouched.
 */
export async function backupBefore(connection: DatabaseSync, options: UpgradeBackupOptions): Promise<string> {
  const { file, schema, wall, onStep } = options
  const dir = join(dirname(file), BACKUPS)
  const time = new Date(wall).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const target = join(dir, `before-${schema}-${time}.db`)
  const part = `${target}.part`
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    forgetParts(dir)
    checkRoom(connection, dir, options.freeBytes)
    closeSync(openSync(part, 'w', 0o600))
    onStep?.('backup')
    await backup(connection, part, { rate: PAGES_AT_ONCE, progress: () => onStep?.('backup:pages') })
    onStep?.('backup:check')
    checkCopy(part)
    sync(part)
    onStep?.('backup:rename')
    renameSync(part, target)
    sync(dir)
    onStep?.('backup:done')
  } catch (error) {
    forget(part)
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(
      'backup-failed',
      `the database was not upgraded, because the backup before it failed (${(error as Error).message}); it is unchanged`,
      { cause: error },
    )
  }
  keepNewest(dir, target)
  return target
}

/** Bytes that an upgrade needs: the backup, and as much for the log of a migration that rewrites every table. */
export function bytesForUpgrade(connection: DatabaseSync): number {
  const count = Number((connection.prepare('pragma page_count').get() as { page_count: number }).page_count)
  const size = Number((connection.prepare('pragma page_size').get() as { page_size: number }).page_size)
  return 2 * count * size + LEAST_ROOM_BYTES
}

function checkRoom(connection: DatabaseSync, dir: string, known?: number): void {
  const { bavail, bsize } = statfsSync(dir)
  const free = known ?? bavail * bsize
  const needed = bytesForUpgrade(connection)
  if (free >= needed) return
  throw new DatabaseError(
    'backup-failed',
    `the upgrade of the database needs ${megabytes(needed)} MB free in ${dir} (a backup is made first), ` +
      `${megabytes(free)} MB are: make room for ${megabytes(needed - free)} MB and start again. Nothing was changed`,
  )
}

function checkCopy(path: string): void {
  const copy = new DatabaseSync(path)
  try {
    // a copy of one file, to be opened anywhere
    copy.exec('pragma journal_mode = delete')
    const rows = copy.prepare('pragma quick_check(1)').all() as { quick_check: string }[]
    if (rows[0]?.quick_check !== 'ok')
      throw new DatabaseError(
        'damaged',
        `the database is damaged and was not upgraded: ${rows[0]?.quick_check}. Restore a backup (outrider-collector restore)`,
      )
  } finally {
    copy.close()
  }
}

function keepNewest(dir: string, made: string): void {
  const files = readdirSync(dir)
    .filter((name) => /^before-.*\.db$/.test(name))
    .map((name) => join(dir, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
  for (const file of files.filter((f) => f !== made).slice(0, Math.max(0, files.length - BACKUPS_KEPT))) rmSync(file)
}

/** What an upgrade that was killed left behind. */
function forgetParts(dir: string): void {
  for (const name of readdirSync(dir))
    if (/^before-.*\.db\.part(-wal|-shm|-journal)?$/.test(name)) rmSync(join(dir, name))
}

/** What could not be made may be impossible to remove too. */
function forget(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // the next upgrade removes it
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)
