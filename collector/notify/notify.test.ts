import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { secretOf } from '#shared/config/secret.ts'
import type { Evidence } from '#shared/domain/incident.ts'
import { until } from '#test/support/until.ts'
import { emptyChangeSet } from '../storage/change-set.ts'
import { type Database, openDatabase } from '../storage/sqlite/database.ts'
import { createNotificationStore } from '../storage/sqlite/notification-store.ts'
import type { Channel, Delivery } from './channel.ts'
import { createWebhook } from './channels/webhook.ts'
import { EgressRefused, guardedLookup, mayReach } from './egress.ts'
import type { NotificationIntent } from './intent.ts'
import { createNotify } from './notify.ts'
import { renderMessage } from './templates.ts'

const log = pino({ level: 'silent' })
const incident = { number: 7, title: 'Link down', priority: 2, site: 'hq' }
const intent = (key: string, more: Partial<NotificationIntent> = {}): NotificationIntent => ({
  key,
  channel: 'fake',
  recipient: 'fake',
  thread: more.incident ?? 'i1',
  incident: 'i1',
  alarms: [],
  route: null,
  transition: 'opened',
  at: 1000,
  data: { incident },
  ...more,
})

let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-notify-'))
  db = await openDatabase(join(dir, 'collector.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

function fake(answers: Delivery[] = []): Channel & { sent: { key: string; subject: string }[] } {
  const sent: { key: string; subject: string }[] = []
  return {
    ...{
      id: 'fake',
      kind: 'fake',
      enabled: true,
      language: 'en',
      on: ['opened', 'joined', 'resolved', 'summary'],
      target: 'nowhere',
      sent,
    },
    template: undefined,
    async send({ key, subject }) {
      sent.push({ key, subject })
      return answers.shift() ?? { state: 'sent', answer: 'ok' }
    },
  }
}

function setUp(channel: Channel, time: { now: number }) {
  const store = createNotificationStore(db)
  const notify = createNotify({ outbox: store, channels: [channel], now: () => time.now, random: () => 1, log })
  const add = (...notifications: NotificationIntent[]) => store.write({ ...emptyChangeSet(), notifications }, time.now)
  const row = (key: string) =>
    db.prepare('select * from notification where key = ?').get(key) as Record<string, unknown>
  const turn = async () => {
    notify.kick()
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  return { store, notify, add, row, turn }
}

describe('a channel that was down', () => {
  const down: Delivery = { state: 'retry', answer: 'ECONNREFUSED' }

  it('tells what is over by now in one message instead of two stale ones', async () => {
    const channel = fake([down])
    const time = { now: 2000 }
    const t = setUp(channel, time)
    t.add(intent('opened-1'))
    await until(async () => {
      await t.turn()
      return t.row('opened-1').attempts === 1
    })
    t.add(intent('resolved-1', { transition: 'resolved', at: 3_600_000 }))
    time.now = 3_600_000
    await until(async () => {
      await t.turn()
      return t.row('resolved-1').state === 'sent'
    })
    expect(channel.sent).toEqual([
      { key: 'opened-1', subject: '[OPENED] #7 Link down' },
      { key: 'resolved-1', subject: '[RESOLVED] #7 Link down' },
    ])
    expect(t.row('opened-1')).toMatchObject({ state: 'sent', answer: expect.stringContaining('with its end') })
  })

  it('tells a long queue in one message with counts, and loses none', async () => {
    const channel = fake([down, down, down])
    const time = { now: 2000 }
    const t = setUp(channel, time)
    t.add(...Array.from({ length: 40 }, (_, i) => intent(`o${i}`, { incident: `i${i}`, at: 1000 + i })))
    await until(async () => {
      await t.turn()
      return t.row('o2').attempts === 1
    })
    t.add(intent('r0', { incident: 'i0', transition: 'resolved', at: 2000 }))
    time.now = 3_600_000
    await until(async () => {
      await t.turn()
      return (await t.store.counts()).sent === 41
    })
    expect(channel.sent.at(-1)?.subject).toBe('[SUMMARY] 40 incidents, 39 still open')
    expect(channel.sent.filter((s) => s.subject.startsWith('[SUMMARY]'))).toHaveLength(1)
  })

  it('gives up after a day, visibly, and says nothing of the end of what never got through', async () => {
    const time = { now: 2000 }
    const channel = fake(Array.from({ length: 100 }, () => down))
    const t = setUp(channel, time)
    t.add(intent('o1'), intent('o2', { incident: 'i2' }))
    for (let hour = 0; hour < 26; hour++) {
      time.now += 3_600_000
      await t.turn()
    }
    await until(async () => {
      await t.turn()
      return (await t.store.counts()).failed === 2
    })
    expect(String(t.row('o1').answer)).toContain('given up after 24 h')
    t.add(intent('r1', { transition: 'resolved', at: time.now }))
    await until(async () => {
      await t.turn()
      time.now += 900_000
      return t.row('r1').state !== 'queued'
    })
    expect(t.row('r1')).toMatchObject({ state: 'suppressed', answer: 'its problem never got through' })
  })
})

describe('a provider that takes only so many', () => {
  it('is sent no more than it takes; what waits is not lost, and is put together when it is late', async () => {
    const time = { now: 1_000_000 }
    const channel = { ...fake(), limits: [{ messages: 20, withinMs: 60_000 }] }
    const t = setUp(channel, time)
    t.add(...Array.from({ length: 100 }, (_, i) => intent(`m${i}`, { incident: `i${i}`, at: time.now + i })))
    await until(async () => {
      await t.turn()
      return channel.sent.length === 20
    })
    await t.turn()
    expect(channel.sent).toHaveLength(20)
    time.now += 30_000
    await t.turn()
    expect(channel.sent).toHaveLength(20)
    time.now += 31_000
    await until(async () => {
      await t.turn()
      return channel.sent.length === 40
    })
    time.now += 61_000
    await until(async () => {
      await t.turn()
      return (await t.store.counts()).sent === 100
    })
    expect(channel.sent).toHaveLength(41)
    expect(channel.sent.at(-1)?.subject).toBe('[SUMMARY] 60 incidents, 60 still open')
  })
})

describe('notify', () => {
  it('sends each key once, whatever is asked twice', async () => {
    const channel = fake()
    const t = setUp(channel, { now: 2000 })
    t.add(intent('k1'), intent('k1'))
    t.add(intent('k1'))
    await until(async () => {
      await t.turn()
      return t.row('k1').state === 'sent'
    })
    await t.turn()
    expect(channel.sent).toEqual([{ key: 'k1', subject: '[OPENED] #7 Link down' }])
  })

  it('repeats with growing pauses, keeps the order within an incident, and others are not held up', async () => {
    const channel = fake([
      { state: 'retry', answer: 'HTTP 503' },
      { state: 'sent', answer: 'ok' },
      { state: 'retry', answer: 'x' },
    ])
    const time = { now: 2000 }
    const t = setUp(channel, time)
    t.add(
      intent('a-opened'),
      intent('a-joined', { transition: 'joined', at: 1500 }),
      intent('b', { incident: 'i2', at: 1600 }),
    )
    await until(async () => {
      await t.turn()
      return channel.sent.length === 2
    })
    expect(channel.sent.map((s) => s.key)).toEqual(['a-opened', 'b'])
    expect(t.row('a-opened')).toMatchObject({ state: 'queued', attempts: 1, next_at: 4000, answer: 'HTTP 503' })
    time.now = 4000
    await until(async () => {
      await t.turn()
      return t.row('a-opened').attempts === 2
    })
    expect(t.row('a-opened').next_at).toBe(8000)
    time.now = 8000
    await until(async () => {
      await t.turn()
      return t.row('a-joined').state === 'sent'
    })
    expect(channel.sent.map((s) => s.key)).toEqual(['a-opened', 'b', 'a-opened', 'a-opened', 'a-joined'])
  })

  it('sends in the built-in words when the template is wrong, and says so when it is tested', async () => {
    const channel = { ...fake(), template: { text: '{% nonsense %}' } }
    const t = setUp(channel, { now: 2000 })
    t.add(intent('k1'))
    await until(async () => {
      await t.turn()
      return t.row('k1').state !== 'queued'
    })
    expect(t.row('k1').state).toBe('sent')
    expect(channel.sent).toEqual([{ key: 'k1', subject: '[OPENED] #7 Link down' }])
    expect(String(t.row('k1').fault)).toMatch(/^template: /)
    expect(await t.notify.test('fake')).toMatchObject({ ok: false, answer: expect.stringMatching(/^template: /) })
  })

  it('lets the thread go between messages that are not sent', async () => {
    const t = setUp({ ...fake(), enabled: false }, { now: 2000 })
    t.add(...Array.from({ length: 200 }, (_, i) => intent(`k${i}`)))
    const counts: unknown[] = []
    t.notify.kick()
    const look = async () => {
      counts.push((await t.store.counts()).suppressed ?? 0)
      return counts.at(-1) === 200
    }
    await until(look, { everyMs: 0 })
    expect(new Set(counts).size).toBeGreaterThan(2)
  })

  it('finds the next of many that wait at once', async () => {
    const t = setUp(fake(), { now: 2000 })
    db.transaction(() =>
      t.add(...Array.from({ length: 3000 }, (_, i) => intent(`k${i}`, { incident: `i${i}`, at: i }))),
    )
    // going through all of them for each one would take a minute, longer than the test may
    for (let i = 0; i < 20; i++) expect(await t.store.due('fake', 5000)).toMatchObject({ key: 'k0' })
  }, 30_000)

  it('gives up after a day, and says why what was never sent was not', async () => {
    const channel = fake([{ state: 'retry', answer: 'HTTP 503' }])
    const t = setUp(channel, { now: 1000 + 25 * 3_600_000 })
    t.add(
      intent('old'),
      intent('unwanted', { transition: 'reopened', incident: 'i3' }),
      intent('lost', { channel: 'gone' }),
    )
    await until(async () => {
      await t.turn()
      return (await t.store.counts()).queued === undefined
    })
    expect(t.row('old')).toMatchObject({ state: 'failed', answer: 'given up after 24 h; HTTP 503' })
    expect(t.row('unwanted')).toMatchObject({ state: 'suppressed', answer: 'the channel does not carry "reopened"' })
    expect(t.row('lost')).toMatchObject({ state: 'suppressed', answer: 'no such channel' })
  })

  it('lets news of an incident wait for its first evidence, not long, and nothing else', async () => {
    const channel = fake()
    const time = { now: 2000 }
    const store = createNotificationStore(db)
    let state: Evidence['state'] = 'pending'
    const context = async () => ({ evidence: [evidence('ping', state)] })
    const notify = createNotify({
      outbox: store,
      channels: [channel],
      context,
      now: () => time.now,
      random: () => 1,
      log,
    })
    const sent = async (key: string) => {
      notify.kick()
      await new Promise((resolve) => setTimeout(resolve, 15))
      return channel.sent.some((s) => s.key === key)
    }
    const write = (...notifications: NotificationIntent[]) =>
      store.write({ ...emptyChangeSet(), notifications }, time.now)
    write(intent('a', { at: 2000 }), intent('b', { incident: 'i2', transition: 'resolved', at: 2000 }))
    await until(() => sent('b'))
    expect(channel.sent.map((s) => s.key)).toEqual(['b'])
    state = 'done'
    time.now = 3100
    await until(() => sent('a'))
    state = 'pending'
    write(intent('c', { incident: 'i3', at: 3100 }))
    await until(async () => {
      await sent('c')
      return (await store.due('fake', 1e9))?.key === 'c' && (await store.due('fake', time.now)) === undefined
    })
    expect(channel.sent).toHaveLength(2)
    time.now = 3100 + 15_000
    await until(() => sent('c'))
  })

  it('repeats with the same key after a crash between sending and marking', async () => {
    const keys: string[] = []
    const bodies: { body: string; headers: Record<string, unknown> }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (part) => {
        body += part
      })
      request.on('end', () => {
        keys.push(String(request.headers['idempotency-key']))
        bodies.push({ body, headers: request.headers })
        response.end('thanks')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const more = { enabled: true, language: 'en' as const, on: ['opened' as const], template: undefined }
    const secret = secretOf('shared-secret')
    const channel = createWebhook({ kind: 'webhook', id: 'fake', ...more, url, secret, allowPrivate: true })
    const store = createNotificationStore(db)
    store.write({ ...emptyChangeSet(), notifications: [intent('i1:opened:fake')] }, 0)
    // the process dies before the mark is written: the mark never happens
    const dying = createNotify({
      outbox: { ...store, mark: () => new Promise(() => undefined) },
      channels: [channel],
      now: () => 2000,
      random: Math.random,
      log,
    })
    dying.kick()
    await until(() => keys.length === 1)
    const t = setUp(channel, { now: 3000 })
    await until(async () => {
      await t.turn()
      return t.row('i1:opened:fake').state === 'sent'
    })
    expect(keys).toEqual(['i1:opened:fake', 'i1:opened:fake'])
    const { body, headers } = bodies[1] as (typeof bodies)[0]
    const expected = createHmac('sha256', 'shared-secret')
      .update(`${headers['x-outrider-timestamp']}.${body}`)
      .digest('hex')
    expect(headers['x-outrider-signature']).toBe(`v1=${expected}`)
    expect(t.row('i1:opened:fake').answer).toBe('HTTP 200: thanks')
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
})

const evidence = (action: string, state: Evidence['state'], result: unknown = null, error: string | null = null) => ({
  ...{ id: action, incident: 'i1', device: 'hq.sw1', action, command: action, state, requestedBy: 'system' },
  ...{ requestedAt: 0, endedAt: null, arguments: {}, result, error },
})

describe('messages', () => {
  it('speak both languages and keep device text on its line', async () => {
    const evil = { ...incident, title: 'Link\r\nBcc: x@example.net\u001b[31m {{ 1 | plus: 1 }}' }
    const one = { transition: 'opened' as const, at: 0, data: { incident: evil } }
    const en = await renderMessage(one, { language: 'en', template: undefined })
    expect(en.subject).toBe('[OPENED] #7 Link Bcc: x@example.net[31m {{ 1 | plus: 1 }}')
    const zh = await renderMessage(one, { language: 'zh-CN', template: undefined })
    expect(zh.subject).toContain('新故障单')
  })

  it('tell what, how bad, where, for whom, what was found so far and where to look', async () => {
    const alarm = { text: 'Port 3 is down', severity: 'major' }
    const one = { transition: 'opened' as const, at: 0, data: { ...incident, device: 'hq.sw1', alarm } }
    const context = {
      ...{ customerName: 'Acme', siteName: 'Head office', deviceName: 'Core', url: 'https://o.example/incidents/i1' },
      evidence: [
        evidence('ping', 'done', { sent: 4, received: 0, lossPercent: 100, rttMs: null, by: 'fping' }),
        evidence('tcp', 'done', { port: 22, state: 'refused', timeMs: 3 }),
        evidence('snmp-get', 'failed', null, 'no answer\r\nfrom it'),
        evidence('snmp-table', 'done', 'not of its form'),
        evidence('poll-now', 'pending'),
      ],
    }
    const en = await renderMessage(one, { language: 'en', template: undefined }, context)
    expect(en.text).toBe(
      [
        'OPENED: Link down',
        'Priority: 2',
        'Customer: Acme',
        'Site: Head office',
        'Device: Core',
        'Alarm: Port 3 is down (major)',
        'Time: 1970-01-01T00:00:00.000Z',
        'Found so far:',
        '- Ping: 0 of 4 answered',
        '- TCP port check: 22 refused',
        '- SNMP get: failed (no answer from it)',
        '- SNMP table: OK',
        '- Poll now: no answer yet',
        'https://o.example/incidents/i1',
        '',
      ].join('\n'),
    )
    expect(en.data).toMatchObject({
      number: 7,
      alarm,
      deviceName: 'Core',
      evidence: expect.arrayContaining(['SNMP table: OK']),
    })
    const zh = await renderMessage(one, { language: 'zh-CN', template: undefined }, context)
    for (const part of ['告警: Port 3 is down (重要)', '客户: Acme', 'Ping 检测: 4 次中应答 0 次', '22 拒绝连接'])
      expect(zh.text).toContain(part)
    const resolved = { ...one, transition: 'resolved' as const, data: incident }
    expect((await renderMessage(resolved, { language: 'en', template: undefined })).text).not.toContain('Found')
  })

  it('refuse a template that runs away or does not parse', async () => {
    for (const text of [
      '{% for i in (1..100000000) %}x{% endfor %}',
      '{% nonsense %}',
      '{{ incident.constructor.constructor }}x',
    ])
      await renderMessage(
        { transition: 'opened', at: 0, data: { incident } },
        { language: 'en', template: { text } },
      ).then(
        (m) => expect(m.text).toBe('x'),
        (error: Error) => expect(error.message.length).toBeGreaterThan(0),
      )
  })
})

describe('egress', () => {
  it('follows no redirect, wherever it leads', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const more = { enabled: true, language: 'en' as const, on: ['opened' as const], template: undefined }
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const secret = secretOf('shared-secret')
    const channel = createWebhook({ kind: 'webhook', id: 'w', ...more, url, secret, allowPrivate: true })
    const message = { key: 'k', transition: 'opened' as const, at: 0, subject: 's', text: 't', data: {} }
    const answer = await channel.send(message, new AbortController().signal)
    expect([answer.state, asked]).toEqual(['failed', ['/hook']])
    expect(answer.answer).toMatch(/^HTTP 302/)
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })

  it('checks the very address it connects to: a name is looked up once', async () => {
    const looked = await new Promise<unknown>((resolve) =>
      guardedLookup(false)('localhost', { all: true }, (error, found) => resolve(error ?? found)),
    )
    expect(looked).toBeInstanceOf(EgressRefused)
    const allowed = await new Promise<unknown>((resolve) =>
      guardedLookup(true)('localhost', { all: true }, (error, found) => resolve(error ?? found)),
    )
    expect(allowed).toContainEqual(expect.objectContaining({ address: expect.stringMatching(/^(127\.|::1$)/) }))
  })

  it.each([
    '127.0.0.1',
    '127.255.0.9',
    '10.1.2.3',
    '192.168.1.1',
    '172.31.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::127.0.0.1',
    '[::1]',
  ])('does not reach %s', (address) => expect(mayReach(address, false)).toBe(false))
  it.each(['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', '0.0.0.0', '::', 'not-an-address'])(
    'does not reach %s even when private ones are allowed',
    (address) => expect(mayReach(address, true)).toBe(false),
  )
  it.each(['8.8.8.8', '2606:4700::1111'])('reaches %s', (address) => expect(mayReach(address, false)).toBe(true))

  it.each([
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://user:pw@127.0.0.1/',
    'http://[::]/',
    'http://127.0.0.1.:80/',
    'http://017700000001/',
    'http://127.0.0.1:8080@[::1]/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://①②⑦.0.0.1/',
    'http://10.0.0.1%2f@192.168.1.1/',
  ])('a webhook to %s is refused, not sent', async (url) => {
    const more = { enabled: true, language: 'en' as const, on: ['opened' as const], template: undefined }
    const channel = createWebhook({
      kind: 'webhook',
      id: 'w',
      ...more,
      url,
      secret: secretOf('x'),
      allowPrivate: false,
    })
    const message = { key: 'k', transition: 'opened' as const, at: 0, subject: 's', text: 't', data: {} }
    expect(await channel.send(message, new AbortController().signal)).toEqual({
      state: 'failed',
      answer: 'the address is not allowed',
    })
  })
})
