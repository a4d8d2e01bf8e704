// Certificates of a minute, renewed by the agent itself over the real way, with records flowing: API, authority, embedded
// broker with TLS and ingest in this process. What a month does in production happens here in a minute and a half.
import { readFileSync } from 'node:fs'
import { connect as connectTo, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, type TestContext } from 'vitest'
import type { AgentIdentity } from '#shared/http/enrolment.ts'
import type { AgentRow } from '#shared/http/inventory.ts'
import type { EventRow } from '#shared/http/records.ts'
import { type EnrolledSite, startEnrolledSite } from '../support/enrolled-site.ts'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'

const LIFE_SECONDS = 60

interface Running extends EnrolledSite {
  readonly agent: string
  identity(): Promise<AgentIdentity>
  /** The serial in use, by what stands on the agent's disk. */
  pair(): string
  sent(): number
  /** Texts that arrived, each as often as it did. */
  arrived(): Promise<string[]>
}

/** A site whose agent hears a line of syslog ten times a second. */
async function begin(onTestFinished: TestContext['onTestFinished']): Promise<Running> {
  const [port] = (await freePorts(1)) as [number]
  const inputs = { syslog: { tcp: { host: '127.0.0.1', port } } }
  const devices = [{ id: 'core', name: 'Core', address: '127.0.0.1' }]
  const site = await startEnrolledSite({ inputs, devices }, undefined, LIFE_SECONDS)
  onTestFinished(() => site[Symbol.asyncDispose]())
  const { items } = await site.api.get<{ items: AgentRow[] }>('/api/v1/agents')
  const { id: agent } = items[0] as AgentRow
  const socket: Socket = connectTo(port, '127.0.0.1')
  let lines = 0
  const timer = setInterval(() => socket.write(`<13>Nov 22 09:00:00 core app: line ${++lines}.\n`), 100)
  onTestFinished(() => void socket.destroy())
  onTestFinished(() => clearInterval(timer))
  return Object.assign(site, {
    agent,
    identity: () => site.api.get<AgentIdentity>(`/api/v1/agents/${agent}/identity`),
    pair: () => readFileSync(join(site.dir, 'agent', 'identity', 'agent.pem'), 'utf8'),
    sent: () => {
      clearInterval(timer)
      return lines
    },
    async arrived() {
      const events = await site.api.all<EventRow>('/api/v1/events?kind=log')
      return events.map(({ event }) => (event.kind === 'log' ? event.message : ''))
    },
  })
}

async function renewedAfter(site: Running, serial: string): Promise<AgentIdentity> {
  return until(
    async () => {
      const now = await site.identity()
      return now.serial === serial ? undefined : now
    },
    { timeoutMs: LIFE_SECONDS * 1000, what: 'another certificate' },
  )
}

/** The question arrives, the answer does not: the link carries none from the moment of the question on. */
async function renewedUnheard(site: Running, serial: string): Promise<AgentIdentity> {
  for (;;) {
    let asked = false
    site.whenAgentSays('asked for a new certificate', () => {
      site.link.stall('answers')
      asked = true
    })
    await until(() => asked, { timeoutMs: LIFE_SECONDS * 1000, what: 'the agent to ask' })
    const end = Date.now() + 5000
    let now = await site.identity()
    while (now.serial === serial && Date.now() < end) now = await site.identity()
    if (now.serial !== serial) return now
    // the link was just going down by itself, and the question was lost with it: it is asked again
    await site.link.restore()
  }
}

/** Everything that was sent is there, once, and nobody was told of trouble. */
async function nothingLost(site: Running): Promise<void> {
  const sent = site.sent()
  const wanted = Array.from({ length: sent }, (_, i) => `line ${i + 1}.`).sort()
  let texts: string[] = []
  await until(
    async () => {
      texts = (await site.arrived()).map((text) => /line \d+\./.exec(text)?.[0] ?? text)
      return texts.length >= sent
    },
    { timeoutMs: 30_000, what: `${sent} lines` },
  )
  expect(texts.sort()).toEqual(wanted)
  const { items } = await site.api.get<{ items: { alarmType: string }[] }>('/api/v1/alarms?all=true')
  expect(items.map((a) => a.alarmType)).toEqual([])
  expect((await site.identity()).state).toBe('active')
}

/** What the broker says to a pair: whether the connection stays open when nothing is sent. */
async function isLetIn(site: Running, pem: string): Promise<boolean> {
  const ca = readFileSync(join(site.dir, 'agent', 'identity', 'ca.pem'), 'utf8')
  const socket = connectTls({ host: '127.0.0.1', port: site.link.port, key: pem, cert: pem, ca })
  const stayed = await new Promise<boolean>((resolve) => {
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
    // it is closed with the handshake, or not before the time for CONNECT is over
    socket.on('secureConnect', () => setTimeout(() => resolve(!socket.destroyed), 1500))
  })
  socket.destroy()
  return stayed
}

describe('renewal by the agent itself', () => {
  it.concurrent('goes on and on under traffic: nothing is lost, and each old certificate ends after its grace', async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished)
    const began = await site.identity()
    const seen = [began]
    const first = site.pair()
    const beganLife = began.notAfter - began.notBefore
    for (let i = 0; i < 2; i++) {
      const before = seen.at(-1) as AgentIdentity
      const old = site.pair()
      const now = await renewedAfter(site, before.serial)
      expect(Date.now()).toBeGreaterThanOrEqual(before.notBefore + (beganLife * 2) / 3 - 1000)
      expect(Date.now()).toBeLessThan(before.notAfter)
      seen.push(now)
      await until(() => site.pair() !== old)
      if (i > 0) continue
      // before it has expired by itself
      await until(async () => !(await isLetIn(site, first)), { timeoutMs: before.notAfter - Date.now() })
      expect(Date.now()).toBeLessThan(before.notAfter)
      expect(await isLetIn(site, site.pair())).toBe(true)
    }
    expect(new Set(seen.map((one) => one.serial)).size).toBe(3)
    expect(new Set(seen.map((one) => one.fingerprint)).size).toBe(3)
    await nothingLost(site)
  }, 180_000)

  it.concurrent('asks on while the collector is away at that time, and until a lost answer comes again', async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished)
    const began = await site.identity()
    const dueAt = began.notBefore + ((began.notAfter - began.notBefore) * 2) / 3
    await until(() => Date.now() > dueAt - 2000, { timeoutMs: LIFE_SECONDS * 1000 })
    await site.stopCollector()
    // the jitter is a twentieth of the life
    await until(() => Date.now() > dueAt + 2500, { timeoutMs: 10_000 })
    await site.startCollector()
    const second = await renewedAfter(site, began.serial)
    expect(Date.now()).toBeLessThan(began.notAfter)
    const pair = await until(() => ((site.report().identity as { state: string }).state === 'good' ? site.pair() : ''))
    const third = await renewedUnheard(site, second.serial)
    expect(site.pair()).toBe(pair)
    await site.link.restore()
    await until(() => site.pair() !== pair, { timeoutMs: second.notAfter - Date.now() })
    // the same certificate for the same key: none was made in vain
    expect((await site.identity()).serial).toBe(third.serial)
    await nothingLost(site)
  }, 180_000)
})
