import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Route } from '#shared/domain/notification-route.ts'
import { makeSealingKey } from '#shared/seal/seal.ts'
import { ChannelConfig } from '../config/channel-config.ts'
import { vaultOf } from '../site-config/vault.ts'
import { emptyChangeSet } from '../storage/change-set.ts'
import { type Database, openDatabase } from '../storage/sqlite/database.ts'
import { createNotifyBookStore } from '../storage/sqlite/notify-book-store.ts'
import { createNotifyBook, type NotifyBook } from './notify-book.ts'

let dir: string
let db: Database
let book: NotifyBook
const audits: unknown[] = []
const unreadable: string[] = []
const key = makeSealingKey().privatePem

function open(pem = key): NotifyBook {
  const store = createNotifyBookStore(db)
  return createNotifyBook({
    store,
    file: {
      channels: [ChannelConfig.parse({ kind: 'webhook', id: 'ops', url: 'https://a.example/x', secret: 's' })],
      routes: [Route.parse({ id: 'of-file', to: [{ channel: 'ops' }], order: 50 })],
    },
    box: vaultOf(pem),
    parse(doc) {
      const parsed = ChannelConfig.safeParse(doc)
      if (parsed.success) return { config: parsed.data }
      return { problems: parsed.error.issues.map((i) => ({ path: i.path.join('.'), message: i.message })) }
    },
    async commit(work) {
      const { writes, audit, value } = work()
      store.write({ ...emptyChangeSet(), notifyBook: [...writes] }, 5000)
      if (audit) audits.push(audit)
      return value
    },
    changed: () => undefined,
    unreadable: (id) => unreadable.push(id),
  })
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-notify-book-'))
  db = await openDatabase(join(dir, 'collector.db'))
  audits.length = 0
  unreadable.length = 0
  book = open()
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

const URL_SECRET = 'https://oapi.example/robot/send?access_token=very-secret-token'
const settings = { id: 'ding', kind: 'dingtalk', language: 'zh-CN' }
const add = () =>
  book.saveChannel(undefined, { version: 0, settings, secrets: { url: URL_SECRET, secret: 'SEC-1' } }, 'root')

describe('channels of the console', () => {
  it('keep their secrets sealed: none comes out in lists, in the database or in the audit log', async () => {
    expect(await add()).toEqual({ ok: true })
    const [, made] = book.channels()
    expect(made?.kept).toMatchObject({ version: 1, updatedBy: 'root', settings, secrets: ['url', 'secret'] })
    expect(made?.config).toMatchObject({ kind: 'dingtalk', id: 'ding' })
    const config = made?.config
    expect(config?.kind === 'dingtalk' && config.url.reveal()).toBe(URL_SECRET)
    const row = JSON.stringify(db.prepare('select * from notify_channel').all())
    for (const text of [row, JSON.stringify(audits), JSON.stringify(book.channels())])
      for (const secret of ['very-secret-token', 'SEC-1']) expect(text).not.toContain(secret)
    expect(open().channels()[1]?.kept?.version).toBe(1)
  })

  it('are changed by who saw the last version; a secret that is left out stays, null takes it away', async () => {
    await add()
    const next = { version: 1, settings: { ...settings, enabled: false }, secrets: {} }
    expect(await book.saveChannel('ding', next, 'root')).toEqual({ ok: true })
    expect(await book.saveChannel('ding', next, 'other')).toMatchObject({ ok: false, code: 'conflict' })
    expect(book.channels()[1]?.kept).toMatchObject({ version: 2, secrets: ['url', 'secret'] })
    expect(book.channels()[1]?.config.enabled).toBe(false)
    expect(await book.saveChannel('ding', { ...next, version: 2, secrets: { secret: null } }, 'root')).toEqual({
      ok: true,
    })
    expect(book.channels()[1]?.kept?.secrets).toEqual(['url'])
    expect(await book.removeChannel('ding', 1, 'root')).toMatchObject({ code: 'conflict' })
    expect(await book.removeChannel('ding', 3, 'root')).toEqual({ ok: true })
    expect(book.channels()).toHaveLength(1)
  })

  it.each([
    ['a secret among the words', { settings: { ...settings, url: URL_SECRET }, secrets: {} }, 'settings.url'],
    [
      'a file of this machine as a secret',
      { settings: { ...settings, url: { fromFile: '/etc/passwd' } }, secrets: {} },
      'settings.url',
    ],
    ['no address', { settings, secrets: {} }, 'secrets.url'],
    ['an address that is none', { settings, secrets: { url: 'ftp://x' } }, 'secrets.url'],
    ['a secret this kind has not', { settings, secrets: { url: URL_SECRET, password: 'x' } }, 'secrets.password'],
    [
      'a word it does not know',
      { settings: { ...settings, colour: 'red' }, secrets: { url: URL_SECRET } },
      'settings.',
    ],
  ])('are refused with %s', async (_, draft, path) => {
    const answer = await book.saveChannel(undefined, { version: 0, ...draft } as never, 'root')
    expect(answer).toMatchObject({ ok: false, code: 'bad-request' })
    expect('details' in answer && answer.details?.some((d) => d.path === path)).toBe(true)
  })

  it('of the file are not changed here, and of another key are said to be unusable, not lost', async () => {
    const ops = { version: 0, settings: { id: 'ops', kind: 'slack' }, secrets: { url: 'https://hooks.example/x' } }
    expect(await book.saveChannel('ops', ops, 'root')).toMatchObject({ code: 'conflict' })
    expect(await book.removeChannel('ops', 0, 'root')).toMatchObject({ code: 'conflict' })
    await add()
    expect(open(makeSealingKey().privatePem).channels()).toHaveLength(1)
    expect(unreadable).toEqual(['ding'])
  })
})

describe('routes of the console', () => {
  it('stand beside those of the file in one order, and know of conflicts and of ways that lead nowhere', async () => {
    const route = { id: 'mine', order: 10, to: [{ channel: 'ops' }] }
    expect(await book.saveRoute(undefined, { version: 0, route }, 'root')).toEqual({ ok: true })
    expect(book.routes().map((r) => r.id)).toEqual(['mine', 'of-file'])
    expect(await book.saveRoute(undefined, { version: 0, route }, 'root')).toMatchObject({ code: 'conflict' })
    expect(await book.saveRoute('mine', { version: 0, route }, 'root')).toMatchObject({ code: 'conflict' })
    expect(await book.saveRoute('mine', { version: 1, route: { ...route, order: 90 } }, 'root')).toEqual({ ok: true })
    expect(book.routeRows().map((r) => [r.id, r.origin, r.version])).toEqual([
      ['of-file', 'file', 0],
      ['mine', 'database', 2],
    ])
    const lost = { ...route, id: 'lost', to: [{ channel: 'nowhere' }, { channel: 'ops', addresses: ['a@b.c'] }] }
    expect(await book.saveRoute(undefined, { version: 0, route: lost }, 'root')).toMatchObject({
      details: [{ path: 'route.to.0.channel' }, { path: 'route.to.1.addresses' }],
    })
    expect(await book.saveRoute('of-file', { version: 0, route: { ...route, id: 'of-file' } }, 'root')).toMatchObject({
      code: 'conflict',
    })
    const bad = { id: 'x', to: [], hours: { zone: 'Mars/Olympus', windows: [] } }
    expect(await book.saveRoute(undefined, { version: 0, route: bad }, 'root')).toMatchObject({ code: 'bad-request' })
    expect(await book.removeRoute('mine', 2, 'root')).toEqual({ ok: true })
  })

  it('keep a channel from being deleted', async () => {
    await add()
    await book.saveRoute(undefined, { version: 0, route: { id: 'r', to: [{ channel: 'ding' }] } }, 'root')
    expect(await book.removeChannel('ding', 1, 'root')).toMatchObject({ code: 'conflict' })
  })
})
