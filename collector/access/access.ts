// Who is asking. Comes in: names, passwords, session ids, bearer tokens. Goes out: a principal with a role, or nothing.
// Session ids and tokens are random and stored only as hashes; agents' identities mean nothing here. Every change is
// committed with its audit entry; changes go one after the other, so that what was checked still holds when written.
import { hash, randomBytes } from 'node:crypto'
import type { Role, Token } from '#shared/http/session.ts'
import type { AccessCommit, AccessStore, AccessWrite, Account } from './access-store.ts'
import { type Accounts, type ChangeResult, createAccounts, type Told } from './accounts.ts'
import { createFailedSignIns } from './failed-sign-ins.ts'
import { Busy, type Passwords } from './passwords.ts'
import { createPersonal, type Personal } from './personal.ts'
import { weaker } from './rights.ts'
import { createThrottle } from './throttle.ts'

export interface Principal {
  readonly user: string
  readonly role: Role
  /** Ids of the customers this person may see; null: all. */
  readonly customers: readonly string[] | null
  readonly kind: 'session' | 'token'
  readonly expiresAt: number | null
  readonly language: 'en' | 'zh-CN' | null
  /** Id of the token that is asked with. */
  readonly token?: string
}

export type SignInResult =
  | { readonly ok: true; readonly sessionId: string; readonly principal: Principal }
  | { readonly ok: false; readonly reason: 'wrong' }

export type { ChangeResult } from './accounts.ts'

/** Too many tries; `retryAfterMs` until the next one counts. */
export class Throttled extends Error {
  override name = 'Throttled'
  readonly retryAfterMs: number
  constructor(retryAfterMs: number) {
    super('too many attempts')
    this.retryAfterMs = retryAfterMs
  }
}

/** Nobody needs that many; the message says how many there may be. */
export class TooManyTokens extends Error {
  override name = 'TooManyTokens'
}

/** Somebody asked for a token that is not theirs to give. `field`: of the wish, what is wrong with it. */
export class NotGiven extends Error {
  override name = 'NotGiven'
  readonly field: 'role' | undefined
  constructor(message: string, field?: 'role') {
    super(message)
    this.field = field
  }
}

export interface Access extends Accounts, Personal {
  /** With a right password ends `previous`, the session id the browser already had. Throws Throttled. */
  signIn(user: string, password: string, address: string, previous?: string): Promise<SignInResult>
  /** Ends the session; without an id (a token signs out) there is only the audit entry. */
  signOut(user: string, sessionId: string | undefined): Promise<void>
  /**
   * At most one of the two is looked at; a bearer token wins. Throws Throttled for a wrong token when too many came
   * from `address`.
   */
  identify(
    credentials: { sessionId?: string | undefined; bearer?: string | undefined },
    address?: string,
  ): Promise<Principal | undefined>
  /**
   * Never with more rights than its maker; one made with a token ends with that token at the latest. Throws TooManyTokens, and
   * NotGiven for a role that the maker cannot give, or when the maker's rights have ended meanwhile.
   */
  createToken(
    owner: Principal,
    wish: { name: string; role?: Role | undefined; days?: number | undefined },
  ): Promise<Token & { token: string }>
  /** An administrator sees and revokes all tokens, others their own. */
  tokens(owner: Principal): Promise<Token[]>
  revokeToken(owner: Principal, id: string): Promise<boolean>
  /**
   * One's own password: `session` is the one it is asked for in, which stays. `wrong`: the current one is not right. Throws
   * Throttled.
   */
  changePassword(
    who: Principal,
    change: { current: string; password: string; revokeTokens: boolean },
    session: string | undefined,
    address: string,
  ): Promise<ChangeResult | { readonly ok: false; readonly reason: 'wrong' }>
  /** Makes user `admin` when there is no account yet; returns the password when one had to be made up. Throws when `password` is too short. */
  ensureFirstAdmin(password: string | undefined): Promise<string | undefined>
  /** Deletes ended sessions; writes down how many more sign-ins failed. */
  sweep(): Promise<void>
}

