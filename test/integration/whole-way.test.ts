// Short stories through agent, broker, collector and API in one process.
import { createHmac } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { restoreBackup, writeBackup } from '#collector/storage/sqlite/backup.ts'
import type { Evidence, Incident } from '#shared/domain/incident.ts'
import type { AlarmDetail, AlarmRow } from '#shared/http/alarms.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'
import type { EventRow } from '#shared/http/records.ts'
import { type OneProcess, startOneProcess } from '../support/one-process.ts'
import { OIDS } from '../support/trap-bytes.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'

const NOTE = '1.3.6.1.4.1.99999.1'
const SYS_NAME = '1.3.6.1.2.1.1.5.0'
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Story extends OneProcess {
  readonly site: VirtualSite
}

/** One switch with eight ports; it reports to the agent. */
async function begin(parts: { policy?: object; channels?: object[]; intervalMs?: number } = {}): Promise<Story> {
  const site = createVirtualSite({
    devices: [{ id: 'sw', model: 'access-switch', logStyle: 'cisco' }],
    network: '127.0.28',
  })
  await site.start()
  closing.push(() => site.stop())
  const whole = await startOneProcess({
    devices: site.asAgentDevices({ intervalMs: parts.intervalMs ?? 1000, timeoutMs: 300 }),
    collector: { notify: { channels: parts.channels ?? [] } },
    policy: (parts.policy ?? {}) as Record<string, unknown>,
  })
  closing.push(() => whole[Symbol.asyncDispose]())
  await until(() => whole.api.get('/api/v1/devices/hq.sw').catch(() => undefined), { timeoutMs: 20_000 })
  return Object.assign(whole, { site })
}

const list = async <T>(story: Story, path: string) => (await story.api.get<{ items: T[] }>(path)).items
const tell = (story: Story, up: boolean, port = 3) =>
  story.site.device('sw').sendTrap(story.trapsTo, {
    oid: up ? OIDS.linkUp : OIDS.linkDown,
    varbinds: [[`${OIDS.ifIndex}.${port}`, { type: 'Integer', value: port }]],
  })
const note = (story: Story, text: string) =>
  story.site.device('sw').sendTrap(story.trapsTo, {
    oid: '1.3.6.1.4.1.99999.0.1',
    varbinds: [[NOTE, { type: 'OctetString', value: Buffer.from(text) }]],
  })
const notesOf = async (story: Story) =>
  (await story.api.all<EventRow>('/api/v1/events?kind=trap&q=note-'))
    .map(({ event }) => String((event as { varbinds: { value: unknown }[] }).varbinds[0]?.value))
    .sort()
/** The port goes down in the polls too, so that no poll clears the alarm. */
async function cutPort(story: Story, up = false): Promise<void> {
  const port = story.site.device('sw').ports[2]
  if (port) port.operUp = up
  await tell(story, up)
}
const alarmsOf = (story: Story) => list<AlarmRow>(story, '/api/v1/alarms?all=true')

describe('diagnostics on demand', () => {
  async function ask(story: Story, action: string, args: object): Promise<Evidence> {
    const body = { action, arguments: args }
    const { command } = await story.api.post<{ command: string }>('/api/v1/devices/hq.sw/diagnostics', body)
    return until(
      async () =>
        (await list<Evidence>(story, '/api/v1/devices/hq.sw/diagnostics')).find(
          (e) => e.command === command && e.state !== 'pending',
        ),
      { timeoutMs: 30_000, what: `the result of ${action}` },
    )
  }

  it('run at the agent and come back as evidence', async () => {
    const story = await begin()
    const ping = await ask(story, 'ping', { count: 1 })
    expect(ping).toMatchObject({ state: 'done', requestedBy: 'admin', result: { sent: 1 } })
    expect(await ask(story, 'tcp', { port: 9100 })).toMatchObject({ state: 'done', result: { state: 'refused' } })
    const got = await ask(story, 'snmp-get', { oids: [SYS_NAME] })
    expect(got).toMatchObject({ state: 'done', result: { values: [{ oid: SYS_NAME, value: 'sw' }] } })
    const table = await ask(story, 'snmp-table', { columns: [IF_DESCR], maxRows: 5 })
    expect(table).toMatchObject({ state: 'done', result: { truncated: true } })
    expect((table.result as { rows: unknown[] }).rows).toHaveLength(5)
    const polled = await ask(story, 'poll-now', {})
    expect(polled).toMatchObject({ state: 'done', result: { polls: [{ input: 'snmp', outcome: 'ok' }] } })
    await expect(ask(story, 'tcp', { port: 31_337 })).rejects.toThrow(/400/)
    await expect(ask(story, 'run-shell', { command: 'id' })).rejects.toThrow(/400/)
  })

  it("are refused by the site's policy file, with the reason as evidence", async () => {
    const story = await begin({ policy: { allow: ['ping'] } })
    expect(await ask(story, 'ping', { count: 1 })).toMatchObject({ state: 'done' })
    const refused = await ask(story, 'snmp-get', { oids: [SYS_NAME] })
    expect(refused).toMatchObject({ state: 'refused', result: null, error: expect.stringMatching(/policy|allow/i) })
  })
})

