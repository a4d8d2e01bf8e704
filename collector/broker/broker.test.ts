import { type Socket, connect as tcp } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import { allDown, downTopic, upTopic } from '#shared/wire/topics.ts'
import { until } from '#test/support/until.ts'
import { type AgentLink, createAgentLink } from '../agent-link/agent-link.ts'
import { type Broker, type BrokerLimits, createBroker } from './broker.ts'

const log = pino({ level: 'silent' })
const ME = 'agent-me-1'
const OTHER = 'agent-other-1'
const ends: (() => Promise<unknown> | undefined)[] = []

interface Rig {
  broker: Broker
  port: number
  link: AgentLink
  got: { agent: string; channel: string; payload: string }[]
  gone: string[]
}

async function rig(limits: Partial<BrokerLimits> = {}): Promise<Rig> {
  const authenticate = async (agent: string, password: Buffer) => password.toString() === `secret of ${agent}`
  const broker = await createBroker({ host: '127.0.0.1', port: 0, authenticate, log, limits })
  const port = await broker.start()
  const got: Rig['got'] = []
  const gone: string[] = []
  broker.onGone((agent) => gone.push(agent))
  const link = createAgentLink({
    broker: { kind: 'embedded', open: broker.open },
    onMessage: (agent, channel, payload) => {
      got.push({ agent, channel, payload: Buffer.from(payload).toString('latin1').slice(0, 100) })
      return true
    },
    clock: { mono: () => performance.now() },
    log,
  })
  link.start()
  ends.push(
    () => link.stop(),
    () => broker.stop(),
  )
  await until(() => link.state().connected)
  return { broker, port, link, got, gone }
}

function client(port: number, agent: string, more: IClientOptions = {}): MqttClient {
  const made = mqtt.connect({
    ...{
      host: '127.0.0.1',
      port,
      protocol: 'mqtt',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      reconnectPeriod: 0,
    },
    ...{ clientId: agent, username: agent, password: `secret of ${agent}` },
    ...more,
  })
  made.on('error', () => undefined)
  ends.unshift(() => void made.end(true))
  return made
}

/** `in` when the broker let it in, else how it ended. */
function outcome(made: MqttClient): Promise<string> {
  return new Promise((resolve) => {
    made.once('connect', () => resolve('in'))
    made.once('error', (e) => resolve(e.message))
    made.once('close', () => resolve('closed'))
  })
}

async function inside(port: number, agent: string, more: IClientOptions = {}): Promise<MqttClient> {
  const made = client(port, agent, more)
  expect(await outcome(made)).toBe('in')
  return made
}

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

