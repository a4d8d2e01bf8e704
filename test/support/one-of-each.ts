// One record of every kind, on every lane, with the values that are hard to carry.
import type { Outbox } from '#agent/outbox/outbox.ts'

/** The same time in all of them, ms. */
export const RECORDED_AT = 1_790_000_000_000

/** Puts 8 events, 12 samples of 4 series and 2 results; resolves with the numbers of the series. */
export async function putOneOfEach(outbox: Outbox): Promise<number[]> {
  const at = RECORDED_AT
  outbox.event({ kind: 'agent', at, device: null, code: 'started', message: 'a transcript — 记录' })
  const inventory = { kind: 'inventory', at, device: null } as const
  const listed = {
    device: 'core-1',
    name: 'Core',
    address: '192.0.2.1',
    interval: 60,
    tags: { rack: 'A1' },
    parents: [],
  }
  outbox.event({ ...inventory, devices: [listed], complete: true })
  outbox.event({ ...inventory, devices: [listed], complete: false, range: { after: null, upTo: 'core-1' } })
  const trap = {
    kind: 'trap',
    at,
    device: 'core-1',
    source: '192.0.2.1',
    version: 'v2c',
    user: '',
    uptime: 4711,
  } as const
  const varbinds = [
    { oid: '1.3.6.1.2.1.2.2.1.1.3', type: 'Integer', value: 3 },
    { oid: '1.3.6.1.2.1.31.1.1.1.6.3', type: 'Counter64', value: '18446744073709551615' },
    { oid: '1.3.6.1.2.1.2.2.1.2.3', type: 'OctetString', value: 'ge0/3' },
  ]
  outbox.event({ ...trap, confirmed: true, trapOid: '1.3.6.1.6.3.1.1.5.3', varbinds })
  outbox.event({ kind: 'trap-raw', at, device: null, source: '192.0.2.9', reason: 'not BER', base64: 'AAEC' })
  const log = { kind: 'log', at, device: 'core-1', source: '192.0.2.1', transport: 'udp', format: 'cisco' } as const
  outbox.event({
    ...log,
    facility: 23,
    severity: 3,
    host: 'core-1',
    mnemonic: 'LINK-3-UPDOWN',
    message: 'Interface down',
  })
  const check = { kind: 'check', at, device: 'core-1', input: 'icmp', resource: '' } as const
  outbox.event({ ...check, outcome: 'timeout', before: 'ok', detail: 'no answer' })
  const storm = { kind: 'storm', at, device: 'core-1', source: '192.0.2.1', what: 'trap', key: '' } as const
  outbox.event({ ...storm, count: 900, firstAt: at, lastAt: at + 1_000, example: 'x' })
  const numbers = (['gauge', 'counter32', 'counter64', 'state'] as const).map((kind) => {
    const more = kind === 'state' ? { states: { 1: 'up', 2: 'down' }, tags: { alias: 'uplink' } } : {}
    return outbox.series({ device: 'core-1', metric: `metric.${kind}`, resource: 'if:ge0/3', unit: '1', kind, ...more })
  })
  for (const n of numbers) for (let i = 0; i < 3; i++) outbox.sample(n, at + i * 1_000, n === 1 ? 1.5 * i : i + 1)
  await outbox.appendResult({ kind: 'audit', at, what: 'policy', detail: { allowed: ['ping'] } })
  const result = { kind: 'command-result', command: 'command-0001', action: 'ping', target: 'core-1', at } as const
  await outbox.appendResult({ ...result, state: 'done', durationMs: 12, result: { sent: 3 }, error: null })
  return numbers
}
