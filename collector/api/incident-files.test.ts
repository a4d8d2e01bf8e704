// Files at incidents through the API, over the real disk and database: what is hostile stays a file to save.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Attachment, IncidentDetail } from '#shared/http/incidents.ts'
import { type Story, tell } from '#test/support/judgement-story.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { until } from '#test/support/until.ts'
import { createIncidentDesk } from '../incident-desk.ts'
import type { Turns } from '../ingest/evaluation.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { createAttachmentStore } from '../storage/sqlite/attachment-store.ts'
import { createIncidentStore } from '../storage/sqlite/incident-store.ts'
import type { IncidentBook } from './deps.ts'

const HOUR = 3600
const dir = mkdtempSync(join(tmpdir(), 'outrider-files-'))
const kept = join(dir, 'attachments')
let t: Awaited<ReturnType<typeof createTestApi>>
let story: Story
let headers: Record<string, string>
let id: string
let begin: () => IncidentBook
/** Done before the next turn: what somebody else asked for a moment earlier. */
let before: (() => Promise<unknown>) | undefined
/** The next commit fails. */
let fails = false

beforeAll(async () => {
  story = await tell({ rules: [], channels: [] })
  const book: { now?: IncidentBook } = {}
  const late = new Proxy({} as IncidentBook, { get: (_, name) => book.now?.[name as keyof IncidentBook] })
  t = await createTestApi({ deps: { incidents: late }, now: story.wall })
  const store = createAttachmentStore(t.database)
  const writers = [createIncidentStore(t.database), store]
  const turns = {
    async run<T>(work: (now: number) => { changes: ChangeSet; value: T }): Promise<T> {
      const earlier = before
      before = undefined
      await earlier?.()
      const { changes, value } = work(story.wall())
      if (fails) throw new Error('the disk is full')
      story.commit(changes)
      for (const one of writers) one.write(changes, story.wall())
      return value
    },
  } as unknown as Turns<ChangeSet>
  const reads = { incidentRow: async () => undefined }
  begin = () =>
    (book.now = createIncidentDesk({
      ...{ dir, stores: { attachments: store, reads }, judgement: story.judgement, turns: () => turns },
      ...{ now: story.wall, log: pino({ level: 'silent' }) },
    }))
  begin()
  headers = { cookie: await t.signIn(), 'x-requested-with': 'test' }
  const payload = { title: 'by hand', site: 'shanghai', take: true }
  const opened = await t.app.inject({ method: 'POST', url: '/api/v1/incidents', headers, payload })
  expect(opened.statusCode, opened.body).toBe(201)
  id = opened.json<IncidentDetail>().id
})
afterAll(async () => {
  await t[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const upload = (name: string, bytes: Buffer | string) =>
  t.app.inject({
    ...{ method: 'POST', url: `/api/v1/incidents/${id}/attachments?name=${encodeURIComponent(name)}` },
    ...{ headers: { ...headers, 'content-type': 'application/octet-stream' }, payload: bytes },
  })
const note = (attachments: string[], text = 'see the file') =>
  t.app.inject({
    ...{ method: 'POST', url: `/api/v1/incidents/${id}/notes`, headers },
    payload: { text, attachments },
  })
const file = (one: string) => t.app.inject({ url: `/api/v1/incidents/${id}/attachments/${one}`, headers })
const page = async () => (await t.app.inject({ url: `/api/v1/incidents/${id}`, headers })).json<IncidentDetail>()

describe('files at incidents', () => {
  it('come, are held by a note, and go as they came', async () => {
    const answer = await upload('../../日志 "1".html', '<script>alert(1)</script>')
    expect(answer.statusCode, answer.body).toBe(201)
    const one = answer.json<Attachment>()
    expect(one).toMatchObject({ name: '日志 _1_.html', size: 25, type: 'application/octet-stream', by: 'admin' })
    expect((await page()).attachments).toEqual([])
    expect((await note([one.id])).statusCode).toBe(200)
    expect((await page()).attachments).toEqual([one])
    expect((await page()).timeline.at(-1)).toMatchObject({ kind: 'note', data: { attachments: [one] } })
    const got = await file(one.id)
    expect(got.body).toBe('<script>alert(1)</script>')
    expect(got.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
    expect(got.headers['content-disposition']).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''%E6/)
    expect(readdirSync(kept)).toEqual([one.id])
    expect(statSync(join(kept, one.id)).mode & 0o777).toBe(0o600)
  })

  it('are pictures by their bytes alone', async () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(32)])
    expect((await upload('photo.html', png)).json()).toMatchObject({ type: 'image/png' })
    expect((await upload('photo.png', '<svg onload=alert(1)>')).json()).toMatchObject({
      type: 'application/octet-stream',
    })
  })

  it('are refused beyond 10 MB, and leave nothing behind', async () => {
    const before = readdirSync(kept)
    const answer = await upload('big.bin', Buffer.alloc(10 * 1024 * 1024 + 1))
    expect(answer.statusCode, answer.body).toBe(413)
    expect(readdirSync(kept)).toEqual(before)
    expect((await upload('just.bin', Buffer.alloc(10 * 1024 * 1024))).statusCode).toBe(201)
  })

  it('come as bytes only, to an incident that is open to work', async () => {
    const url = `/api/v1/incidents/${id}/attachments?name=x`
    const json = await t.app.inject({ method: 'POST', url, headers, payload: { a: 1 } })
    expect(json.statusCode).toBe(400)
    const gone = await t.app.inject({
      ...{ method: 'POST', url: '/api/v1/incidents/none/attachments?name=x', payload: 'x' },
      headers: { ...headers, 'content-type': 'application/octet-stream' },
    })
    expect(gone.statusCode).toBe(409)
    expect((await file('../../collector.db')).statusCode).toBe(404)
    expect((await file(crypto.randomUUID())).statusCode).toBe(404)
  })

  it('are held once, taken back by who sent them, and swept after a day when no note holds them', async () => {
    const [first, second, third] = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await upload(name, name)).json<Attachment>().id),
    )
    expect((await note([first as string])).statusCode).toBe(200)
    expect((await note([first as string])).statusCode, 'held already').toBe(400)
    expect((await note(['no-such-file'])).statusCode).toBe(400)
    const drop = (one: string) =>
      t.app.inject({ method: 'DELETE', url: `/api/v1/incidents/${id}/attachments/${one}`, headers })
    expect((await drop(second as string)).statusCode).toBe(204)
    expect((await drop(first as string)).statusCode, 'a note holds it').toBe(404)
    story.at(25 * HOUR)
    headers = { cookie: await t.signIn(), 'x-requested-with': 'test' }
    const later = (await upload('d', 'd')).json<Attachment>().id
    const there = readdirSync(kept)
    expect(there).toContain(first)
    expect(there).toContain(later)
    expect(there).not.toContain(second)
    expect(there).not.toContain(third)
  })

  it('stay when a note took them a moment before they were taken back, or swept', async () => {
    const drop = (one: string) =>
      t.app.inject({ method: 'DELETE', url: `/api/v1/incidents/${id}/attachments/${one}`, headers })
    const one = (await upload('meanwhile', 'x')).json<Attachment>().id
    before = () => note([one])
    await drop(one)
    expect((await file(one)).body).toBe('x')
    const two = (await upload('in time', 'y')).json<Attachment>().id
    story.at(50 * HOUR)
    headers = { cookie: await t.signIn(), 'x-requested-with': 'test' }
    before = () => note([two])
    expect((await upload('sweeps', 'z')).statusCode).toBe(201)
    expect((await file(two)).body).toBe('y')
  })

  it('are held once by a note that names them twice', async () => {
    const one = (await upload('twice', 'x')).json<Attachment>()
    expect((await note([one.id, one.id])).statusCode).toBe(200)
    expect((await page()).timeline.at(-1)?.data).toEqual({ attachments: [one] })
  })

  it('leave nothing behind when they cannot be written down', async () => {
    const there = readdirSync(kept)
    fails = true
    const answer = await upload('lost', 'x')
    fails = false
    expect(answer.statusCode).toBe(500)
    expect(readdirSync(kept)).toEqual(there)
  })

  it('are no more than an incident may have, however many come at once', async () => {
    const add = t.database.prepare(
      "insert into attachment (id, incident, used, name, size, type, sha256, by, at) values (?, ?, 1, 'f', 1, 't', '', 'x', 1)",
    )
    const { n } = t.database.prepare('select count(*) as n from attachment where incident = ?').get(id) as { n: number }
    for (let i = n; i < 198; i++) add.run(crypto.randomUUID(), id)
    const there = readdirSync(kept).length
    const book = begin()
    const send = (actor: string) => book.attach(id, { name: actor, stream: Readable.from(Buffer.from('x')) }, actor)
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(send))
    expect(answers.map((one) => one.ok).toSorted()).toEqual([false, false, true, true])
    expect(readdirSync(kept)).toHaveLength(there + 2)
    t.database.prepare("delete from attachment where name = 'f'").run()
  })

  it('come two at a time from one person, and take no place from others', async () => {
    const book = begin()
    const waits: PromiseWithResolvers<void>[] = []
    async function* slow() {
      const wait = Promise.withResolvers<void>()
      waits.push(wait)
      yield Buffer.from('x')
      await wait.promise
    }
    const send = (actor: string) => book.attach(id, { name: 'slow', stream: slow() }, actor)
    const two = [send('ann'), send('ann')]
    await until(() => waits.length === 2)
    expect(await send('ann')).toMatchObject({ ok: false, code: 'conflict' })
    const other = send('bob')
    await until(() => waits.length === 3)
    for (const wait of waits) wait.resolve()
    expect(await Promise.all([...two, other])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }])
  })

  it('may come over a slow line: 10 MB in some minutes, the head at once', () => {
    expect(t.app.server.requestTimeout).toBeGreaterThanOrEqual(240_000)
    expect(t.app.server.headersTimeout).toBeLessThanOrEqual(30_000)
  })

  it('are not held by a note that could not be written', async () => {
    const one = (await upload('too late', 'x')).json<Attachment>().id
    before = async () => {
      for (const state of ['resolved', 'closed'] as const)
        story.commit(story.judgement.setState(id, 'nora', state, '', story.wall()).changes)
    }
    expect((await note([one])).statusCode).toBe(404)
    expect(t.database.prepare('select used from attachment where id = ?').get(one)).toEqual({ used: 0 })
  })

  it('without a row are removed when the collector begins', () => {
    writeFileSync(join(kept, `${crypto.randomUUID()}.part`), 'half')
    const before = readdirSync(kept).length
    begin()
    expect(readdirSync(kept)).toHaveLength(before - 1)
  })
})
