// Who is asking. Comes in: names, passwords, session ids, bearer tokens. Goes out: a principal with a role, or nothing.
// Session ids and tokens are random and stored only as hashes; agents' identities mean nothing here.
import { hash, randomBytes } from 'node:crypto'
import { ROLES, type Role, type Token, type User } from '#shared/http/session.ts'
import type { AccessStore, Account } from './access-store.ts'
import { Busy, type Passwords } from './passwords.ts'
import { createThrottle } from './throttle.ts'

export interface Principal {
  readonly user: string
  readonly role: Role
  readonly kind: 'session' | 'token'
  readonly expiresAt: number | null
  readonly language: 'en' | 'zh-CN' | null
}

export type SignInResult =
  | { readonly ok: true; readonly sessionId: string; readonly principal: Principal }
  | { readonly ok: false; readonly reason: 'wrong' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterMs: number }

export type ChangeResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'exists' | 'not-found' | 'last-admin' }

export interface Access {
  /** Ends `previous` (the session id the browser already had) whatever the outcome of a right password. */
  signIn(user: string, password: string, address: string, previous?: string): Promise<SignInResult>
  signOut(sessionId: string): Promise<void>
  /** At most one of the two is looked at; a bearer token wins. */
  identify(credentials: { sessionId?: string | undefined; bearer?: string | undefined }): Promise<Principal | undefined>
  createToken(
    owner: Principal,
    wish: { name: string; role?: Role | undefined; days?: number | undefined },
  ): Promise<Token & { token: string }>
  /** An administrator sees and revokes all tokens, others their own. */
  tokens(owner: Principal): Promise<Token[]>
  revokeToken(owner: Principal, id: string): Promise<boolean>
  users(): Promise<User[]>
  createUser(user: {
    name: string
    role: Role
    password: string
    language: 'en' | 'zh-CN' | null
  }): Promise<ChangeResult>
  updateUser(
    name: string,
    change: {
      role?: Role | undefined
      password?: string | undefined
      disabled?: boolean | undefined
      language?: 'en' | 'zh-CN' | null | undefined
    },
  ): Promise<ChangeResult>
  /** Makes user `admin` when there is no account yet; returns the password when one had to be made up. Throws when `password` is too short. */
  ensureFirstAdmin(password: string | undefined): Promise<string | undefined>
  /** Deletes ended sessions. */
  sweep(): Promise<void>
}

const SESSION_MS = 7 * 24 * 3_600_000
const IDLE_MS = 24 * 3_600_000
const TOUCH_MS = 60_000
const PER_ACCOUNT_PER_MINUTE = 10
const PER_ADDRESS_PER_MINUTE = 30

