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
})
