// Hostile and broken input against real processes. After each: nothing has exited, the damage is counted or kept with
// its reason, and what a neighbour sends next arrives.
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { integer, octets } from '#agent/protocols/snmp/ber-writer.ts'
import type { HealthSummary } from '#shared/http/administration.ts'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import type { EventRow, QuarantineRow } from '#shared/http/records.ts'
import { Ack } from '#shared/wire/ack.ts'
import { type BatchHeader, bodyHash, encodeBatch, packBody } from '#shared/wire/batch.ts'
import { upTopic } from '#shared/wire/topics.ts'
import { startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { AGENT_ID, AGENT_PASSWORD, type Installation, SITE_ID, startInstallation } from '../support/installation.ts'
import { OIDS, overLong, v2cTrap, varbind } from '../support/trap-bytes.ts'
import { until } from '../support/until.ts'
import type { Behaviour } from '../support/virtual-site/virtual-device.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'

const NOTE = '1.3.6.1.4.1.99999.1'
const OTHER = 'agent-hq-0002'
const OTHER_PASSWORD = 'password-of-the-other'

let installation: Installation
let site: VirtualSite
let traps: { host: string; port: number }
let syslogTcp: number
let drip: { url: string; stop(): void }
let marks = 0

beforeAll(async () => {
  const [trapPort, udpPort, tcpPort] = (await freePorts(3)) as [number, number, number]
  traps = { host: '127.0.0.1', port: trapPort }
  syslogTcp = tcpPort
  drip = await startDripping()
  const devices = (['victim', 'neighbour'] as const).map((id) => ({ id, model: 'access-switch' as const }))
  site = createVirtualSite({ devices, network: '127.0.26' })
  await site.start()
  installation = await startInstallation({
    broker: 'embedded',
    ports: { trapPort, syslogUdpPort: udpPort, syslogTcpPort: tcpPort },
    devices: [
      ...site.asAgentDevices({ intervalMs: 1000, timeoutMs: 200 }).map((device) => ({ ...device })),
      { id: 'dripping', address: '127.0.26.9', http: [{ url: drip.url, intervalMs: 1000, timeoutMs: 500 }] },
      { id: 'local', address: '127.0.0.1' },
    ],
    collectorConfig: {
      agents: [
        { id: AGENT_ID, site: SITE_ID, password: AGENT_PASSWORD },
        { id: OTHER, site: SITE_ID, password: OTHER_PASSWORD },
      ],
    },
  })
})
afterAll(async () => {
  await installation?.stop()
  await site?.stop()
  drip?.stop()
})

/** The promise of every test here. */
async function unharmed(): Promise<void> {
  const mark = `mark-${++marks}-of-the-neighbour`
  const varbinds = [[NOTE, { type: 'OctetString', value: Buffer.from(mark) }]] as const
  await site.device('neighbour').sendTrap(traps, { oid: OIDS.linkUp, varbinds })
  await until(async () => (await eventsOf(`q=${mark}`)).length === 1, { timeoutMs: 20_000, what: mark })
  for (const program of [installation.agent, installation.collector]) {
    expect(program.running()).toBe(true)
    expect(program.starts()).toBe(1)
  }
  expect((await installation.agentRow())?.presence).toBe('online')
}

const eventsOf = async (query: string) =>
  (await installation.api.get<{ items: EventRow[] }>(`/api/v1/events?limit=1000&${query}`)).items
const quarantineOf = async (agent: string) =>
  (await installation.api.get<{ items: QuarantineRow[] }>(`/api/v1/quarantine?limit=1000&agent=${agent}`)).items
const figure = async (name: string) => (await installation.api.get<HealthSummary>('/api/v1/health')).figures[name] ?? 0
const dropped = async (reason: string) =>
  ((await installation.agentHealth()).dropped as Record<string, number>)[reason] ?? 0
const newestOf = async (device: string, metric: string) => {
  const detail = await installation.api.get<DeviceDetail>(`/api/v1/devices/${SITE_ID}.${device}`).catch(() => undefined)
  return detail?.series.find((s) => s.metric === metric)?.value
}

describe('a device that misbehaves', () => {
  it.each([
    ['garbage', ['parse', 'timeout']],
    ['truncated', ['parse', 'timeout']],
    ['repeat', ['not-increasing', 'parse', 'limit']],
    ['wrong-source', ['wrong-source', 'timeout']],
    ['v3-answer', ['parse', 'timeout']],
    ['silent', ['timeout']],
  ] satisfies [Behaviour, string[]][])('answers %s: a failed poll with its reason', async (behaviour, outcomes) => {
    const victim = site.device('victim')
    await until(async () => (await newestOf('victim', 'poll.status')) === 0, { timeoutMs: 60_000 })
    const since = Date.now()
    victim.setBehaviour(behaviour)
    const told = async () =>
      (await eventsOf(`device=${SITE_ID}.victim&kind=check&from=${since - 1000}`)).find(
        ({ event }) => event.kind === 'check' && event.outcome !== 'ok',
      )?.event
    const check = await until(told, { timeoutMs: 30_000, what: 'the failed poll to be told' })
    expect(outcomes).toContain((check as { outcome: string }).outcome)
    await until(async () => ((await newestOf('victim', 'poll.status')) ?? 0) > 0, { timeoutMs: 20_000 })
    expect(await newestOf('neighbour', 'poll.status')).toBe(0)
    await unharmed()
    victim.setBehaviour('normal')
  })

  it('sends one byte a second: its check ends at its time limit', async () => {
    await until(async () => (await newestOf('dripping', 'http.up')) === 0, { timeoutMs: 30_000 })
    await unharmed()
  })
})

describe('the trap port', () => {
  it('keeps undecodable and truncated traps of a device raw, with the reason', async () => {
    const whole = v2cTrap({ varbinds: [varbind(NOTE, octets('cut off')), varbind(NOTE, overLong(integer(7)))] })
    const before = (await eventsOf('kind=trap-raw')).length
    let sent = 0
    for (let length = 1; length < whole.length; length++, sent++)
      await site.device('victim').sendRaw(traps, whole.subarray(0, length))
    for (const bytes of [Buffer.alloc(1400, 0x30), Buffer.alloc(64, 0xff), Buffer.from('300f0201ff', 'hex')]) {
      await site.device('victim').sendRaw(traps, bytes)
      sent++
    }
    const raw = await until(
      async () => {
        const rows = await eventsOf('kind=trap-raw')
        return rows.length >= before + sent && rows
      },
      { timeoutMs: 20_000, what: `${sent} raw traps` },
    )
    expect(raw).toHaveLength(before + sent)
    for (const { event } of raw)
      expect(event).toMatchObject({ device: 'victim', reason: expect.stringMatching(/\w/), base64: expect.any(String) })
    await unharmed()
  })

  it('records strangers without a device, counts what is beyond their share, and creates nothing', async () => {
    const devices = (await installation.api.all<{ id: string }>('/api/v1/devices')).length
    const stranger = createSocket('udp4')
    await new Promise<void>((resolve) => stranger.bind(0, '127.0.27.200', resolve))
    const total = 300
    for (let i = 0; i < total; i++)
      await new Promise((resolve) => stranger.send(v2cTrap({ requestId: i }), traps.port, traps.host, resolve))
    const garbage = Buffer.from('not even BER')
    await new Promise((resolve) => stranger.send(garbage, traps.port, traps.host, resolve))
    stranger.close()
    await until(async () => (await dropped('snmp-trap:undecodable-unknown-source')) === 1, { timeoutMs: 10_000 })
    const kept = async () => (await eventsOf('kind=trap&q=127.0.27.200')).length
    await until(async () => (await kept()) + (await dropped('snmp-trap:unknown-source')) === total, {
      timeoutMs: 20_000,
      what: 'every stranger to be recorded or counted',
    })
    expect(await dropped('snmp-trap:unknown-source')).toBeGreaterThan(0)
    for (const { event } of await eventsOf('kind=trap&q=127.0.27.200')) expect(event.device).toBeNull()
    expect((await installation.api.all<{ id: string }>('/api/v1/devices')).length).toBe(devices)
    await unharmed()
  })
})

describe('syslog over TCP', () => {
  const send = async (...parts: (string | Buffer)[]) => {
    const socket = connect(syslogTcp, '127.0.0.1')
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('connect', resolve))
    for (const part of parts) await new Promise((resolve) => socket.write(part, resolve))
    return socket
  }

  it('takes 64 KB strings: cut, counted, and the line behind them is read', async () => {
    const long = `<11>Nov 22 07:00:00 host app: long-string ${'x'.repeat(65_536)}`
    const behind = (how: string) => `<11>Nov 22 07:00:00 host app: after-the-long-one-${how}`
    const framed = (text: string) => `${Buffer.byteLength(text)} ${text}`
    const sockets = [
      await send(framed(long), framed(behind('counted'))),
      await send(`${long}\n`, `${behind('newline')}\n`),
      await send(`99999999999 ${long}`),
      await send(Buffer.alloc(200_000, 0x41)),
      await send('<11>half a line and then ', 'noth'),
    ]
    for (const how of ['counted', 'newline'])
      await until(async () => (await eventsOf(`kind=log&q=after-the-long-one-${how}`)).length === 1, {
        timeoutMs: 20_000,
        what: `the line after a long one (${how})`,
      })
    const longs = await eventsOf('kind=log&q=long-string')
    expect(longs.length).toBeGreaterThanOrEqual(2)
    for (const { event } of longs) expect((event as { message: string }).message.length).toBeLessThanOrEqual(8192)
    for (const socket of sockets) socket.destroy()
    await unharmed()
  })

  it('waits for a sender of one byte a second without making others wait', async () => {
    const slow = await send('<')
    let text = '11>slow-writer'
    const timer = setInterval(() => {
      slow.write(text.slice(0, 1))
      text = text.slice(1)
    }, 1000)
    const quick = await send('<11>Nov 22 07:00:00 host app: quick-writer\n')
    await until(async () => (await eventsOf('kind=log&q=quick-writer')).length === 1, { timeoutMs: 20_000 })
    await unharmed()
    clearInterval(timer)
    slow.destroy()
    quick.destroy()
  })
})