describe('an incident', () => {
  it('is told by signed webhook and by mail, once each when it opens and when it is resolved', async () => {
    const hook = await hookSink()
    const mail = await mailSink()
    const story = await begin({
      channels: [
        { kind: 'webhook', id: 'hook', url: hook.url, secret: 'key-of-the-hook', allowPrivate: true },
        {
          ...{ kind: 'email', id: 'mail', from: 'outrider@example.net', to: ['noc@example.net'] },
          server: { host: '127.0.0.1', port: mail.port, plain: true },
        },
      ],
    })
    await cutPort(story)
    await until(() => hook.received.length >= 1 && mail.received.length >= 1, { timeoutMs: 30_000, what: 'opened' })
    await cutPort(story, true)
    await until(() => hook.received.length >= 2 && mail.received.length >= 2, { timeoutMs: 40_000, what: 'resolved' })
    expect(hook.received.map((r) => JSON.parse(r.body).transition)).toEqual(['opened', 'resolved'])
    for (const { body, timestamp, signature } of hook.received) {
      const expected = createHmac('sha256', 'key-of-the-hook').update(`${timestamp}.${body}`).digest('hex')
      expect(signature).toBe(`v1=${expected}`)
    }
    expect(new Set(hook.received.map((r) => r.key)).size).toBe(2)
    for (const text of mail.received) expect(text).toContain('noc@example.net')
    const sent = await until(
      async () => {
        const rows = await list<NotificationRow>(story, '/api/v1/notifications')
        return rows.every((row) => row.state === 'sent') && rows
      },
      { what: 'the delivery log' },
    )
    expect(sent).toHaveLength(4)
  })

  it('is on the alarm list; its alarm is acknowledged and shelved, and the shelf ends', async () => {
    const story = await begin()
    await cutPort(story)
    const alarm = await until(async () => (await alarmsOf(story))[0], { timeoutMs: 20_000 })
    const act = (body: object) =>
      story.api.post<{ results: { ok: boolean }[] }>('/api/v1/alarms/actions', { ids: [alarm.id], ...body })
    const now = () => story.api.get<AlarmDetail>(`/api/v1/alarms/${alarm.id}`)
    expect((await act({ action: 'acknowledge', note: 'on it' })).results).toMatchObject([{ ok: true }])
    expect(await now()).toMatchObject({ operatorState: 'ack', ackBy: 'admin', ackNote: 'on it' })
    await expect(act({ action: 'shelve' })).rejects.toThrow(/400/)
    await act({ action: 'shelve', until: Date.now() + 3000 })
    expect(await now()).toMatchObject({ operatorState: 'shelved', suppression: { by: 'shelved' } })
    await until(async () => (await now()).operatorState !== 'shelved', { timeoutMs: 20_000, what: 'the shelf to end' })
    expect((await now()).history.map((h) => h.action)).toEqual(
      expect.arrayContaining(['raise', 'acknowledge', 'shelve', 'unshelve']),
    )
  })
})

