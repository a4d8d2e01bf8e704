export type DatabaseErrorCode = 'sqlite-too-old' | 'schema-newer' | 'migration-failed' | 'damaged' | 'in-use'

/** Why a database file cannot be used. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  readonly code: DatabaseErrorCode
  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
