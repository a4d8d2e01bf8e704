// Accounts, sessions and tokens in SQLite.

import type { Role, Token } from '#shared/http/session.ts'
import type {
  AccessCommit,
  AccessStore,
  AccessWrite,
  Account,
  SignIns,
  StoredSession,
} from '../../access/access-store.ts'
import { type ChangeWriter, emptyChangeSet } from '../change-set.ts'
import type { Database } from './database.ts'

/** Store of the access room on the collector's database; migrations must have run. */
export function createAccessStore(db: Database): AccessStore & ChangeWriter {
  const accountByName = db.prepare('select * from user_account where name = ?')
  const allAccounts = db.prepare('select * from user_account order by name')
  const saveAccount = db.prepare(
    `insert into user_account (name, role, password, disabled, language, doc) values (?, ?, ?, ?, ?, ?)
     on conflict (name) do update set role = excluded.role, password = excluded.password,
       disabled = excluded.disabled, language = excluded.language, doc = excluded.doc`,
  )
  const sessionByHash = db.prepare('select * from session where id_hash = ?')
  const allSessions = db.prepare('select * from session order by created_at desc')
  const saveSession = db.prepare(
    'insert into session (id_hash, user, created_at, seen_at, expires_at, address) values (?, ?, ?, ?, ?, ?)',
  )
  const touchSession = db.prepare('update session set seen_at = ? where id_hash = ?')
  const deleteSession = db.prepare('delete from session where id_hash = ?')
  const deleteSessionsOf = db.prepare('delete from session where user = ? and id_hash <> ?')
  const deleteSessionsBefore = db.prepare('delete from session where expires_at <= ? or seen_at <= ?')
  const tokenByHash = db.prepare('select * from token where hash = ?')
  const tokensOf = db.prepare('select * from token where ? is null or user = ? order by created_at')
  const saveToken = db.prepare(
    `insert into token (id, name, hash, user, role, created_at, expires_at, last_used_at, made_with)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const touchToken = db.prepare('update token set last_used_at = ?, last_address = ? where id = ?')
  // and all that was made with it
  const deleteToken = db.prepare(
    `with recursive gone (id) as (values (?) union select t.id from token t join gone g on t.made_with = g.id)
     delete from token where id in (select id from gone)`,
  )
  const deleteTokensOf = db.prepare('delete from token where user = ?')
  const allSignIns = db.prepare('select * from sign_in')
  const signedIn = db.prepare(
    `insert into sign_in (user, at, address, failed) values (?, ?, ?, 0)
     on conflict (user) do update set at = excluded.at, address = excluded.address, failed = 0`,
  )
  const failedIn = db.prepare(
    `insert into sign_in (user, failed_at, failed_address, failed) values (?, ?, ?, 1)
     on conflict (user) do update set failed_at = excluded.failed_at, failed_address = excluded.failed_address,
       failed = failed + 1`,
  )

  const write = (w: AccessWrite): unknown => {
    switch (w.kind) {
      case 'save-account': {
        const { name, role, password, disabled, language, ...doc } = w.account
        return saveAccount.run(name, role, password, disabled ? 1 : 0, language, JSON.stringify(doc))
      }
      case 'save-session': {
        const { idHash, user, createdAt, seenAt, expiresAt, address } = w.session
        return saveSession.run(idHash, user, createdAt, seenAt, expiresAt, address)
      }
      case 'delete-session':
        return deleteSession.run(w.idHash)
      case 'delete-sessions-of':
        return deleteSessionsOf.run(w.user, w.keep ?? '')
      case 'save-token': {
        const { id, name, hash, user, role, createdAt, expiresAt, lastUsedAt, madeWith } = w.token
        return saveToken.run(id, name, hash, user, role, createdAt, expiresAt, lastUsedAt, madeWith)
      }
      case 'delete-token':
        return deleteToken.run(w.id)
      case 'delete-tokens-of':
        return deleteTokensOf.run(w.user)
      case 'signed-in':
        return signedIn.run(w.user, w.at, w.address)
      case 'sign-in-failed':
        return failedIn.run(w.user, w.at, w.address)
    }
  }

  return {
    write: (changes) => changes.access.forEach(write),
    account: async (name) => optional(accountByName.get(name), accountOf),
    accounts: async () => allAccounts.all().map(accountOf),
    session: async (idHash) => optional(sessionByHash.get(idHash), sessionOf),
    sessions: async () => allSessions.all().map(sessionOf),
    signIns: async () => allSignIns.all().map(signInsOf),
    async touchSession(idHash, seenAt) {
      touchSession.run(seenAt, idHash)
    },
    async deleteSessionsBefore(expiresAt, seenAt) {
      deleteSessionsBefore.run(expiresAt, seenAt)
    },
    tokenByHash: async (hash) =>
      optional(tokenByHash.get(hash), (row) => ({
        ...{ ...tokenOf(row), hash, madeWith: row.made_with as string | null },
      })),
    tokens: async (user) => tokensOf.all(user ?? null, user ?? null).map(tokenOf),
    async touchToken(id, at, address) {
      touchToken.run(at, address, id)
    },
  }
}

/** Commits where there are no turns: one transaction of these writers. */
export const directCommit =
  (db: Database, writers: readonly ChangeWriter[], now: () => number): AccessCommit =>
  async (writes, entry) => {
    const at = now()
    const changes = { ...emptyChangeSet(), access: [...writes], audit: [{ at, ...entry }] }
    db.transaction(() => {
      for (const writer of writers) writer.write(changes, at)
    })
  }

type Row = Record<string, unknown>

const optional = <T>(row: Row | undefined, map: (row: Row) => T): T | undefined => (row ? map(row) : undefined)

const accountOf = (r: Row): Account => ({
  customers: null,
  ...(JSON.parse(r.doc as string) as Partial<Account>),
  name: r.name as string,
  role: r.role as Role,
  password: r.password as string,
  disabled: r.disabled === 1,
  language: r.language as Account['language'],
})

const sessionOf = (r: Row): StoredSession => ({
  idHash: r.id_hash as string,
  user: r.user as string,
  createdAt: r.created_at as number,
  seenAt: r.seen_at as number,
  expiresAt: r.expires_at as number,
  address: r.address as string,
})

const signInsOf = (r: Row): SignIns => ({
  user: r.user as string,
  at: r.at as number | null,
  address: r.address as string | null,
  failedAt: r.failed_at as number | null,
  failedAddress: r.failed_address as string | null,
  failed: r.failed as number,
})

const tokenOf = (r: Row): Token => ({
  id: r.id as string,
  name: r.name as string,
  user: r.user as string,
  role: r.role as Role,
  createdAt: r.created_at as number,
  expiresAt: r.expires_at as number | null,
  lastUsedAt: r.last_used_at as number | null,
  lastUsedFrom: (r.last_address as string | null) ?? null,
})