describe('broker', () => {
  it('carries up and down for an agent, and says when it is gone', async () => {
    const r = await rig()
    const agent = await inside(r.port, ME)
    const down: string[] = []
    agent.on('message', (topic) => down.push(topic))
    await agent.subscribeAsync(allDown(ME), { qos: 1 })
    await agent.publishAsync(upTopic(ME, 'event'), 'x'.repeat(MAX_MESSAGE_BYTES), { qos: 1 })
    await until(() => r.got.length === 1)
    expect(r.got[0]).toMatchObject({ agent: ME, channel: 'event' })
    const ack = { version: 1, epoch: 'e', committed: { event: 1 }, resume: false, redefine: false, wall: 1 }
    r.link.sendAck(ME, ack)
    expect(await r.link.publishCommand(ME, { version: 1, order: '{}', signature: '' })).toBe(true)
    await until(() => down.length === 2)
    expect(down).toEqual([downTopic(ME, 'ack'), downTopic(ME, 'command')])
    agent.end(true)
    await until(() => r.gone.length === 1)
    expect(r.gone).toEqual([ME])
  })

  it('lets nobody in without its own name and password', async () => {
    const r = await rig({ failuresPerMinute: 100 })
    const probes: [string, IClientOptions][] = [
      ['wrong password', { password: 'guess' }],
      ['no password', { password: undefined as never }],
      ['empty password', { password: '' }],
      ["other agent's password", { password: `secret of ${OTHER}` }],
      ["other agent's client id", { clientId: OTHER }],
      ["other agent's user name", { username: OTHER }],
      ['no user name', { username: undefined as never, password: undefined as never }],
      ['empty client id', { clientId: '' }],
      ['wildcard client id', { clientId: '#', username: '#' }],
      ['wildcard + client id', { clientId: '+++++++++', username: '+++++++++' }],
      ['slash in client id', { clientId: 'agent/me-1', username: 'agent/me-1' }],
      ['dollar client id', { clientId: '$SYS-agent', username: '$SYS-agent' }],
      ['__proto__', { clientId: '__proto__', username: '__proto__' }],
      ['constructor', { clientId: 'constructor', username: 'constructor', password: 'x' }],
      ['short id', { clientId: 'abc', username: 'abc' }],
      ['long id', { clientId: 'a'.repeat(65), username: 'a'.repeat(65) }],
      ['upper case', { clientId: 'AGENT-ME-1', username: 'AGENT-ME-1' }],
      ['NUL', { clientId: 'agent-me\u0000', username: 'agent-me\u0000' }],
      ["the collector's name", { clientId: 'outrider-collector', username: 'outrider-collector' }],
      ['durable session', { clean: false }],
      ['no keepalive', { keepalive: 0 }],
      ['endless keepalive', { keepalive: 65_535 }],
      ['MQTT 5', { protocolVersion: 5 }],
      ['will on another agent', { will: will(upTopic(OTHER, 'event')) }],
      ['will on own down', { will: will(downTopic(ME, 'command')) }],
      ['retained will', { will: { ...will(upTopic(ME, 'hello')), retain: true } }],
      ['QoS 2 will', { will: { ...will(upTopic(ME, 'hello')), qos: 2 } }],
      ['will on $SYS', { will: will('$SYS/broker') }],
      ['will elsewhere', { will: will('home/door') }],
    ]
    for (const [name, more] of probes) expect(await outcome(client(r.port, ME, more)), name).not.toBe('in')
    expect(r.got).toEqual([])
    expect(r.broker.health().agents).toBe(0)
    await inside(r.port, ME, { will: will(upTopic(ME, 'hello')) })
  })

  it('lets an agent write to its own topics only', async () => {
    const r = await rig()
    const other = await inside(r.port, OTHER)
    const heard: string[] = []
    other.on('message', (topic) => heard.push(topic))
    await other.subscribeAsync(allDown(OTHER), { qos: 1 })
    const topics: [string, { qos?: 0 | 1 | 2; retain?: boolean }?][] = [
      [upTopic(OTHER, 'event')],
      [downTopic(OTHER, 'command')],
      [downTopic(OTHER, 'ack'), { qos: 0 }],
      [downTopic(ME, 'command')],
      [upTopic(ME, 'event'), { qos: 2 }],
      [upTopic(ME, 'event'), { qos: 1, retain: true }],
      ['$SYS/x'],
      [`$share/g/${upTopic(ME, 'event')}`],
      ['outrider/v1/a'],
      [`outrider/v2/a/${ME}/up/event`],
      [`outrider/v1/a/${ME}/up/unknown`],
      [`outrider/v1/a/${ME}/up/event/more`],
      [`/outrider/v1/a/${ME}/up/event`],
      [`outrider/v1/a/${ME}/up/EVENT`],
      ['a/'.repeat(200)],
    ]
    for (const [topic, options] of topics) {
      const agent = await inside(r.port, ME)
      const closed = new Promise<void>((resolve) => agent.once('close', () => resolve()))
      agent.publish(topic, 'x', { qos: 1, ...options })
      await closed
    }
    expect(r.got).toEqual([])
    expect(heard).toEqual([])
    expect(other.connected).toBe(true)
  })

  it('lets an agent read its own topics only', async () => {
    const r = await rig()
    const agent = await inside(r.port, ME)
    const filters = ['#', '+/#', '$SYS/#', allDown(OTHER), downTopic(OTHER, 'ack'), upTopic(ME, 'event'), '$share/g/#']
    filters.push('outrider/#', 'outrider/v1/a/+/down/+', 'outrider/v1/a/+/up/+', `outrider/v1/a/${ME}/#`)
    filters.push(`$share/g/${allDown(ME)}`, `outrider/v1/a/${ME}/+/ack`, '', '+/+/+/+/+/+')
    for (const filter of filters.filter((f) => f !== '')) {
      const granted = await agent.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }])
      expect(granted?.map((g) => g.qos) ?? [128], filter).toEqual([128])
    }
    expect((await agent.subscribeAsync(downTopic(ME, 'ack'), { qos: 1 }))[0]?.qos).toBe(1)
    const heard: string[] = []
    agent.on('message', (topic) => heard.push(topic))
    const ack = { version: 1, epoch: 'e', committed: {}, resume: false, redefine: false, wall: 1 }
    r.link.sendAck(OTHER, ack)
    r.link.sendAck(ME, ack)
    await until(() => heard.length > 0)
    expect(heard).toEqual([downTopic(ME, 'ack')])
  })

  it('hands an identity over only to who has its password', async () => {
    const r = await rig()
    const first = await inside(r.port, ME)
    expect(await outcome(client(r.port, ME, { password: 'guess' }))).not.toBe('in')
    expect(first.connected).toBe(true)
    const second = await inside(r.port, ME)
    await until(() => !first.connected)
    expect(second.connected).toBe(true)
    expect(r.gone).toEqual([])
  })

  it('closes on a claimed length before it buffers', async () => {
    const r = await rig()
    const before = raw(r.port, Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    const endless = raw(r.port, Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]))
    await until(() => before.destroyed && endless.destroyed)
    const agent = await inside(r.port, ME)
    const closed = new Promise<void>((resolve) => agent.once('close', () => resolve()))
    agent.publish(upTopic(ME, 'event'), Buffer.alloc(10 * 1024 * 1024), { qos: 1 })
    await closed
    expect(r.got).toEqual([])
    expect(r.broker.health().refused['packet-too-large']).toBeGreaterThanOrEqual(2)
  })

  it('bounds connections, half-open ones and guesses', async () => {
    const r = await rig({ perAddress: 3, connectTimeoutMs: 300, failuresPerMinute: 5 })
    const silent = [1, 2, 3].map(() => raw(r.port, Buffer.from([0x10])))
    await until(() => r.broker.health().connections === 3)
    const fourth = raw(r.port, Buffer.alloc(0))
    await until(() => fourth.destroyed)
    expect(r.broker.health().refused['too-many-from-address']).toBe(1)
    await until(() => silent.every((s) => s.destroyed))
    for (let i = 0; i < 5; i++) await outcome(client(r.port, ME, { password: 'guess' }))
    expect(await outcome(client(r.port, ME))).not.toBe('in')
    expect(r.broker.health().refused['too-many-failures']).toBe(1)
    const garbage = Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 73) % 256))
    const noise = raw(r.port, garbage)
    await until(() => noise.destroyed)
  })

  it('reads a sign-in that comes byte by byte', async () => {
    const r = await rig()
    const text = (s: string) => Buffer.concat([Buffer.from([0, s.length]), Buffer.from(s)])
    const body = Buffer.concat([
      text('MQTT'),
      Buffer.from([4, 0xc2, 0, 60]),
      text(ME),
      text(ME),
      text(`secret of ${ME}`),
    ])
    const socket = raw(r.port, Buffer.alloc(0))
    socket.setNoDelay(true)
    let answer = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk as Uint8Array])
    })
    for (const byte of Buffer.concat([Buffer.from([0x10, body.length]), body])) {
      await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => answer.length === 4)
    expect([...answer]).toEqual([0x20, 2, 0, 0])
  })

  it('notices that its broker is gone', async () => {
    const r = await rig()
    await r.broker.stop()
    await until(() => !r.link.state().connected)
  })
})

function will(topic: string) {
  return { topic, payload: Buffer.from('x'), qos: 1 as const, retain: false }
}

function raw(port: number, bytes: Buffer): Socket {
  const socket = tcp(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('error', () => undefined)
  ends.unshift(() => void socket.destroy())
  return socket
}