describe('an agent that is not what it says', () => {
  const open: MqttClient[] = []
  const join = async (id: string, password: string, more: IClientOptions = {}) => {
    const url = `mqtt://127.0.0.1:${installation.ports.broker}`
    const login = { clientId: id, username: id, password, clean: true, reconnectPeriod: 0, keepalive: 30 }
    const client = await connectAsync(url, { ...login, protocolVersion: 4, ...more }, false)
    client.on('error', () => undefined)
    open.push(client)
    return client
  }
  afterAll(async () => {
    for (const client of open) await client.endAsync(true)
  })
  const batch = (
    epoch: string,
    lines: string,
    header: Partial<BatchHeader> = {},
    body = packBody(Buffer.from(lines)),
  ) => {
    const now = { boot: 'boot', mono: performance.now(), wall: Date.now() }
    const base = { agent: OTHER, epoch, lane: 'event' as const, first: 1, count: lines.split('\n').length }
    return encodeBatch({ header: { ...base, hash: bodyHash(body), committed: now, sent: now, ...header }, body })
  }
  const line = (message: string) =>
    JSON.stringify({ kind: 'agent', at: Date.now(), device: null, code: 'note', message })
  const closed = (client: MqttClient) => until(() => !client.connected, { timeoutMs: 20_000, what: 'to be cut off' })

  it.each([
    ['the name of another agent with a wrong password', AGENT_ID, 'guess', {}, 'bad-password'],
    ['an unknown name', 'agent-of-nobody', 'guess', {}, 'bad-password'],
    ['a name full of wildcards', '+/#', 'guess', {}, 'bad-client-id'],
    ['the client id of another agent', AGENT_ID, OTHER_PASSWORD, { username: OTHER }, 'user-is-not-client'],
    ['a last will on a strange topic', OTHER, OTHER_PASSWORD, { will: willOf(AGENT_ID) }, 'bad-will'],
  ] as const)('is turned away with %s', async (_what, id, password, more, reason) => {
    const before = await figure(`dropped.broker.${reason}`)
    await expect(join(id, password, more as IClientOptions)).rejects.toThrow(/./)
    expect(await figure(`dropped.broker.${reason}`)).toBe(before + 1)
    await unharmed()
  })

  it('may not publish for another agent nor listen to it', async () => {
    const client = await join(OTHER, OTHER_PASSWORD)
    const denied = await client.subscribeAsync(`outrider/v1/a/${AGENT_ID}/down/#`).catch((error: Error) => error)
    expect(denied instanceof Error || denied[0]?.qos === 128).toBe(true)
    expect(await figure('dropped.broker.subscribe-denied')).toBe(1)
    client.publish(upTopic(AGENT_ID, 'event'), batch('e', line('forged-in-the-name-of-another'), { agent: AGENT_ID }))
    await closed(client)
    expect(await figure('dropped.broker.publish-denied')).toBe(1)
    expect(await eventsOf('kind=agent&q=forged-in-the-name-of-another')).toEqual([])
    await unharmed()
  })

  it.each([
    ['a batch with the id of another agent inside', (e: string) => batch(e, line('x'), { agent: AGENT_ID }), /agent/],
    ['noise', () => Buffer.alloc(5000, 0xa5), /not an Outrider batch/],
    ['a cut batch', (e: string) => batch(e, line('x')).subarray(0, 40), /header/],
    ['another wire version', (e: string) => withVersion(batch(e, line('x')), 9), /wire version 9/],
    ['a body that is not what was hashed', (e: string) => batch(e, line('x'), { hash: '0'.repeat(32) }), /hash/],
    ['a body that does not inflate', (e: string) => batch(e, line('x'), {}, Buffer.from('no zstd here')), /inflate/],
    ['a bomb', (e: string) => batch(e, line('x'), {}, packBody(Buffer.alloc(64 << 20))), /inflate/],
    ['JSON nested 20,000 deep', (e: string) => batch(e, `${'['.repeat(20_000)}${']'.repeat(20_000)}`), /./],
    ['a record of an unknown kind', (e: string) => batch(e, '{"kind":"rumour","at":1,"device":null}'), /kind/],
    ['fewer records than promised', (e: string) => batch(e, line('x'), { count: 5 }), /./],
    ['text where samples belong', (e: string) => batch(e, 'what?', { lane: 'telemetry' }), /./],
    ['prototype keys', (e: string) => batch(e, '{"__proto__":{"kind":"agent"},"constructor":1}'), /./],
  ])('sends %s: quarantined with the reason, and its next epoch is heard', async (what, payload, reason) => {
    const before = (await quarantineOf(OTHER)).length
    const client = await join(OTHER, OTHER_PASSWORD)
    const acks: Ack[] = []
    client.on('message', (_topic, bytes) => acks.push(Ack.parse(JSON.parse(bytes.toString()))))
    await client.subscribeAsync(`outrider/v1/a/${OTHER}/down/+`, { qos: 1 })
    const epoch = `bad-${what.replaceAll(/\W/g, '-')}`.slice(0, 60)
    const lane = what.includes('samples') ? 'telemetry' : 'event'
    await client.publishAsync(upTopic(OTHER, lane), payload(epoch), { qos: 1 })
    const rows = await until(
      async () => {
        const all = await quarantineOf(OTHER)
        return all.length > before && all
      },
      { timeoutMs: 20_000, what: 'a row in quarantine' },
    )
    expect(rows[0]?.reason).toMatch(reason)
    expect((await quarantineOf(AGENT_ID)).length).toBe(0)
    const good = `good-after-${epoch}`
    await client.publishAsync(upTopic(OTHER, 'event'), batch(good, line(good)), { qos: 1 })
    await until(() => acks.some((ack) => ack.epoch === good && ack.committed.event === 1), {
      timeoutMs: 20_000,
      what: 'the ack of a good batch',
    })
    expect(await eventsOf(`kind=agent&q=${good}`)).toHaveLength(1)
    await client.endAsync()
    await unharmed()
  })

  it('goes on with the same stream behind a poisoned record', async () => {
    const client = await join(OTHER, OTHER_PASSWORD)
    const acks: Ack[] = []
    client.on('message', (_topic, bytes) => acks.push(Ack.parse(JSON.parse(bytes.toString()))))
    await client.subscribeAsync(`outrider/v1/a/${OTHER}/down/+`, { qos: 1 })
    const lines = [line('before-the-poison'), '{"kind":"trap","at":"yesterday"}', line('behind-the-poison')]
    await client.publishAsync(upTopic(OTHER, 'event'), batch('mixed', lines.join('\n')), { qos: 1 })
    await client.publishAsync(upTopic(OTHER, 'event'), batch('mixed', line('next-batch'), { first: 4 }), { qos: 1 })
    await until(() => acks.some((ack) => ack.epoch === 'mixed' && ack.committed.event === 4), { timeoutMs: 20_000 })
    for (const text of ['before-the-poison', 'behind-the-poison', 'next-batch'])
      expect(await eventsOf(`kind=agent&q=${text}`)).toHaveLength(1)
    await client.endAsync()
    await unharmed()
  })

  it('is cut off when it sends 10 MB at once', async () => {
    const client = await join(OTHER, OTHER_PASSWORD)
    client.publish(upTopic(OTHER, 'event'), Buffer.alloc(10 << 20, 0x20), { qos: 1 })
    await closed(client)
    expect(await figure('dropped.broker.packet-too-large')).toBe(1)
    await unharmed()
  })
})

