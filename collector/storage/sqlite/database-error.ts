export type DatabaseErrorCode =
  | 'sqlite-too-old'
  | 'schema-newer'
  | 'schema-older'
  | 'backup-failed'
  | 'migration-failed'
  | 'damaged'
  | 'in-use'
  | 'unavailable'

/** Why a database file cannot be used. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  readonly code: DatabaseErrorCode
  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN: the disk's fault, not the data's. */
const ENVIRONMENT: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 11, 13, 14])

/** An error of the disk as DatabaseError `unavailable` (try again later); any other error as it is. */
export function unavailable(error: unknown): unknown {
  const code = (error as { errcode?: unknown } | null)?.errcode
  if (typeof code !== 'number' || !ENVIRONMENT.has(code & 0xff)) return error
  return new DatabaseError('unavailable', (error as Error).message, { cause: error })
}
