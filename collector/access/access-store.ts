// What access needs from storage.
import type { Role, Token } from '#shared/http/session.ts'

export interface Account {
  readonly name: string
  readonly role: Role
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

export interface AccessStore {
  account(name: string): Promise<Account | undefined>
  accounts(): Promise<Account[]>
  /** Inserts or replaces. */
  saveAccount(account: Account): Promise<void>
  session(idHash: string): Promise<StoredSession | undefined>
  saveSession(session: StoredSession): Promise<void>
  touchSession(idHash: string, seenAt: number): Promise<void>
  deleteSession(idHash: string): Promise<void>
  deleteSessionsOf(user: string): Promise<void>
  deleteSessionsBefore(expiresAt: number, seenAt: number): Promise<void>
  tokenByHash(hash: string): Promise<StoredToken | undefined>
  /** Of one user, or of all. */
  tokens(user?: string): Promise<Token[]>
  saveToken(token: StoredToken): Promise<void>
  touchToken(id: string, at: number): Promise<void>
  deleteToken(id: string): Promise<boolean>
}
