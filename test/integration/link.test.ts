// The link between an agent's outbox and the collector's database under everything a network does to it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_BATCHES_IN_FLIGHT } from '#shared/wire/limits.ts'
import { startMqttProxy, topicOf } from '../support/mqtt-proxy.ts'
import { type SiteAgent, startSiteAgent } from '../support/site-agent.ts'
import { type SmallCollector, startSmallCollector } from '../support/small-collector.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

let dir: string
let stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-link-'))
})
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
  stops = []
  rmSync(dir, { recursive: true, force: true })
})
function keep<T extends { stop(): Promise<unknown> }>(part: T): T {
  stops.push(() => part.stop())
  return part
}

/** Everything that was given is stored once and in order. */
function expectAll(collector: SmallCollector, agent: SiteAgent): void {
  expect(collector.events().map((e) => Number(e.event.kind === 'agent' && e.event.code))).toEqual(
    Array.from({ length: agent.given() }, (_, i) => i + 1),
  )
  expect(collector.quarantined()).toEqual([])
}

describe('link', () => {
  it('half-open: the agent notices within one and a half keepalives, connects again and nothing is lost or doubled', async () => {
    const collector = keep(await startSmallCollector({ dir, broker: { port: 0 } }))
    const proxy = keep(await startTcpProxy({ host: '127.0.0.1', port: collector.port }))
    const agent = keep(await startSiteAgent({ dir, brokerPort: proxy.port, keepaliveSeconds: 2 }))
    agent.put(200)
    await until(() => agent.delivered())
    proxy.stall()
    const stalled = performance.now()
    agent.put(200)
    await until(() => !agent.uplink.facts().connected, { timeoutMs: 8_000 })
    const noticed = performance.now() - stalled
    // Pings go out every 2 s from the connect on; the ticks of its timers come on top.
    expect(noticed).toBeLessThan(1.5 * 2_000 + 500)
    await proxy.restore()
    await until(() => agent.delivered(), { timeoutMs: 30_000 })
    expectAll(collector, agent)
    expect(agent.uplink.facts().connects).toBeGreaterThan(1)
  })

  it('PUBACKs lost: the application ack alone decides', async () => {
    const collector = keep(await startSmallCollector({ dir, broker: { port: 0 } }))
    const proxy = keep(await startMqttProxy(collector.port, ({ type }, way) => way === 'down' && type === 4))
    const agent = keep(await startSiteAgent({ dir, brokerPort: proxy.port }))
    for (let i = 0; i < 20; i++) {
      agent.put(10)
      await until(() => agent.delivered())
    }
    expect(proxy.lost()).toBeGreaterThan(10)
    expectAll(collector, agent)
    expect(agent.uplink.facts().resends).toBe(0)
  })

  it('application acks lost: sent again after a hello, and every repeat is recognised', async () => {
    const collector = keep(await startSmallCollector({ dir, broker: { port: 0 } }))
    let losing = false
    const proxy = keep(
      await startMqttProxy(collector.port, (f, way) => losing && way === 'down' && topicOf(f).endsWith('/ack')),
    )
    const agent = keep(await startSiteAgent({ dir, brokerPort: proxy.port }))
    agent.put(50)
    await until(() => agent.delivered())
    losing = true
    agent.put(50)
    await until(() => collector.events().length === 100)
    await until(() => proxy.lost() > 0)
    expect(agent.delivered()).toBe(false)
    losing = false
    agent.skip(11_000)
    await until(() => agent.delivered())
    losing = true
    agent.put(50)
    await until(() => collector.events().length === 150)
    agent.skip(31_000)
    await until(() => agent.uplink.facts().resends > 0)
    losing = false
    agent.skip(31_000)
    await until(() => agent.delivered())
    expectAll(collector, agent)
  })

  it('wiped collector: what the agent still holds is taken, also when its definitions went with what it holds no more', async () => {
    let collector = keep(await startSmallCollector({ dir: join(dir, 'first'), broker: { port: 0 } }))
    const agent = keep(await startSiteAgent({ dir, brokerPort: collector.port, retainMs: 0 }))
    const series = Array.from({ length: 3_000 }, (_, i) =>
      agent.outbox.series({ device: 'sw1', metric: `m${i}`, resource: `if:${i}`, unit: '', kind: 'gauge' }),
    )
    for (const n of series) agent.outbox.sample(n, Date.now(), n)
    await until(() => agent.outbox.state().lanes.telemetry.newest === 3_000)
    await until(() => agent.delivered())
    const oldest = () => agent.outbox.state().lanes.telemetry.oldest
    await until(() => oldest() !== 1, { timeoutMs: 15_000 })
    await collector.stop()
    for (const n of series) agent.outbox.sample(n, Date.now(), 10_000 + n)
    await until(() => agent.outbox.state().lanes.telemetry.newest === 6_000)
    collector = keep(await startSmallCollector({ dir: join(dir, 'second'), broker: { port: collector.port } }))
    await until(() => agent.delivered(), { timeoutMs: 30_000 })
    const values = collector.groups.flatMap((g) => g.samples).flatMap((s) => [...s.values.subarray(0, s.length)])
    const forgotten = (oldest() || 3_001) - 1
    expect(forgotten).toBeGreaterThan(500)
    expect(values).toEqual([...series.slice(forgotten), ...series.map((n) => 10_000 + n)])
    expect(collector.quarantined()).toEqual([])
    expect(collector.groups.flatMap((g) => g.gaps)).toMatchObject([
      { first: 1, count: forgotten, reason: 'not-retained' },
    ])
  })

  it('slow collector: the window closes, memory stays bounded, the connection stays', async () => {
    let slow = true
    const beforeCommit = () => (slow ? wait(400) : Promise.resolve())
    const collector = keep(await startSmallCollector({ dir, broker: { port: 0 }, beforeCommit }))
    const agent = keep(await startSiteAgent({ dir, brokerPort: collector.port, keepaliveSeconds: 2 }))
    let most = 0
    let fullest = 0
    const watch = setInterval(() => {
      const { inFlight } = agent.uplink.facts()
      most = Math.max(most, inFlight.event + inFlight.telemetry + inFlight.result)
      fullest = Math.max(fullest, collector.ingest.health().waitingBytes)
    }, 10)
    try {
      // 10 MB in 160 batches or more
      for (let i = 0; i < 160; i++) {
        agent.put(64, 1_000)
        await agent.outbox.eventDurable({ kind: 'agent', at: 1, device: null, code: 'mark', message: `${i}` })
      }
      await wait(6_500)
      expect(agent.uplink.facts().connects).toBe(1)
      expect(agent.uplink.facts().connected).toBe(true)
      slow = false
      await until(() => agent.delivered(), { timeoutMs: 40_000 })
    } finally {
      clearInterval(watch)
    }
    expect(most).toBeLessThanOrEqual(MAX_BATCHES_IN_FLIGHT)
    expect(most).toBeGreaterThanOrEqual(MAX_BATCHES_IN_FLIGHT - 4)
    expect(agent.outbox.state().memoryBytes).toBe(0)
    expect(agent.uplink.facts().connects).toBe(1)
    const codes = collector.events().map((e) => (e.event.kind === 'agent' ? e.event.code : ''))
    expect(codes.filter((c) => c !== 'mark').map(Number)).toEqual(
      Array.from({ length: agent.given() }, (_, i) => i + 1),
    )
    expect(codes.filter((c) => c === 'mark')).toHaveLength(160)
    expect(fullest).toBeLessThan(24 * 2 ** 20)
  })
})
