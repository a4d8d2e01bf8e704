import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { SnmpGetResult } from '#shared/diagnostics/snmp-get.ts'
import { canonicalJson, type Order } from '#shared/wire/command.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import { until } from '#test/support/until.ts'
import type { AgentDevice } from '../devices/device.ts'
import type { SnmpClient, SnmpValue } from '../protocols/snmp/snmp-client.ts'
import { createMemoryJournal } from './command-journal.ts'
import { createDiagnostics, type DiagnosticsOptions } from './diagnostics.ts'
import { DiagnosticsPolicy } from './policy.ts'

const NOW = 1_800_000_000_000
const AGENT = 'agent-under-test'
const own = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const device: AgentDevice = { id: 'sw-1', name: 'Switch 1', address: '192.0.2.1', tags: {}, parents: [] }

describe('diagnostics at the agent', () => {
  it('runs an authentic command once and ends it in one result', async () => {
    const t = agent()
    await t.diagnostics.handle(signed(order()))
    expect(t.executions()).toBe(1)
    expect(t.journal.results).toEqual([
      expect.objectContaining({
        command: 'command-0001',
        action: 'ping',
        target: 'sw-1',
        state: 'done',
        error: null,
        result: { by: 'fping', sent: 4, received: 2, lossPercent: 50, rttMs: { min: 1, avg: 2, max: 3 } },
      }),
    ])
  })

  it('does nothing for a command it has seen, also delivered twice at the same time', async () => {
    const t = agent()
    await Promise.all([t.diagnostics.handle(signed(order())), t.diagnostics.handle(signed(order()))])
    await t.diagnostics.handle(signed(order()))
    expect(t.executions()).toBe(1)
    expect(t.journal.results.length).toBe(1)
    expect(t.diagnostics.counters().dropped).toEqual({ repeated: 2 })
  })

  it.each<[string, Partial<Order>, 'refused' | 'expired', RegExp]>([
    ['expired', { expires: NOW }, 'expired', /expired/],
    ['not valid yet', { notBefore: NOW + 10_000 }, 'refused', /not valid yet/],
    ['valid for too long', { expires: NOW + 7_200_000 }, 'refused', /longer than an hour/],
    ['an unknown action', { action: 'reboot' }, 'refused', /does not know/],
    ['an inherited name', { action: 'constructor' }, 'refused', /does not know/],
    ['a foreign target', { target: '10.0.0.1' }, 'refused', /no such device/],
    ['wrong arguments', { arguments: { count: 1000 } }, 'refused', /count/],
    ['an extra argument', { arguments: { address: '10.0.0.1' } }, 'refused', /address/],
  ])('ends a command with %s without running it', async (_name, change, state, error) => {
    const t = agent()
    await t.diagnostics.handle(signed(order(change)))
    await t.diagnostics.handle(signed(order(change)))
    expect(t.executions()).toBe(0)
    expect(t.journal.results).toEqual([
      expect.objectContaining({ state, error: expect.stringMatching(error), result: null }),
    ])
  })

  it('runs an action of the site without a target, where the policy lets it', async () => {
    const stop = { action: 'sweep-stop', target: '', arguments: { sweep: 's1' } }
    const t = agent()
    await t.diagnostics.handle(signed(order(stop)))
    const aimed = { ...stop, target: 'sw-1', id: 'command-0002', nonce: 'c'.repeat(32), seq: 2 }
    await t.diagnostics.handle(signed(order(aimed)))
    expect(t.journal.results).toMatchObject([
      { action: 'sweep-stop', target: '', state: 'done', result: { stopped: true } },
      { state: 'refused', error: 'an action of the site has no target' },
    ])
    const strict = agent({ policy: DiagnosticsPolicy.parse({ allow: ['ping'] }) })
    await strict.diagnostics.handle(signed(order(stop)))
    expect(strict.journal.results).toMatchObject([{ state: 'refused', error: expect.stringMatching(/policy/) }])
  })

  it('refuses a command older than one already taken, once', async () => {
    const t = agent()
    await t.diagnostics.handle(signed(order({ id: 'command-0005', seq: 5, nonce: 'b'.repeat(32) })))
    for (let i = 0; i < 3; i++) await t.diagnostics.handle(signed(order({ seq: 4 })))
    expect(t.executions()).toBe(1)
    expect(t.journal.results.map((r) => r.state)).toEqual(['done', 'refused'])
  })

  it('refuses when it does not know the time', async () => {
    let doubt = Number.POSITIVE_INFINITY
    const t = agent({ clock: { now: () => NOW, doubtMs: () => doubt } })
    await t.diagnostics.handle(signed(order()))
    expect(t.journal.results).toEqual([])
    expect(t.diagnostics.counters().dropped).toEqual({ clock: 1 })
    doubt = 0
    await t.diagnostics.handle(signed(order()))
    expect(t.journal.results[0]).toMatchObject({ state: 'done' })
    const wild = agent({ clock: { now: () => NOW, doubtMs: () => 40_000 } })
    await wild.diagnostics.handle(signed(order()))
    expect(wild.journal.results[0]).toMatchObject({ state: 'refused', error: expect.stringMatching(/time/) })
    const doubtful = agent({ clock: { now: () => NOW, doubtMs: () => 20_000 } })
    await doubtful.diagnostics.handle(signed(order({ expires: NOW + 15_000 })))
    expect(doubtful.journal.results[0]).toMatchObject({ state: 'expired' })
  })

  it("keeps to the site's policy, whatever the collector signs", async () => {
    const policies: [Partial<DiagnosticsPolicy>, RegExp][] = [
      [{ enabled: false }, /switched off/],
      [{ allow: ['tcp'] }, /does not allow/],
      [{ exceptDevices: ['sw-1'] }, /excepts/],
    ]
    for (const [policy, error] of policies) {
      const t = agent({ policy: DiagnosticsPolicy.parse(policy) })
      await t.diagnostics.handle(signed(order()))
      expect(t.journal.results[0]).toMatchObject({ state: 'refused', error: expect.stringMatching(error) })
      expect(t.executions()).toBe(0)
    }
  })

  it('takes no more per minute than the policy says', async () => {
    let now = NOW
    const policy = DiagnosticsPolicy.parse({ perMinute: 3 })
    const t = agent({ policy, clock: { now: () => now, doubtMs: () => 0 } })
    const nth = (seq: number) =>
      order({
        seq,
        id: `command-${seq}-x`,
        nonce: String(seq).padStart(32, '0'),
        expires: now + 60_000,
        notBefore: now,
      })
    for (let seq = 1; seq <= 5; seq++) await t.diagnostics.handle(signed(nth(seq)))
    expect(t.journal.results.map((r) => r.state)).toEqual(['done', 'done', 'done', 'refused', 'refused'])
    now += 60_000
    await t.diagnostics.handle(signed(nth(6)))
    expect(t.journal.results.at(-1)?.state).toBe('done')
  })

  it('ends what a crash interrupted as not-run, exactly once', async () => {
    const journal = createMemoryJournal()
    const { id, nonce, seq, action, target, expires } = order()
    await journal.begin({ id, nonce, seq, action, target, expires, at: NOW })
    const t = agent({ journal })
    await t.diagnostics.start()
    await t.diagnostics.start()
    await t.diagnostics.handle(signed(order()))
    expect(t.executions()).toBe(0)
    expect(journal.results).toEqual([
      expect.objectContaining({ command: id, state: 'not-run', error: expect.stringMatching(/interrupted/) }),
    ])
  })

  it('starts on a disk that allows nothing, and ends what was interrupted before it takes the next command', async () => {
    const journal = createMemoryJournal()
    const { id, nonce, seq, action, target, expires } = order()
    await journal.begin({ id, nonce, seq, action, target, expires, at: NOW })
    const { unfinished } = journal
    journal.unfinished = () => Promise.reject(new Error('read-only file system'))
    const t = agent({ journal })
    await t.diagnostics.start()
    await t.diagnostics.handle(signed(fresh(2, {})))
    expect(t.executions()).toBe(0)
    expect(t.diagnostics.counters().dropped).toEqual({ journal: 1 })
    journal.unfinished = unfinished
    await t.diagnostics.handle(signed(fresh(3, {})))
    expect(journal.results.map(({ command, state }) => [command === id, state])).toEqual([
      [true, 'not-run'],
      [false, 'done'],
    ])
  })

  it('ends a running action when the agent stops', async () => {
    let begun = false
    const t = agent({
      ping: (signal) => {
        begun = true
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    const handled = t.diagnostics.handle(signed(order()))
    await until(() => begun)
    await t.diagnostics.stop()
    await handled
    expect(t.journal.results[0]).toMatchObject({ state: 'failed', error: 'the agent stopped' })
    await t.diagnostics.handle(signed(order({ id: 'command-0002', nonce: 'c'.repeat(32), seq: 2 })))
    expect(t.journal.results.length).toBe(1)
  })

  it('runs one action at a time per device, and none that expired while it waited', async () => {
    let now = NOW
    const gates: (() => void)[] = []
    const t = agent({
      clock: { now: () => now, doubtMs: () => 0 },
      ping: () => new Promise((_, reject) => gates.push(() => reject(new Error('over')))),
    })
    const first = t.diagnostics.handle(signed(order({ seq: 1 })))
    await until(() => gates.length === 1)
    const second = t.diagnostics.handle(signed(order({ seq: 2, id: 'command-0002', nonce: 'b'.repeat(32) })))
    await until(() => t.diagnostics.counters().taken === 2)
    expect(t.executions()).toBe(1)
    now = NOW + 300_000
    gates[0]?.()
    await Promise.all([first, second])
    expect(t.executions()).toBe(1)
    expect(t.journal.results.map((r) => r.state)).toEqual(['failed', 'expired'])
  })

  it('reads variables and ports', async () => {
    const values: SnmpValue[] = [
      { oid: '1.3.6.1.2.1.1.5.0', type: 'OctetString', value: Buffer.from('core') },
      { oid: '1.3.6.1.2.1.2.2.1.6.1', type: 'OctetString', value: Buffer.from([0, 0x1b, 0x21, 1, 2, 3]) },
      { oid: '1.3.6.1.2.1.31.1.1.1.6.1', type: 'Counter64', value: 2n ** 63n },
      { oid: '1.3.6.1.9.9.0', type: 'noSuchObject', value: null },
    ]
    const snmp = { get: async () => ({ outcome: 'ok', value: values }) } as unknown as SnmpClient
    const t = agent({ snmp, device: () => ({ ...device, address: '127.0.0.1' }) })
    const oids = values.map((v) => v.oid)
    await t.diagnostics.handle(signed(order({ action: 'snmp-get', arguments: { oids } })))
    const tcp = { action: 'tcp', arguments: { port: 22 }, seq: 2, id: 'command-0002', nonce: 'b'.repeat(32) }
    await t.diagnostics.handle(signed(order(tcp)))
    const [got, port] = t.journal.results
    expect(got).toMatchObject({ state: 'done' })
    const { values: readable } = SnmpGetResult.parse(got?.result)
    expect(readable.map((v) => v.value)).toEqual(['core', '0x001b21010203', '9223372036854775808', null])
    expect(port).toMatchObject({ state: 'done', result: { port: 22, state: expect.stringMatching(/open|refused/) } })
  })

  it('says what a device did not give', async () => {
    const silent = { get: async () => ({ outcome: 'timeout', detail: 'no answer' }) } as unknown as SnmpClient
    for (const [snmp, error] of [
      [silent, 'timeout: no answer'],
      [undefined, 'the device has no SNMP in the configuration of the agent'],
    ] as const) {
      const t = agent(snmp === undefined ? {} : { snmp })
      await t.diagnostics.handle(signed(order({ action: 'snmp-get', arguments: { oids: ['1.3.6.1.2.1.1.5.0'] } })))
      expect(t.journal.results[0]).toMatchObject({ state: 'failed', error })
    }
  })

  it('answers nobody it does not know, and tells the audit without being flooded', async () => {
    const t = agent()
    for (let i = 0; i < 100; i++) await t.diagnostics.handle(signed(order(), other.privateKey))
    expect(t.journal.results).toEqual([])
    expect(t.audit.length).toBe(7)
    expect(t.audit[0]).toMatchObject({ kind: 'audit', what: 'command-dropped', detail: { reason: 'signature' } })
    expect(t.diagnostics.counters().dropped).toEqual({ signature: 100 })
  })

  it('takes nothing without a key, and no key but Ed25519', async () => {
    const t = agent({ commandKey: '' })
    await t.diagnostics.handle(signed(order()))
    expect(t.executions()).toBe(0)
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    expect(() => agent({ commandKey: spki(rsa) })).toThrow(/Ed25519/)
  })

  it('cuts a table to what fits a record', async () => {
    const long = new Uint8Array(1500).fill(97)
    const cell = (oid: string): SnmpValue => ({ oid, type: 'OctetString', value: long })
    const column = new Map(Array.from({ length: 400 }, (_, i) => [String(i), cell(`1.3.6.1.2.1.2.2.1.2.${i}`)]))
    const snmp = { columns: async () => ({ outcome: 'ok', value: new Map([['1.3.6.1.2.1.2.2.1.2', column]]) }) }
    const t = agent({ snmp: snmp as unknown as SnmpClient })
    const args = { columns: ['1.3.6.1.2.1.2.2.1.2'], maxRows: 500 }
    await t.diagnostics.handle(signed(order({ action: 'snmp-table', arguments: args })))
    const result = t.journal.results[0] as { state: string; result: { rows: unknown[]; truncated: boolean } }
    expect(result).toMatchObject({ state: 'done', result: { rowCount: 400, truncated: true } })
    expect(JSON.stringify(result).length).toBeLessThan(64 * 1024)
    expect(result.result.rows.length).toBeGreaterThan(20)
  })

  it('executes nothing that is forged, mutated, replayed, expired or for another agent', async () => {
    const t = agent()
    await t.diagnostics.handle(signed(order({ seq: 1000 })))
    expect(t.executions()).toBe(1)
    const genuine = signed(order({ seq: 1001, id: 'command-1001', nonce: 'd'.repeat(32) }))
    const attack = fc.oneof(
      // mutated: one byte of a genuine, unused command
      fc
        .tuple(fc.nat(genuine.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, flip]) => {
          const copy = Buffer.from(genuine)
          copy[at] = (copy[at] as number) ^ flip
          return copy
        })
        // A flip that only changes the JSON around the signed text (a space, say) is still the genuine command.
        .filter((bytes) => !stillGenuine(bytes, genuine)),
      // truncated, extended, spliced
      fc.tuple(fc.nat(genuine.length - 1)).map(([at]) => genuine.subarray(0, at)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      // forged: a well-formed order signed by somebody else
      fc.record({ seq: fc.integer({ min: 1, max: 1e6 }) }).map((c) => signed(order(c), other.privateKey)),
      // the signature of one order under another
      fc.integer({ min: 1002, max: 1e6 }).map((seq) => {
        const donor = JSON.parse(genuine.toString()) as { version: number; signature: string }
        return Buffer.from(JSON.stringify({ ...donor, order: canonicalJson(order({ seq })) }))
      }),
      // replayed, also under a new id or a new nonce, and reordered
      fc.constant(signed(order({ seq: 1000 }))),
      fc.integer({ min: 2000, max: 1e6 }).map((seq) => signed(order({ seq, id: 'command-again' }))),
      fc.integer({ min: 1, max: 999 }).map((seq) => signed(fresh(seq, {}))),
      // authentic, and not to run
      fc.integer({ min: 0, max: 1e9 }).map((ago) => signed(fresh(1000, { expires: NOW - ago, notBefore: 0 }))),
      fc.constantFrom('agent-other-one', 'AGENT-UNDER-TEST').map((id) => signed(fresh(1e6, { agent: id }))),
      // not canonical, although properly signed
      fc.constant(signedText(JSON.stringify(fresh(1e6, {}), null, 1))),
      fc.constant(signedText(`{"action":"ping",${canonicalJson(fresh(1e6, {})).slice(1)}`)),
    )
    await fc.assert(
      fc.asyncProperty(attack, async (payload) => {
        await t.diagnostics.handle(payload)
        expect(t.executions()).toBe(1)
      }),
      { numRuns: 3000 },
    )
    const perCommand = Map.groupBy(t.journal.results, (r) => r.command)
    expect([...perCommand.values()].every((results) => results.length === 1)).toBe(true)
  })
})

let unique = 0
function fresh(seq: number, change: Partial<Order>): Order {
  unique++
  return order({ seq, id: `command-fresh-${unique}`, nonce: `f${String(unique).padStart(31, '0')}`, ...change })
}

function stillGenuine(bytes: Buffer, genuine: Buffer): boolean {
  try {
    const a = JSON.parse(bytes.toString()) as { order: string; signature: string; version: number }
    const b = JSON.parse(genuine.toString()) as { order: string; signature: string; version: number }
    return a.order === b.order && a.signature === b.signature && a.version === b.version
  } catch {
    return false
  }
}

function order(change: Partial<Order> = {}): Order {
  return {
    id: 'command-0001',
    agent: AGENT,
    seq: 1,
    nonce: 'a'.repeat(32),
    action: 'ping',
    target: 'sw-1',
    arguments: {},
    notBefore: NOW - 60_000,
    expires: NOW + 300_000,
    operator: 'noc-1',
    incident: null,
    approval: null,
    ...change,
  }
}

function signed(o: Order, key: KeyObject = own.privateKey): Buffer {
  return signedText(canonicalJson(o), key)
}

function signedText(text: string, key: KeyObject = own.privateKey): Buffer {
  const signature = sign(null, Buffer.from(text), key).toString('base64')
  return Buffer.from(JSON.stringify({ version: 1, order: text, signature }))
}

function spki(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('base64')
}

interface Fakes extends Partial<Omit<DiagnosticsOptions, 'journal'>> {
  journal?: ReturnType<typeof createMemoryJournal>
  ping?: (signal: AbortSignal) => Promise<never>
  snmp?: SnmpClient
}

function agent({ journal = createMemoryJournal(), ping, snmp, ...change }: Fakes = {}) {
  let executions = 0
  const audit: ResultRecord[] = []
  const diagnostics = createDiagnostics({
    agentId: AGENT,
    commandKey: spki(own.publicKey),
    device: (id) => (id === device.id ? device : undefined),
    policy: DiagnosticsPolicy.parse({}),
    journal,
    emitResult: async (record) => void audit.push(record),
    clock: { now: () => NOW, doubtMs: () => 0 },
    log: pino({ level: 'silent' }),
    runners: {
      pinger: {
        ping: async (_address, { count }, signal) => {
          executions++
          if (ping) return await ping(signal)
          return { by: 'fping', sent: count, rttsMs: [1, 3] }
        },
      },
      snmp: () => snmp,
      pollNow: async () => [],
    },
    site: {
      sweep: async () => Promise.reject(new Error('no sweep')),
      'sweep-stop': async () => ({ stopped: true }),
      'device-test': async () => ({ verdict: 'silent', steps: [] }),
    },
    ...change,
  })
  return { diagnostics, journal, audit, executions: () => executions }
}
