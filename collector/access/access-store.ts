// What access needs from storage: reads, and writes that go in one transaction with their audit entry.
import type { Role, Token } from '#shared/http/session.ts'
import type { AuditEntry } from '../storage/change-set.ts'

export interface Account {
  readonly name: string
  readonly role: Role
  /** Ids of the customers this person may see; null: all. */
  readonly customers: readonly string[] | null
  /** PHC string of the password. */
  readonly password: string
  readonly disabled: boolean
  readonly language: 'en' | 'zh-CN' | null
}

export interface StoredSession {
  /** SHA-256 of the session id; the id itself is never stored. */
  readonly idHash: string
  readonly user: string
  readonly createdAt: number
  readonly seenAt: number
  readonly expiresAt: number
}

export interface StoredToken extends Token {
  readonly hash: string
}

/** One thing to write. An account is inserted or replaced. */
export type AccessWrite =
  | { readonly kind: 'save-account'; readonly account: Account }
  | { readonly kind: 'save-session'; readonly session: StoredSession }
  | { readonly kind: 'delete-session'; readonly idHash: string }
  | { readonly kind: 'delete-sessions-of'; readonly user: string }
  | { readonly kind: 'save-token'; readonly token: StoredToken }
  | { readonly kind: 'delete-token'; readonly id: string }

/** Writes all of it and the audit entry, or nothing; durable when resolved. */
export type AccessCommit = (writes: readonly AccessWrite[], entry: Omit<AuditEntry, 'at'>) => Promise<void>

/** Reads, and the few writes that tell nothing but when something was last used. */
export interface AccessStore {
  account(name: string): Promise<Account | undefined>
  accounts(): Promise<Account[]>
  session(idHash: string): Promise<StoredSession | undefined>
  touchSession(idHash: string, seenAt: number): Promise<void>
  deleteSessionsBefore(expiresAt: number, seenAt: number): Promise<void>
  tokenByHash(hash: string): Promise<StoredToken | undefined>
  /** Of one user, or of all. */
  tokens(user?: string): Promise<Token[]>
  touchToken(id: string, at: number): Promise<void>
}