describe('the API', () => {
  it.each([
    ['a body of 10 MB', JSON.stringify({ user: 'x'.repeat(10 << 20), password: 'y' }), [413]],
    ['JSON nested 20,000 deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, [400]],
    ['half of a JSON', '{"user": "admin", "passw', [400]],
    ['the wrong shape', '{"user": {"$ne": null}, "password": 5}', [400]],
  ])('refuses %s with a clear error', async (_what, body, statuses) => {
    const response = await fetch(`${installation.api.base}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'outrider' },
      body,
    }).catch((error: Error) => error)
    // a server that refuses a long body may hang up before all of it is sent
    if (response instanceof Error) expect(body.length).toBeGreaterThan(1 << 20)
    if (response instanceof Error) return unharmed()
    expect(statuses).toContain(response.status)
    expect(await response.json()).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } })
    await unharmed()
  })
})

describe('settings', () => {
  it.each(['agent', 'collector'])(
    'of the %s that are wrong are told with file and line, exit code 2',
    async (program) => {
      const dir = mkdtempSync(join(tmpdir(), 'outrider-bad-yaml-'))
      try {
        const file = join(dir, 'bad.yaml')
        const check = async (text: string) => {
          writeFileSync(file, text)
          const child = startChild(['node', `${program}/main.ts`, 'check-config', '--config', file])
          await child.gone
          return { code: child.exited()?.code, said: child.output() }
        }
        const broken = await check('log:\n  level: info\n broken: [\n')
        expect(broken.said).toMatch(/bad\.yaml:\d+:/)
        expect(broken.code).toBe(2)
        const wrong = await check('log:\n  level: loud\nlogg: {}\n')
        expect(wrong.said).toMatch(/bad\.yaml:2:.*level/)
        expect(wrong.said).toMatch(/bad\.yaml:3:.*logg/)
        expect(wrong.code).toBe(2)
        const bomb = ['a: &a [1,1,1,1,1,1,1,1,1]']
        for (const [n, name] of [...'bcdefghij'].entries())
          bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[n]}`).join(',')}]`)
        expect((await check(bomb.join('\n'))).code).toBe(2)
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    },
  )
})

const tmpfs = process.getuid?.() === 0 && process.platform === 'linux'
describe.skipIf(!tmpfs)("the collector's full disk (needs root for a small file system)", () => {
  it('stops the acks, says so, and takes everything once there is room', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-small-disk-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', dir]).status === 0
    expect(mounted).toBe(true)
    let own: Installation | undefined
    const sender = createSocket('udp4')
    try {
      own = await startInstallation({ broker: 'embedded', collectorConfig: { dataDir: join(dir, 'collector') } })
      const { api, ports, collector, agent } = own
      const filler = join(dir, 'filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'])
      spawnSync('dd', ['if=/dev/zero', `of=${filler}-rest`, 'bs=512'])
      const total = 3000
      for (let i = 0; i < total; i++) {
        const datagram = v2cTrap({
          requestId: i,
          varbinds: [varbind(NOTE, octets(`while-full-${i}-${'.'.repeat(500)}`))],
        })
        await new Promise((resolve) => sender.send(datagram, ports.trapPort, '127.0.0.1', resolve))
        if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const ready = async () => (await (await fetch(`${api.base}/readyz`)).json()) as HealthSummary
      await until(async () => (await ready()).reasons.some((r) => r.code === 'storage'), {
        timeoutMs: 60_000,
        what: 'the collector to say that it cannot store',
      })
      expect(collector.running()).toBe(true)
      expect(((await own.agentHealth()).backlog as Record<string, number>).event).toBeGreaterThan(0)
      rmSync(filler)
      rmSync(`${filler}-rest`, { force: true })
      await own.drained(120_000)
      const texts = (await api.all<EventRow>('/api/v1/events?kind=trap')).map(
        ({ event }) => String((event as { varbinds: { value: unknown }[] }).varbinds[0]?.value).split('-')[2],
      )
      expect(texts).toHaveLength(total)
      expect(new Set(texts).size).toBe(total)
      expect(collector.starts() + agent.starts()).toBe(2)
    } finally {
      sender.close()
      await own?.stop()
      spawnSync('umount', ['-l', dir])
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

function withVersion(bytes: Buffer, version: number): Buffer {
  bytes[2] = version
  return bytes
}

function willOf(agent: string) {
  return { topic: upTopic(agent, 'event'), payload: Buffer.from('x'), qos: 0 as const, retain: false }
}

/** A web server that sends its answer at one byte a second. */
async function startDripping() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    const timer = setInterval(() => response.write('.'), 1000)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop }
}