export function createAccess(deps: {
  readonly store: AccessStore
  readonly passwords: Passwords
  readonly now: () => number
}): Access {
  const { store, passwords, now } = deps
  const byAccount = createThrottle(PER_ACCOUNT_PER_MINUTE, 60_000)
  const byAddress = createThrottle(PER_ADDRESS_PER_MINUTE, 60_000)

  const access: Access = {
    async signIn(user, password, address, previous) {
      const wait = Math.max(byAddress.take(address, now()), byAccount.take(user, now()))
      if (wait > 0) return { ok: false, reason: 'throttled', retryAfterMs: wait }
      const account = await store.account(user)
      let right: boolean
      try {
        right = await passwords.verify(password, account?.disabled ? undefined : account?.password)
      } catch (error) {
        if (error instanceof Busy) return { ok: false, reason: 'throttled', retryAfterMs: 2000 }
        throw error
      }
      if (!right || !account) return { ok: false, reason: 'wrong' }
      if (previous) await store.deleteSession(digest(previous))
      const sessionId = randomBytes(32).toString('base64url')
      const at = now()
      await store.saveSession({
        idHash: digest(sessionId),
        user,
        createdAt: at,
        seenAt: at,
        expiresAt: at + SESSION_MS,
      })
      return { ok: true, sessionId, principal: principalOf(account, 'session', at + SESSION_MS) }
    },
    signOut: (sessionId) => store.deleteSession(digest(sessionId)),
    async identify({ sessionId, bearer }) {
      if (bearer !== undefined) return byToken(bearer)
      return sessionId === undefined ? undefined : bySession(sessionId)
    },
    async createToken(owner, wish) {
      const token = `ort_${randomBytes(32).toString('base64url')}`
      const row: Token = {
        id: randomBytes(8).toString('hex'),
        name: wish.name,
        user: owner.user,
        role: weaker(wish.role ?? owner.role, owner.role),
        createdAt: now(),
        expiresAt: wish.days === undefined ? null : now() + wish.days * 86_400_000,
        lastUsedAt: null,
      }
      await store.saveToken({ ...row, hash: digest(token) })
      return { ...row, token }
    },
    tokens: (owner) => store.tokens(owner.role === 'admin' ? undefined : owner.user),
    async revokeToken(owner, id) {
      const mine = await access.tokens(owner)
      return mine.some((t) => t.id === id) && (await store.deleteToken(id))
    },
    users: async () =>
      (await store.accounts()).map(({ name, role, disabled, language }) => ({ name, role, disabled, language })),
    async createUser({ name, role, password, language }) {
      if (await store.account(name)) return { ok: false, reason: 'exists' }
      await store.saveAccount({ name, role, password: await passwords.hash(password), disabled: false, language })
      return { ok: true }
    },
    async updateUser(name, change) {
      const old = await store.account(name)
      if (!old) return { ok: false, reason: 'not-found' }
      const account: Account = {
        ...old,
        role: change.role ?? old.role,
        disabled: change.disabled ?? old.disabled,
        language: change.language === undefined ? old.language : change.language,
        password: change.password === undefined ? old.password : await passwords.hash(change.password),
      }
      const admins = (await store.accounts()).filter((a) => a.role === 'admin' && !a.disabled && a.name !== name)
      if (admins.length === 0 && (account.role !== 'admin' || account.disabled))
        return { ok: false, reason: 'last-admin' }
      await store.saveAccount(account)
      if (change.role !== undefined || change.password !== undefined || change.disabled)
        await store.deleteSessionsOf(name)
      return { ok: true }
    },
    async ensureFirstAdmin(password) {
      if ((await store.accounts()).length > 0) return undefined
      if (password !== undefined && password.length < 8)
        throw new Error('OUTRIDER_ADMIN_PASSWORD must have at least 8 characters')
      const chosen = password ?? randomBytes(15).toString('base64url')
      await access.createUser({ name: 'admin', role: 'admin', password: chosen, language: null })
      return password === undefined ? chosen : undefined
    },
    sweep: () => store.deleteSessionsBefore(now(), now() - IDLE_MS),
  }
  return access

  async function bySession(sessionId: string): Promise<Principal | undefined> {
    const session = await store.session(digest(sessionId))
    if (!session || session.expiresAt <= now() || session.seenAt <= now() - IDLE_MS) return undefined
    const account = await store.account(session.user)
    if (!account || account.disabled) return undefined
    if (session.seenAt < now() - TOUCH_MS) await store.touchSession(session.idHash, now())
    return principalOf(account, 'session', session.expiresAt)
  }

  async function byToken(bearer: string): Promise<Principal | undefined> {
    const token = await store.tokenByHash(digest(bearer))
    if (!token || (token.expiresAt !== null && token.expiresAt <= now())) return undefined
    const account = await store.account(token.user)
    if (!account || account.disabled) return undefined
    if ((token.lastUsedAt ?? 0) < now() - TOUCH_MS) await store.touchToken(token.id, now())
    return { ...principalOf(account, 'token', token.expiresAt), role: weaker(token.role, account.role) }
  }
}

const digest = (secret: string) => hash('sha256', secret, 'hex')

/** ROLES stands in falling order of rights. */
const weaker = (a: Role, b: Role): Role => (ROLES.indexOf(a) > ROLES.indexOf(b) ? a : b)

const principalOf = (a: Account, kind: 'session' | 'token', expiresAt: number | null): Principal => ({
  user: a.name,
  role: a.role,
  kind,
  expiresAt,
  language: a.language,
})
