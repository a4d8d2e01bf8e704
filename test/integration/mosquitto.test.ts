// Agent, real Mosquitto, collector: the broker and the collector go and come back, nothing is lost or doubled.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { startSiteAgent } from '../support/site-agent.ts'
import { startSmallCollector } from '../support/small-collector.ts'
import { until } from '../support/until.ts'

const missing = spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error !== undefined

let dir: string
let stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-mosquitto-'))
  // Mosquitto started by root reads its access list as a user of its own.
  chmodSync(dir, 0o755)
})
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
  stops = []
  rmSync(dir, { recursive: true, force: true })
})

async function startMosquitto(port: number) {
  const file = join(dir, 'mosquitto.conf')
  const acl = join(dir, 'acl')
  writeFileSync(
    acl,
    'user collector\ntopic readwrite outrider/v1/a/#\n\npattern write outrider/v1/a/%u/up/#\npattern read outrider/v1/a/%u/down/#\n',
  )
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nacl_file ${acl}\n`)
  const child = startChild(['mosquitto', '-c', file])
  stops.push(() => child.stop())
  await child.says(/running|mosquitto version/, 10_000)
  return child
}

describe.skipIf(missing)(missing ? 'Mosquitto (skipped: mosquitto is not installed)' : 'Mosquitto', () => {
  it('carries everything once through restarts of the broker and of the collector', async () => {
    const [port] = (await freePorts(1)) as [number]
    let mosquitto = await startMosquitto(port)
    const broker = { url: `mqtt://collector@127.0.0.1:${port}` }
    let collector = await startSmallCollector({ dir, broker })
    stops.push(() => collector.stop())
    const agent = await startSiteAgent({ dir, brokerPort: port })
    stops.push(() => agent.stop())
    agent.put(300)
    await until(() => agent.delivered())

    await mosquitto.kill()
    agent.put(300)
    await until(() => !agent.uplink.facts().connected)
    mosquitto = await startMosquitto(port)
    await until(() => agent.delivered(), { timeoutMs: 30_000 })

    await collector.stop()
    agent.put(300)
    collector = await startSmallCollector({ dir, broker })
    agent.skip(11_000)
    await until(() => agent.delivered(), { timeoutMs: 30_000 })

    // both at once, while records come
    agent.put(100)
    await Promise.all([mosquitto.kill(), collector.stop()])
    agent.put(100)
    mosquitto = await startMosquitto(port)
    collector = await startSmallCollector({ dir, broker })
    agent.put(100)
    await until(() => agent.delivered(), { timeoutMs: 30_000 })

    const codes = collector.events().map((e) => Number(e.event.kind === 'agent' && e.event.code))
    expect(codes).toEqual(Array.from({ length: 1200 }, (_, i) => i + 1))
    expect(collector.quarantined()).toEqual([])
    expect(new Set(collector.events().map((e) => e.epoch)).size).toBe(1)
  })
})