describe('late data', () => {
  afterEach(() => vi.restoreAllMocks())

  it('that opened and ended while the link was cut is history and pages nobody', { timeout: 120_000 }, async () => {
    let ahead = 0
    const [wall, mono] = [Date.now.bind(Date), performance.now.bind(performance)]
    vi.spyOn(Date, 'now').mockImplementation(() => wall() + ahead)
    vi.spyOn(performance, 'now').mockImplementation(() => mono() + ahead)
    const hook = await hookSink()
    const channels = [{ kind: 'webhook', id: 'hook', url: hook.url, secret: 'key-of-the-hook', allowPrivate: true }]
    // polls are rare here: this is about the traps
    const story = await begin({ channels, intervalMs: 3_600_000 })
    await story.delivered()
    story.link.cut()
    await tell(story, false, 5)
    await tell(story, true, 5)
    await note(story, 'note-last')
    await until(() => (story.report().backlog as { event: number }).event >= 3)
    // A jump would be a collector that slept and blames nobody: time runs seven times as fast instead, here too
    const fast = setInterval(() => {
      ahead += 600
    }, 100)
    closing.push(() => clearInterval(fast))
    const sites = async () => (await alarmsOf(story)).filter((a) => a.alarmType.startsWith('site.'))
    await until(async () => (await sites()).length === 1, { timeoutMs: 200_000, what: 'the site to be missed' })
    // LIVE_AGE of ingest: what is a minute old is late
    await until(() => ahead > 70_000, { timeoutMs: 200_000 })
    clearInterval(fast)
    await story.link.restore()
    await story.delivered()
    await until(async () => (await notesOf(story)).length === 1, { timeoutMs: 20_000, what: 'the last trap' })
    const links = (await alarmsOf(story)).filter((a) => a.alarmType === 'link.down')
    expect(links).toMatchObject([{ isCleared: true, incident: null }])
    const { history } = await story.api.get<AlarmDetail>(`/api/v1/alarms/${links[0]?.id}`)
    expect(history.map((h) => [h.action, h.late]).sort()).toEqual([
      ['clear', true],
      ['raise', true],
    ])
    const incidents = await list<Incident>(story, '/api/v1/incidents')
    expect(incidents).toMatchObject([{ device: null }])
    await until(() => hook.received.some((r) => JSON.parse(r.body).transition === 'resolved'), { timeoutMs: 30_000 })
    // the site itself, and nothing of what happened behind the cut
    for (const { body } of hook.received) expect(body).not.toContain('link')
    expect(hook.received).toHaveLength(2)
  })
})

describe('a restored backup', () => {
  it('gets from the agent what it lacks, once', async () => {
    const story = await begin({ intervalMs: 600_000 })
    const texts = Array.from({ length: 30 }, (_, i) => `note-${String(i).padStart(2, '0')}`)
    const send = async (some: string[]) => {
      for (const text of some) await note(story, text)
      await until(async () => (await notesOf(story)).includes(some.at(-1) as string), { timeoutMs: 20_000 })
      await story.delivered()
    }
    await send(texts.slice(0, 10))
    const paths = {
      dir: story.dataDir,
      keyFile: join(story.dataDir, 'command-key.pem'),
      file: `${story.dataDir}-saved.db`,
    }
    await writeBackup(paths)
    await send(texts.slice(10, 20))
    await story.stopCollector()
    rmSync(story.dataDir, { recursive: true })
    restoreBackup(paths)
    for (const text of texts.slice(20)) await note(story, text)
    await story.startCollector()
    await until(async () => (await notesOf(story)).length >= 30, { timeoutMs: 60_000, what: 'all notes' })
    await story.delivered()
    expect(await notesOf(story)).toEqual(texts)
    expect(await list(story, '/api/v1/gaps')).toEqual([])
    expect(await list(story, '/api/v1/quarantine')).toEqual([])
  })
})

async function hookSink() {
  const received: { key: string; body: string; timestamp: string; signature: string }[] = []
  const server = createHttp((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name])
      const [timestamp, signature] = [header('x-outrider-timestamp'), header('x-outrider-signature')]
      received.push({ key: header('idempotency-key'), body, timestamp, signature })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

/** Takes every mail (RFC 5321, without extensions). */
async function mailSink() {
  const received: string[] = []
  const server = createTcp((socket) => {
    let text = ''
    let inData = false
    const say = (line: string) => socket.write(`${line}\r\n`)
    socket.on('error', () => undefined)
    say('220 sink')
    socket.on('data', (part) => {
      text += part.toString('utf8')
      for (;;) {
        const mark = inData ? '\r\n.\r\n' : '\r\n'
        const end = text.indexOf(mark)
        if (end < 0) return
        const piece = text.slice(0, end)
        text = text.slice(end + mark.length)
        if (inData) received.push(piece)
        const data = !inData && /^DATA/i.test(piece)
        say(data ? '354 go on' : /^QUIT/i.test(piece) ? '221 bye' : '250 ok')
        inData = data
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return { received, port: (server.address() as AddressInfo).port }
}
