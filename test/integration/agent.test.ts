// A whole agent in this process against a simulated device and the collector's receiving half.
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startAgent } from '#agent/agent.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { UPTIME_METRIC } from '#shared/domain/sample.ts'
import { canonicalJson, type Order, type SignedCommand } from '#shared/wire/command.ts'
import { freePorts } from '../support/free-ports.ts'
import { startSmallCollector } from '../support/small-collector.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, SMALL_SITE } from '../support/virtual-site/virtual-site.ts'

const AGENT = 'agent-whole-1'
const keys = generateKeyPairSync('ed25519')

let dir: string
let stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-agent-'))
})
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
  stops = []
  rmSync(dir, { recursive: true, force: true })
})

let orders = 0
function command(target: string, action: string, args: Record<string, unknown>): SignedCommand {
  const now = Date.now()
  const seq = now * 10 + ++orders
  const order: Order = {
    ...{ id: `command-${seq}`, agent: AGENT, seq, nonce: `${seq}`.padStart(32, '0'), action, target, arguments: args },
    ...{ notBefore: now - 10_000, expires: now + 60_000, operator: 'alice', incident: null, approval: null },
  }
  const text = canonicalJson(order)
  return { version: 1, order: text, signature: sign(null, Buffer.from(text), keys.privateKey).toString('base64') }
}

describe('agent', () => {
  it('polls, hears traps, obeys signed commands, and after a restart goes on in the same epoch', async () => {
    const site = createVirtualSite({ devices: SMALL_SITE.slice(0, 1) })
    await site.start()
    stops.push(() => site.stop())
    const [trapPort] = (await freePorts(1)) as [number]
    const device = site.devices[0] as (typeof site.devices)[number]
    const collector = await startSmallCollector({ dir, broker: { port: 0 } })
    stops.push(() => collector.stop())
    const file = {
      agent: { id: AGENT },
      broker: { url: `mqtt://127.0.0.1:${collector.port}`, password: 'secret' },
      commandKey: keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      dataDir: join(dir, 'agent'),
      health: { port: 0 },
      inputs: { traps: { host: '127.0.0.1', port: trapPort } },
    }
    const read = readAgentConfig(JSON.stringify(file), {
      file: 'agent.yaml',
      secrets: { env: () => undefined, file: () => '' },
    })
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const config = { ...read.value, devices: [device.asAgentDevice({ intervalMs: 1_000, timeoutMs: 500 })] }
    const run = async () => {
      const onFatal = (error: Error) => {
        throw error
      }
      const agent = await startAgent({
        config,
        program: 'outrider-agent/test',
        log: pino({ level: 'silent' }),
        onFatal,
      })
      stops.push(() => agent.stop())
      return agent
    }
    const first = await run()
    const hello = () => collector.groups.flatMap((g) => g.presence).findLast((p) => p.kind === 'hello')

    // poll -> telemetry
    const uptimes = () => {
      const ids = new Set(
        collector.groups
          .flatMap((g) => g.newSeries)
          .filter((s) => s.metric === UPTIME_METRIC)
          .map((s) => s.id),
      )
      return collector.groups
        .flatMap((g) => g.samples)
        .flatMap((s) => [...s.series.subarray(0, s.length)].filter((id) => ids.has(id)))
    }
    await until(() => uptimes().length >= 2)
    const inventory = collector.events().find((e) => e.event.kind === 'inventory')?.event
    expect(inventory).toMatchObject({ complete: true, devices: [{ device: device.id }] })

    // trap -> event, inform -> event
    const trap = '1.3.6.1.6.3.1.1.5.3'
    await device.sendTrap({ host: '127.0.0.1', port: trapPort }, { oid: trap })
    await device.sendTrap({ host: '127.0.0.1', port: trapPort }, { oid: trap }, { inform: true })
    const traps = () => collector.events().flatMap((e) => (e.event.kind === 'trap' ? [e.event] : []))
    await until(() => traps().length === 2)
    expect(traps()).toMatchObject([
      { trapOid: trap, confirmed: false },
      { trapOid: trap, confirmed: true },
    ])

    // command -> result, once, however often it arrives; forged ones are refused
    await until(() => hello() !== undefined)
    const order = command(device.id, 'snmp-get', { oids: ['1.3.6.1.2.1.1.3.0'] })
    for (let i = 0; i < 3; i++) expect(await collector.command(AGENT, order)).toBe(true)
    const forged = command(device.id, 'ping', { count: 1 })
    await collector.command(AGENT, { ...forged, order: forged.order.replace('alice', 'mallory') })
    const results = () => collector.results().filter((r) => r.kind === 'command-result')
    await until(() => results().length > 0)
    expect(results()).toMatchObject([{ state: 'done', action: 'snmp-get', target: device.id, error: null }])

    // restart: same epoch, numbers go on, the command does not run again
    const before = hello()
    const newest = Math.max(...collector.events().map((e) => e.seq))
    await first.stop()
    await device.sendTrap({ host: '127.0.0.1', port: trapPort }, { oid: trap })
    await run()
    await until(
      () => collector.events().filter((e) => e.event.kind === 'agent' && e.event.code === 'started').length === 2,
    )
    await collector.command(AGENT, order)
    await device.sendTrap({ host: '127.0.0.1', port: trapPort }, { oid: trap })
    await until(() => traps().length === 3)
    const polls = uptimes().length
    await until(() => uptimes().length > polls)
    const after = hello()
    if (before?.kind !== 'hello' || after?.kind !== 'hello') throw new Error('no hello')
    expect(after.hello.epoch).toBe(before.hello.epoch)
    // tables of neighbours are heard and kept elsewhere
    const seqs = collector.groups.flatMap((g) => g.events).map((e) => e.seq)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1))
    expect(seqs.length).toBeGreaterThan(newest)
    expect(results()).toHaveLength(1)
    expect(collector.quarantined()).toEqual([])
  })
})
