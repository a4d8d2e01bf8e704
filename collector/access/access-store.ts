// What access needs from storage: reads, and writes that go in one transaction with their audit entry.
import type { Preferences, Role, Token } from '#shared/http/session.ts'
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
  /** The standard when absent. */
  readonly preferences?: Preferences
  /** Made up or chosen by somebody else. */
  readonly passwordGiven?: boolean
}

export interface StoredSession {
  /** SHA-256 of the session id; the id itself is never stored. */
  readonly idHash: string
  readonly user: string
  readonly createdAt: number
  readonly seenAt: number
  readonly expiresAt: number
  /** IP address it began at. */
  readonly address: string
}

/** Ways into an account: when it went well and when it did not. */
export interface SignIns {
  readonly user: string
  readonly at: number | null
  readonly address: string | null
  readonly failedAt: number | null
  readonly failedAddress: string | null
  /** Since it last went well. */
  readonly failed: number
}

export interface StoredToken extends Token {
  readonly hash: string
  /** Id of the token it was made with; null: by somebody signed in. */
  readonly madeWith: string | null
}

/** One thing to write. An account is inserted or replaced. */
export type AccessWrite =
  | { readonly kind: 'save-account'; readonly account: Account }
  | { readonly kind: 'save-session'; readonly session: StoredSession }
  | { readonly kind: 'delete-session'; readonly idHash: string }
  /** All but `keep`. */
  | { readonly kind: 'delete-sessions-of'; readonly user: string; readonly keep?: string | undefined }
  | { readonly kind: 'save-token'; readonly token: StoredToken }
  | { readonly kind: 'delete-token'; readonly id: string }
  | { readonly kind: 'delete-tokens-of'; readonly user: string }
  | { readonly kind: 'signed-in'; readonly user: string; readonly at: number; readonly address: string }
  | { readonly kind: 'sign-in-failed'; readonly user: string; readonly at: number; readonly address: string }

/** Writes all of it and the audit entry, or nothing; durable when resolved. */
export type AccessCommit = (writes: readonly AccessWrite[], entry: Omit<AuditEntry, 'at'>) => Promise<void>

/** Reads, and the few writes that tell nothing but when something was last used. */
export interface AccessStore {
  account(name: string): Promise<Account | undefined>
  accounts(): Promise<Account[]>
  session(idHash: string): Promise<StoredSession | undefined>
  /** Of everybody, newest first; those that have ended too, until they are swept. */
  sessions(): Promise<StoredSession[]>
  signIns(): Promise<SignIns[]>
  touchSession(idHash: string, seenAt: number): Promise<void>
  deleteSessionsBefore(expiresAt: number, seenAt: number): Promise<void>
  tokenByHash(hash: string): Promise<StoredToken | undefined>
  /** Of one user, or of all. */
  tokens(user?: string): Promise<Token[]>
  touchToken(id: string, at: number, address: string): Promise<void>
}
