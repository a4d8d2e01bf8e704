import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeWriter } from '../storage/change-set.ts'
import { createAccessStore, directCommit } from '../storage/sqlite/access-store.ts'
import { createAuditStore } from '../storage/sqlite/audit-store.ts'
import { type Database, openDatabase } from '../storage/sqlite/database.ts'
import { createAccess, type Principal } from './access.ts'
import { createPasswords, type Derive } from './passwords.ts'

let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-access-'))
  db = await openDatabase(join(dir, 'collector.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

const PASSWORD = 'correct horse battery'

async function setUp(options: { audit?: ChangeWriter; held?: (password: string) => Promise<void> | undefined } = {}) {
  const time = { now: 1_000_000_000 }
  const work: object[] = []
  // as much work as asked for, told by its parameters; not done
  const derive: Derive = async (password, nonce, cost, length) => {
    work.push({ ...cost, nonce: nonce.length, length })
    await options.held?.(password)
    return Buffer.alloc(length, password)
  }
  const store = createAccessStore(db)
  const audit = createAuditStore(db)
  const commit = directCommit(db, [store, options.audit ?? audit], () => time.now)
  const access = createAccess({ store, commit, passwords: createPasswords(undefined, derive), now: () => time.now })
  const user = (name: string, role: 'admin' | 'noc' = 'noc') =>
    access.createUser('test', { name, role, password: PASSWORD, language: null })
  const actions = () =>
    db
      .prepare('select action from audit order by id')
      .all()
      .map((r) => r.action)
  return { access, time, work, user, actions, audit }
}
const count = (table: string) => Number(db.prepare(`select count(*) as n from ${table}`).get()?.n)

describe('access', () => {
  it('does the same work for a user there is, one there is not, one disabled, and a wrong password', async () => {
    const t = await setUp()
    await t.user('ann', 'admin')
    await t.user('bob')
    expect(await t.access.updateUser('test', 'bob', { disabled: true })).toEqual({ ok: true })
    const workOf = async (user: string, password: string) => {
      t.work.length = 0
      const { ok } = await t.access.signIn(user, password, '10.0.0.1')
      return { ok, work: [...t.work] }
    }
    const known = await workOf('ann', PASSWORD)
    expect(known).toMatchObject({ ok: true, work: [{ memory: 19_456, passes: 2, parallelism: 1, length: 32 }] })
    for (const [user, password] of [
      ['ann', 'wrong'],
      ['nobody', 'wrong'],
      ['nobody', PASSWORD],
      ['bob', PASSWORD],
      ['bob', 'wrong'],
    ] as const)
      expect(await workOf(user, password), `${user} ${password}`).toEqual({ ok: false, work: known.work })
  })

  it('writes every change with its audit entry, in order', async () => {
    const t = await setUp()
    await t.user('ann', 'admin')
    const signedIn = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    const { principal, sessionId } = signedIn
    const { id } = await t.access.createToken(principal, { name: 'script' })
    await t.access.revokeToken(principal, id)
    await t.access.updateUser('ann', 'ann', { password: 'another good one' })
    await t.access.signOut('ann', sessionId)
    const expected = ['create-user', 'sign-in', 'create-token', 'revoke-token', 'update-user', 'sign-out']
    expect(t.actions()).toEqual(expected)
    expect(JSON.stringify(db.prepare('select detail from audit').all())).not.toContain('another good one')
    expect(await t.audit.verify()).toMatchObject({ ok: true, entries: 6 })
  })

  it('changes nothing when the audit entry cannot be written', async () => {
    const good = await setUp()
    await good.user('ann', 'admin')
    const broken = {
      write() {
        throw new Error('disk full')
      },
    }
    const t = await setUp({ audit: broken })
    const ann: Principal = {
      user: 'ann',
      role: 'admin',
      customers: null,
      kind: 'session',
      expiresAt: null,
      language: null,
    }
    await expect(t.access.signIn('ann', PASSWORD, '')).rejects.toThrow('disk full')
    await expect(t.user('eve')).rejects.toThrow('disk full')
    await expect(t.access.createToken(ann, { name: 'x' })).rejects.toThrow('disk full')
    await expect(t.access.updateUser('ann', 'ann', { language: 'en' })).rejects.toThrow('disk full')
    expect([count('session'), count('token'), count('user_account'), count('audit')]).toEqual([0, 0, 1, 1])
  })

  it('lets nobody in whose password is changed while it is being checked', async () => {
    const check = Promise.withResolvers<void>()
    let checking = false
    const t = await setUp({ held: (password) => (checking && password === PASSWORD ? check.promise : undefined) })
    await t.user('root', 'admin')
    await t.user('ann')
    checking = true
    const signIn = t.access.signIn('ann', PASSWORD, '10.0.0.1')
    expect(await t.access.updateUser('test', 'ann', { password: 'another battery' })).toEqual({ ok: true })
    check.resolve()
    expect(await signIn).toMatchObject({ ok: false })
    expect(count('session')).toBe(0)
  })

  it('makes no token with a token that outlives it', async () => {
    const t = await setUp()
    await t.user('ann')
    const signedIn = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    const first = await t.access.createToken(signedIn.principal, { name: 'a', days: 1 })
    const holder = await t.access.identify({ bearer: first.token })
    for (const days of [undefined, 30]) {
      const second = await t.access.createToken(holder as Principal, { name: 'b', days })
      expect(second.expiresAt).toBe(first.expiresAt)
    }
  })

  it('ends with a token what was made with it, however far', async () => {
    const t = await setUp()
    await t.user('ann')
    const signedIn = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    const made = async (owner: Principal | undefined) => t.access.createToken(owner as Principal, { name: 'x' })
    const first = await made(signedIn.principal)
    const second = await made(await t.access.identify({ bearer: first.token }))
    const third = await made(await t.access.identify({ bearer: second.token }))
    const other = await made(signedIn.principal)
    await t.access.revokeToken(signedIn.principal, first.id)
    for (const { token } of [first, second, third]) expect(await t.access.identify({ bearer: token })).toBeUndefined()
    expect(await t.access.identify({ bearer: other.token })).toMatchObject({ user: 'ann' })
    expect(await t.access.tokens(signedIn.principal)).toHaveLength(1)
  })

  it('makes no token for somebody whose rights ended a moment before', async () => {
    const t = await setUp()
    await t.user('root', 'admin')
    await t.user('ann')
    const signedIn = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    const { principal } = signedIn
    const token = await t.access.createToken(principal, { name: 'x' })
    const holder = (await t.access.identify({ bearer: token.token })) as Principal
    const both = [t.access.revokeToken(principal, token.id), t.access.createToken(holder, { name: 'y' })]
    expect((await Promise.allSettled(both)).map((one) => one.status)).toEqual(['fulfilled', 'rejected'])
    const change = t.access.updateUser('root', 'ann', { disabled: true, revokeTokens: true })
    await new Promise((resolve) => setImmediate(resolve))
    const late = t.access.createToken(principal, { name: 'z' })
    await expect(late).rejects.toMatchObject({ name: 'NotGiven' })
    expect(await change).toEqual({ ok: true })
    expect(count('token')).toBe(0)
  })

  it('makes no token of a role that its maker cannot give, instead of a stronger one', async () => {
    const t = await setUp()
    await t.user('root', 'admin')
    const signedIn = await t.access.signIn('root', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    await expect(t.access.createToken(signedIn.principal, { name: 'x', role: 'customer' })).rejects.toMatchObject({
      name: 'NotGiven',
      field: 'role',
    })
    expect(count('token')).toBe(0)
  })

  it('keeps one administrator, however many are demoted at once', async () => {
    const t = await setUp()
    for (const name of ['ann', 'bob', 'cid']) await t.user(name, 'admin')
    const demoted = ['ann', 'bob', 'cid'].map((name) => t.access.updateUser('test', name, { role: 'noc' }))
    expect((await Promise.all(demoted)).filter((r) => !r.ok)).toEqual([{ ok: false, reason: 'last-admin' }])
    const twice = [t.user('new'), t.user('new')]
    expect((await Promise.all(twice)).filter((r) => !r.ok)).toEqual([{ ok: false, reason: 'exists' }])
  })

  it('slows down who guesses tokens, and nobody else', async () => {
    const t = await setUp()
    await t.user('ann')
    const owner: Principal = {
      user: 'ann',
      role: 'noc',
      customers: null,
      kind: 'session',
      expiresAt: null,
      language: null,
    }
    const { token } = await t.access.createToken(owner, { name: 'script' })
    for (let i = 0; i < 30; i++) expect(await t.access.identify({ bearer: `guess ${i}` }, '10.0.0.1')).toBeUndefined()
    const guess = () => t.access.identify({ bearer: 'one more' }, '10.0.0.1')
    await expect(guess()).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 2000 })
    for (let i = 0; i < 100; i++)
      expect(await t.access.identify({ bearer: token }, '10.0.0.1')).toMatchObject({ user: 'ann', kind: 'token' })
    t.time.now += 2000
    expect(await guess()).toBeUndefined()
  })

  it('writes down who came in and from where, and who did not, without names that are none', async () => {
    const t = await setUp()
    await t.user('ann', 'admin')
    await t.user('bob')
    await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    await t.access.updateUser('ann', 'bob', { disabled: true })
    for (const [user, password] of [
      ['ann', 'wrong'],
      ['bob', PASSWORD],
      ['hunter2', 'ann'],
    ] as const)
      await t.access.signIn(user, password, '10.0.0.9')
    const entries = db.prepare("select actor, subject, detail from audit where action = 'sign-in-failed'").all()
    expect(entries.map((r) => [r.actor, r.subject, JSON.parse(String(r.detail))])).toEqual([
      ['nobody', 'user:ann', { address: '10.0.0.9', reason: 'password' }],
      ['nobody', 'user:bob', { address: '10.0.0.9', reason: 'disabled' }],
      ['nobody', 'users', { address: '10.0.0.9', reason: 'unknown' }],
    ])
    expect(JSON.stringify(db.prepare('select * from audit').all())).not.toContain('hunter2')
    const [ann] = await t.access.users()
    expect(ann).toMatchObject({
      ...{ name: 'ann', lastSignInFrom: '10.0.0.1', failedSignIns: 1, lastFailedFrom: '10.0.0.9', tokens: 0 },
      sessions: [{ startedAt: t.time.now, address: '10.0.0.1' }],
    })
    await t.access.signIn('ann', PASSWORD, '10.0.0.2')
    expect((await t.access.users())[0]).toMatchObject({ failedSignIns: 0, lastFailedFrom: '10.0.0.9' })
  })

  it('cannot be made to fill the audit log by strangers: what is too much is counted', async () => {
    const t = await setUp()
    await t.user('ann')
    for (let i = 0; i < 200; i++) await t.access.signIn(`user${i}`, 'wrong', `10.0.${i}.1`).catch(() => undefined)
    // the same address again and again is turned away before anything is looked at
    for (let i = 0; i < 50; i++) await t.access.signIn(`other${i}`, 'wrong', '10.9.9.9').catch(() => undefined)
    expect(t.actions().filter((a) => a === 'sign-in-failed')).toHaveLength(30)
    t.time.now += 60_001
    await t.access.sweep()
    await t.access.sweep()
    const folded = db.prepare("select detail from audit where action = 'sign-ins-failed'").all()
    expect(folded.map((r) => JSON.parse(String(r.detail)))).toMatchObject([{ more: 200, turnedAway: 20 }])
    expect(await t.audit.verify()).toMatchObject({ ok: true })
  })

  it('ends the other sessions with a password of ones own, and tokens only when they are to go', async () => {
    const t = await setUp()
    await t.user('ann')
    const come = async () => {
      const result = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
      if (!result.ok) throw new Error('not signed in')
      return result
    }
    const [here, there] = [await come(), await come()]
    const { token } = await t.access.createToken(here.principal, { name: 'script' })
    const change = { current: 'wrong', password: 'a new good one', revokeTokens: false }
    expect(await t.access.changePassword(here.principal, change, here.sessionId, '10.0.0.1')).toMatchObject({
      reason: 'wrong',
    })
    const right = { ...change, current: PASSWORD }
    expect(await t.access.changePassword(here.principal, right, here.sessionId, '10.0.0.1')).toEqual({ ok: true })
    expect(await t.access.identify({ sessionId: here.sessionId })).toBeDefined()
    expect(await t.access.identify({ sessionId: there.sessionId })).toBeUndefined()
    expect(await t.access.identify({ bearer: token })).toBeDefined()
    const last = { current: 'a new good one', password: PASSWORD, revokeTokens: true }
    await t.access.changePassword(here.principal, last, here.sessionId, '10.0.0.1')
    expect(await t.access.identify({ bearer: token })).toBeUndefined()
    const detail = db.prepare("select detail from audit where action = 'update-user' order by id desc limit 1").get()
    expect(JSON.parse(String(detail?.detail))).toMatchObject({ password: 'changed', tokensRevoked: 1 })
  })

  it('disables: sessions end, tokens rest and come back unless they are revoked', async () => {
    const t = await setUp()
    await t.user('root', 'admin')
    await t.user('ann')
    const signedIn = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    const { token } = await t.access.createToken(signedIn.principal, { name: 'script' })
    await t.access.updateUser('root', 'ann', { disabled: true })
    expect(await t.access.identify({ sessionId: signedIn.sessionId })).toBeUndefined()
    expect(await t.access.identify({ bearer: token })).toBeUndefined()
    await t.access.updateUser('root', 'ann', { disabled: false })
    expect(await t.access.identify({ bearer: token }, '10.0.0.7')).toMatchObject({ user: 'ann' })
    expect(await t.access.tokens(signedIn.principal)).toMatchObject([{ lastUsedFrom: '10.0.0.7' }])
    // what changes nothing ends nothing
    const again = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    await t.access.updateUser('root', 'ann', { role: 'noc', language: 'en' })
    expect(await t.access.identify({ sessionId: again.ok ? again.sessionId : '' })).toBeDefined()
    expect(await t.access.endSessions('root', 'ann')).toBe(1)
    expect(await t.access.endSessions('root', 'nobody')).toBeUndefined()
    await t.access.updateUser('root', 'ann', { disabled: true, revokeTokens: true })
    expect(await t.access.tokens(signedIn.principal)).toEqual([])
  })

  it('has a limit of tokens for each account', async () => {
    const t = await setUp()
    await t.user('ann')
    const signedIn = await t.access.signIn('ann', PASSWORD, '10.0.0.1')
    if (!signedIn.ok) throw new Error('not signed in')
    for (let i = 0; i < 100; i++) await t.access.createToken(signedIn.principal, { name: `t${i}` })
    await expect(t.access.createToken(signedIn.principal, { name: 'more' })).rejects.toMatchObject({
      name: 'TooManyTokens',
    })
  })
})
