import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson, Order, type SignedCommand } from '#shared/wire/command.ts'
import { until } from '#test/support/until.ts'
import { type ChangeSet, emptyChangeSet } from '../storage/change-set.ts'
import { type Database, openDatabase } from '../storage/sqlite/database.ts'
import { createEvidenceStore } from '../storage/sqlite/evidence-store.ts'
import { commandKeyOf, openCommandKey } from './command-key.ts'
import { createDiagnostics } from './diagnostics.ts'
import type { DiagnosticRequest } from './request.ts'

const MINUTE = 60_000
const START = 1_800_000_000_000
const key = commandKeyOf(generateKeyPairSync('ed25519').privateKey)
const request = (id: string, more: Partial<DiagnosticRequest> = {}): DiagnosticRequest => ({
  id,
  agent: 'agent-one',
  device: 'hq.sw1',
  action: 'tcp',
  arguments: { port: 22 },
  incident: 'i1',
  requestedBy: 'ann',
  requestedAt: START,
  expires: START + 2 * MINUTE,
  ...more,
})
const result = (command: string, state: 'done' | 'failed' = 'done') => ({
  ...{ command, state, at: START + 1000, result: { ok: true }, error: null },
})

let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-diagnostics-'))
  db = await openDatabase(join(dir, 'collector.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

async function setUp(time: { now: number; online: boolean }) {
  const store = createEvidenceStore(db)
  const sent: SignedCommand[] = []
  const diagnostics = createDiagnostics({
    outbox: store,
    key,
    send: (_agent, command) => {
      sent.push(command)
      return true
    },
    isOnline: () => time.online,
    now: () => time.now,
    log: pino({ level: 'silent' }),
  })
  await diagnostics.reload()
  const turn = (fill: (changes: ChangeSet) => void = () => undefined) => {
    const changes = emptyChangeSet()
    fill(changes)
    diagnostics.complete(changes, time.now)
    db.transaction(() => store.write(changes, time.now))
    diagnostics.committed(changes)
    return changes
  }
  const order = (n: number) => JSON.parse((sent[n] as SignedCommand).order) as Order
  const state = (id: string) =>
    (db.prepare('select state from evidence where command = ?').get(id) as { state: string }).state
  return { diagnostics, sent, turn, order, state }
}

describe('diagnostics', () => {
  it('signs what the agent can check, with rising numbers', async () => {
    const t = await setUp({ now: START, online: true })
    t.turn((c) => c.diagnostics.push(request('command-1'), request('command-2')))
    t.diagnostics.kick()
    await until(() => t.sent.length === 2)
    const spki = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), type: 'spki', format: 'der' })
    for (const c of t.sent) {
      expect(verify(null, Buffer.from(c.order), spki, Buffer.from(c.signature, 'base64'))).toBe(true)
      expect(canonicalJson(Order.parse(JSON.parse(c.order)))).toBe(c.order)
    }
    expect(t.order(0)).toMatchObject({ id: 'command-1', target: 'sw1', operator: 'ann', incident: 'i1' })
    expect(t.order(1).seq).toBe(t.order(0).seq + 1)
    // never below the clock, so that a restored backup does not use numbers again
    expect(t.order(0).seq).toBe(START / 1000)
  })

  it('waits for the agent, and after a restart sends the very same command', async () => {
    const time = { now: START, online: false }
    const t = await setUp(time)
    t.turn((c) => c.diagnostics.push(request('command-1')))
    t.diagnostics.kick()
    await t.diagnostics.stop()
    expect(t.sent).toEqual([])
    time.online = true
    const second = await setUp(time)
    second.diagnostics.kick()
    await until(() => second.sent.length === 1)
    const third = await setUp(time)
    third.diagnostics.kick()
    await until(() => third.sent.length === 1)
    expect(third.sent[0]).toEqual(second.sent[0])
  })

  it('gives each command one final state, whatever comes after', async () => {
    const t = await setUp({ now: START, online: true })
    t.turn((c) => c.diagnostics.push(request('command-1')))
    const first = t.turn((c) => c.diagnosticResults.push(result('command-1'), result('command-1', 'failed')))
    expect(first.diagnosticResults).toHaveLength(1)
    expect(first.timeline.map((e) => [e.kind, e.incident, e.data.state])).toEqual([['diagnostic-result', 'i1', 'done']])
    const second = t.turn((c) => c.diagnosticResults.push(result('command-1', 'failed'), result('never-asked')))
    expect(second.diagnosticResults).toEqual([])
    expect(t.state('command-1')).toBe('done')
    expect(t.diagnostics.counts()).toMatchObject({ pending: 0, late: 3 })
  })

  it('expires what was never sent at its end, and what was sent only when no result can be on its way', async () => {
    const time = { now: START, online: true }
    const t = await setUp(time)
    t.turn((c) => c.diagnostics.push(request('command-1')))
    t.diagnostics.kick()
    await until(() => t.sent.length === 1)
    time.online = false
    t.turn((c) => c.diagnostics.push(request('command-2', { agent: 'agent-two' })))
    time.now = START + 2 * MINUTE
    expect(t.turn().diagnosticResults.map((r) => r.command)).toEqual(['command-2'])
    time.now = START + 16 * MINUTE
    expect(t.turn().diagnosticResults).toEqual([])
    time.now = START + 17 * MINUTE
    expect(t.turn().diagnosticResults.map((r) => [r.command, r.state])).toEqual([['command-1', 'expired']])
    time.now = START + 18 * MINUTE
    expect(t.turn().diagnosticResults).toEqual([])
    expect([t.state('command-1'), t.state('command-2')]).toEqual(['expired', 'expired'])
  })

  it('bounds what waits for one agent', async () => {
    const t = await setUp({ now: START, online: false })
    t.turn((c) => {
      for (let i = 0; i < 50; i++) c.diagnostics.push(request(`command-${i}`))
    })
    expect(t.diagnostics.refusal('agent-one')).toContain('50')
    expect(t.diagnostics.refusal('agent-two')).toBeUndefined()
  })
})

describe('command key', () => {
  it('is made once, readable by its user alone', () => {
    const file = join(dir, 'command-key.pem')
    const { publicKey } = openCommandKey(file)
    expect(openCommandKey(file).publicKey).toBe(publicKey)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})