const SESSION_MS = 7 * 24 * 3_600_000
const IDLE_MS = 24 * 3_600_000
const TOUCH_MS = 60_000
const PER_ACCOUNT_PER_MINUTE = 10
const PER_ADDRESS_PER_MINUTE = 30
const WRONG_TOKENS_PER_MINUTE = 30
const TOKENS_PER_USER = 100

export function createAccess(deps: {
  readonly store: AccessStore
  readonly commit: AccessCommit
  readonly passwords: Passwords
  readonly now: () => number
}): Access {
  const { store, passwords, now } = deps
  const byAccount = createThrottle(PER_ACCOUNT_PER_MINUTE, 60_000)
  const byAddress = createThrottle(PER_ADDRESS_PER_MINUTE, 60_000)
  const wrongTokens = createThrottle(WRONG_TOKENS_PER_MINUTE, 60_000)
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
  const commit: Told = (writes, actor, action, subject, detail = {}) =>
    deps.commit(writes, { actor, action, subject, detail })
  const isOpen = (session: { readonly expiresAt: number; readonly seenAt: number }) =>
    session.expiresAt > now() && session.seenAt > now() - IDLE_MS
  const failures = createFailedSignIns(deps.commit, now)
  const accounts = createAccounts({ store, commit, passwords, inTurn, isOpen, now })

  const access: Access = {
    ...createPersonal({ store, commit: deps.commit, inTurn }),
    async signIn(user, password, address, previous) {
      const wait = Math.max(byAddress.take(address, now()), byAccount.take(user, now()))
      if (wait > 0) {
        failures.turnedAway()
        throw new Throttled(wait)
      }
      const account = await store.account(user)
      if (!(await verified(password, account)) || !account) {
        const reason = account?.disabled ? 'disabled' : account ? 'password' : 'unknown'
        await failures.failed(account?.name, address, reason)
        return { ok: false, reason: 'wrong' }
      }
      return inTurn(async () => {
        // it may have been changed while the password was checked
        const current = await store.account(user)
        if (!current || current.disabled || current.password !== account.password) return { ok: false, reason: 'wrong' }
        const sessionId = randomBytes(32).toString('base64url')
        const at = now()
        const expiresAt = at + SESSION_MS
        const session = { idHash: digest(sessionId), user, createdAt: at, seenAt: at, expiresAt, address }
        const writes: AccessWrite[] = previous ? [{ kind: 'delete-session', idHash: digest(previous) }] : []
        writes.push({ kind: 'save-session', session }, { kind: 'signed-in', user, at, address })
        await commit(writes, user, 'sign-in', `user:${user}`, { address })
        return { ok: true, sessionId, principal: principalOf(current, 'session', expiresAt) }
      })
    },
    signOut: (user, sessionId) =>
      commit(
        sessionId === undefined ? [] : [{ kind: 'delete-session', idHash: digest(sessionId) }],
        user,
        'sign-out',
        `user:${user}`,
      ),
    async identify({ sessionId, bearer }, address = '') {
      if (bearer === undefined) return sessionId === undefined ? undefined : bySession(sessionId)
      const principal = await byToken(bearer, address)
      // right ones are never slowed down: nobody finds 256 bits, and one bad script must not stop its neighbours
      const wait = principal ? 0 : wrongTokens.take(address, now())
      if (wait > 0) throw new Throttled(wait)
      return principal
    },
    createToken: (owner, wish) =>
      inTurn(async () => {
        const role = weaker(wish.role ?? owner.role, owner.role)
        if (wish.role !== undefined && role !== wish.role)
          throw new NotGiven('your account cannot give this role', 'role')
        const own = await store.tokens(owner.user)
        const isOver = owner.token !== undefined && !own.some((one) => one.id === owner.token)
        if (isOver || (await store.account(owner.user))?.disabled) throw new NotGiven('sign in again')
        if (own.length >= TOKENS_PER_USER)
          throw new TooManyTokens(`an account has at most ${TOKENS_PER_USER} tokens: revoke one first`)
        const token = `ort_${randomBytes(32).toString('base64url')}`
        const wished = wish.days === undefined ? null : now() + wish.days * 86_400_000
        const row: Token = {
          ...{ id: randomBytes(8).toString('hex'), name: wish.name, user: owner.user, role, createdAt: now() },
          expiresAt: owner.kind === 'token' ? earlier(wished, owner.expiresAt) : wished,
          ...{ lastUsedAt: null, lastUsedFrom: null },
        }
        const kept = { ...row, hash: digest(token), madeWith: owner.token ?? null }
        const detail = { name: row.name, role, ...(owner.token === undefined ? {} : { madeWith: owner.token }) }
        await commit([{ kind: 'save-token', token: kept }], owner.user, 'create-token', `token:${row.id}`, detail)
        return { ...row, token }
      }),
    tokens: (owner) => store.tokens(owner.role === 'admin' ? undefined : owner.user),
    revokeToken: (owner, id) =>
      inTurn(async () => {
        const mine = await access.tokens(owner)
        if (!mine.some((t) => t.id === id)) return false
        await commit([{ kind: 'delete-token', id }], owner.user, 'revoke-token', `token:${id}`)
        return true
      }),
    ...accounts,
    async changePassword(who, { current, password, revokeTokens }, session, address) {
      const wait = byAccount.take(who.user, now())
      if (wait > 0) throw new Throttled(wait)
      const account = await store.account(who.user)
      if (!account || !(await verified(current, account))) {
        await failures.failed(who.user, address, 'password')
        return { ok: false, reason: 'wrong' }
      }
      return accounts.updateUser(who.user, who.user, { password, revokeTokens }, session)
    },
    async ensureFirstAdmin(password) {
      if ((await store.accounts()).length > 0) return undefined
      if (password !== undefined && password.length < 8)
        throw new Error('OUTRIDER_ADMIN_PASSWORD must have at least 8 characters')
      const chosen = password ?? randomBytes(15).toString('base64url')
      const passwordGiven = password === undefined
      await access.createUser('system', {
        ...{ name: 'admin', role: 'admin', password: chosen, language: null, passwordGiven },
      })
      return password === undefined ? chosen : undefined
    },
    async sweep() {
      await failures.sweep()
      await store.deleteSessionsBefore(now(), now() - IDLE_MS)
    },
  }
  return access

  /** Throws Throttled when too many passwords are looked at already. */
  async function verified(password: string, account: Account | undefined): Promise<boolean> {
    try {
      return await passwords.verify(password, account?.disabled ? undefined : account?.password)
    } catch (error) {
      if (error instanceof Busy) throw new Throttled(2000)
      throw error
    }
  }

  async function bySession(sessionId: string): Promise<Principal | undefined> {
    const session = await store.session(digest(sessionId))
    if (!session || !isOpen(session)) return undefined
    const account = await store.account(session.user)
    if (!account || account.disabled) return undefined
    if (session.seenAt < now() - TOUCH_MS) await store.touchSession(session.idHash, now())
    return principalOf(account, 'session', session.expiresAt)
  }

  async function byToken(bearer: string, address: string): Promise<Principal | undefined> {
    const token = await store.tokenByHash(digest(bearer))
    if (!token || (token.expiresAt !== null && token.expiresAt <= now())) return undefined
    const account = await store.account(token.user)
    if (!account || account.disabled) return undefined
    if ((token.lastUsedAt ?? 0) < now() - TOUCH_MS) await store.touchToken(token.id, now(), address)
    const role = weaker(token.role, account.role)
    return { ...principalOf(account, 'token', token.expiresAt), role, token: token.id }
  }
}

const digest = (secret: string) => hash('sha256', secret, 'hex')

/** null: never. */
const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

const principalOf = (a: Account, kind: 'session' | 'token', expiresAt: number | null): Principal => ({
  user: a.name,
  role: a.role,
  customers: a.customers,
  kind,
  expiresAt,
  language: a.language,
})
