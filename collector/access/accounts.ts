// User accounts: made and changed one after the other, each change with its audit entry. One administrator always stays.
import { hash } from 'node:crypto'
import type { Role } from '#shared/http/session.ts'
import type { UserRow } from '#shared/http/users.ts'
import type { AccessStore, AccessWrite, Account } from './access-store.ts'
import type { Passwords } from './passwords.ts'

export type ChangeResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'exists' | 'not-found' | 'last-admin' | 'customers' }

export interface NewUser {
  readonly name: string
  readonly role: Role
  readonly customers?: readonly string[] | null
  readonly password: string
  readonly language: 'en' | 'zh-CN' | null
  /** False: they chose it themselves. */
  readonly passwordGiven?: boolean
}

export interface UserChange {
  readonly role?: Role | undefined
  readonly customers?: readonly string[] | null | undefined
  readonly password?: string | undefined
  readonly disabled?: boolean | undefined
  readonly language?: 'en' | 'zh-CN' | null | undefined
  readonly revokeTokens?: boolean | undefined
}

export interface Accounts {
  users(): Promise<UserRow[]>
  createUser(actor: string, user: NewUser): Promise<ChangeResult>
  /**
   * What ends sessions (role, customers, password, disabled) leaves `keep`, the id of the session it is asked for in. Tokens
   * stay unless `revokeTokens`; of a disabled account they do nothing.
   */
  updateUser(actor: string, name: string, change: UserChange, keep?: string): Promise<ChangeResult>
  /** Ends all sessions of a user but `keep`; undefined when there is no such user. */
  endSessions(actor: string, name: string, keep?: string): Promise<number | undefined>
}

export type Told = (
  writes: readonly AccessWrite[],
  actor: string,
  action: string,
  subject: string,
  detail?: Readonly<Record<string, unknown>>,
) => Promise<void>

export function createAccounts(deps: {
  readonly store: AccessStore
  readonly commit: Told
  readonly passwords: Passwords
  /** One after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** Whether a session is still good. */
  readonly isOpen: (session: { readonly expiresAt: number; readonly seenAt: number }) => boolean
  readonly now: () => number
}): Accounts {
  const { store, commit, passwords, inTurn, isOpen, now } = deps
  const endings = async (user: string, keep: string | undefined) => {
    const kept = keep === undefined ? undefined : hash('sha256', keep, 'hex')
    const ended = (await store.sessions()).filter((s) => s.user === user && s.idHash !== kept && isOpen(s)).length
    return { write: { kind: 'delete-sessions-of', user, keep: kept } as const, ended }
  }
  return {
    async users() {
      const [accounts, sessions, signIns, tokens] = await Promise.all([
        ...([store.accounts(), store.sessions(), store.signIns(), store.tokens()] as const),
      ])
      const open = Map.groupBy(sessions.filter(isOpen), (s) => s.user)
      const marks = new Map(signIns.map((one) => [one.user, one]))
      const counted = Map.groupBy(
        tokens.filter((t) => t.expiresAt === null || t.expiresAt > now()),
        (t) => t.user,
      )
      return accounts.map(({ name, role, customers, disabled, language }) => {
        const mark = marks.get(name)
        return {
          ...{ name, role, customers: customers === null ? null : [...customers], disabled, language },
          ...{ lastSignInAt: mark?.at ?? null, lastSignInFrom: mark?.address ?? null },
          ...{ failedSignIns: mark?.failed ?? 0, lastFailedAt: mark?.failedAt ?? null },
          lastFailedFrom: mark?.failedAddress ?? null,
          sessions: (open.get(name) ?? []).map(({ createdAt, seenAt, address }) => ({
            ...{ startedAt: createdAt, seenAt, address },
          })),
          tokens: counted.get(name)?.length ?? 0,
        }
      })
    },
    async createUser(actor, { name, role, customers = null, password, language, passwordGiven = true }) {
      if (!isScoped(role, customers)) return { ok: false, reason: 'customers' }
      const account: Account = {
        ...{
          name,
          role,
          customers,
          password: await passwords.hash(password),
          disabled: false,
          language,
          passwordGiven,
        },
      }
      return inTurn(async () => {
        if (await store.account(name)) return { ok: false, reason: 'exists' }
        await commit([{ kind: 'save-account', account }], actor, 'create-user', `user:${name}`, { role, customers })
        return { ok: true }
      })
    },
    async updateUser(actor, name, { password, revokeTokens, ...change }, keep) {
      const hashed = password === undefined ? undefined : await passwords.hash(password)
      return inTurn(async () => {
        const old = await store.account(name)
        if (!old) return { ok: false, reason: 'not-found' }
        const account: Account = {
          ...old,
          role: change.role ?? old.role,
          customers: change.customers === undefined ? old.customers : change.customers,
          disabled: change.disabled ?? old.disabled,
          language: change.language === undefined ? old.language : change.language,
          ...(hashed === undefined ? {} : { password: hashed, passwordGiven: actor !== name }),
        }
        if (!isScoped(account.role, account.customers)) return { ok: false, reason: 'customers' }
        const admins = (await store.accounts()).filter((a) => a.role === 'admin' && !a.disabled && a.name !== name)
        const isLast = old.role === 'admin' && !old.disabled && admins.length === 0
        if (isLast && (account.role !== 'admin' || account.disabled)) return { ok: false, reason: 'last-admin' }
        const changed = changesOf(old, account)
        const writes: AccessWrite[] = [{ kind: 'save-account', account }]
        const detail: Record<string, unknown> = { ...changed, ...(hashed === undefined ? {} : { password: 'changed' }) }
        if (changed.role || changed.customers || changed.disabled || hashed !== undefined) {
          const { write, ended } = await endings(name, keep)
          writes.push(write)
          if (ended > 0) detail.sessionsEnded = ended
        }
        if (revokeTokens) {
          detail.tokensRevoked = (await store.tokens(name)).length
          writes.push({ kind: 'delete-tokens-of', user: name })
        }
        await commit(writes, actor, 'update-user', `user:${name}`, detail)
        return { ok: true }
      })
    },
    endSessions: (actor, name, keep) =>
      inTurn(async () => {
        if (!(await store.account(name))) return undefined
        const { write, ended } = await endings(name, keep)
        await commit([write], actor, 'end-sessions', `user:${name}`, { sessionsEnded: ended })
        return ended
      }),
  }
}

/** Whoever administers sees everything; somebody at a customer's sees theirs. */
const isScoped = (role: Role, customers: readonly string[] | null): boolean =>
  role === 'admin' ? customers === null : role !== 'customer' || (customers !== null && customers.length > 0)

type Shown = 'role' | 'customers' | 'disabled' | 'language'
type Changes = Partial<Record<Shown, { readonly before: unknown; readonly after: unknown }>>

function changesOf(before: Account, after: Account): Changes {
  const changes: Changes = {}
  for (const key of ['role', 'customers', 'disabled', 'language'] as const)
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      changes[key] = { before: before[key], after: after[key] }
  return changes
}
