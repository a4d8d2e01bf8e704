// Records a transcript of this version: node test/support/record-wire.ts. A real uplink and a real collector talk over a
// real broker; every payload is written as it was on the wire, with what it means as today's decoder reads it. Transcripts
// of released versions are never written again.
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson } from '#shared/wire/command.ts'
import { parseTopic } from '#shared/wire/topics.ts'
import { startMqttProxy, topicOf } from './mqtt-proxy.ts'
import { startSiteAgent } from './site-agent.ts'
import { startSmallCollector } from './small-collector.ts'
import { until } from './until.ts'
import { type Message, meaningOf } from './wire-meaning.ts'

const root = join(import.meta.dirname, '..', '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const folder = join(root, 'test/fixtures/wire', version.split('.').slice(0, 2).join('.'))
const file = join(folder, 'transcript.json')
if (existsSync(file) && !process.argv.includes('--again')) {
  console.error(`${file} is there already; --again replaces it (never for a released version)`)
  process.exit(1)
}

const dir = mkdtempSync(join(tmpdir(), 'outrider-record-'))
const messages: Message[] = []
let collector = await startSmallCollector({ dir: join(dir, 'first'), broker: { port: 0 } })
const proxy = await startMqttProxy(collector.port, (frame) => {
  const topic = topicOf(frame)
  const parsed = parseTopic(topic)
  if (parsed) messages.push({ topic, base64: payloadOf(frame.bytes, topic).toString('base64') })
  return false
})
const agent = await startSiteAgent({ dir, brokerPort: proxy.port, id: 'agent-recorded', retainMs: 0 })
const { outbox } = agent
const at = 1_790_000_000_000
outbox.event({ kind: 'agent', at, device: null, code: 'started', message: 'a transcript — 记录' })
const inventory = { kind: 'inventory', at, device: null } as const
const listed = { device: 'core-1', name: 'Core', address: '192.0.2.1', interval: 60, tags: { rack: 'A1' }, parents: [] }
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
await until(() => agent.delivered() && outbox.state().lanes.telemetry.newest === 12)

const order = canonicalJson({
  ...{ id: 'command-0001', agent: 'agent-recorded', seq: 1, nonce: '0'.repeat(32), action: 'ping', target: 'core-1' },
  ...{
    arguments: { count: 3 },
    notBefore: at,
    expires: at + 60_000,
    operator: 'alice',
    incident: 'INC-1',
    approval: null,
  },
})
const { privateKey } = generateKeyPairSync('ed25519')
const signature = sign(null, Buffer.from(order), privateKey).toString('base64')
await collector.command('agent-recorded', { version: 1, order, signature })
await until(() => messages.some((m) => m.topic.endsWith('/down/command')))

// The agent forgets what was acknowledged, the collector loses everything: gaps, sendSeries, up/series.
await until(() => outbox.state().lanes.telemetry.oldest === 0, { timeoutMs: 15_000 })
await collector.stop()
for (const n of numbers) outbox.sample(n, at + 60_000, 9)
await until(() => outbox.state().lanes.telemetry.newest === 16)
const { port } = collector
collector = await startSmallCollector({ dir: join(dir, 'second'), broker: { port } })
await until(() => agent.delivered() && messages.some((m) => m.topic.endsWith('/up/series')), { timeoutMs: 30_000 })
await agent.stop()
await proxy.stop()
await collector.stop()
rmSync(dir, { recursive: true, force: true })

mkdirSync(folder, { recursive: true })
const recorded = messages.map((message) => ({ ...message, means: meaningOf(message) }))
writeFileSync(file, `${JSON.stringify({ version, messages: recorded }, null, 1)}\n`)
console.log(`${recorded.length} messages in ${file}`)

function payloadOf(frame: Buffer, topic: string): Buffer {
  const qos = ((frame[0] as number) >> 1) & 3
  let at = 1
  while (((frame[at++] as number) & 0x80) !== 0);
  return frame.subarray(at + 2 + Buffer.byteLength(topic) + (qos > 0 ? 2 : 0))
}
