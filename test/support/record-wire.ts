// Records a transcript of this version: node test/support/record-wire.ts. A real uplink and a real collector talk over a
// real broker; every payload is written as it was on the wire, with what it means as today's decoder reads it. Transcripts
// of released versions are never written again.
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson } from '#shared/wire/command.ts'
import { configStatement } from '#shared/wire/site-config.ts'
import { parseTopic } from '#shared/wire/topics.ts'
import { startMqttProxy, topicOf } from './mqtt-proxy.ts'
import { putOneOfEach, RECORDED_AT } from './one-of-each.ts'
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
const at = RECORDED_AT
const numbers = await putOneOfEach(outbox)
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

// A certificate renewed and a configuration in two pieces: what both sides say.
const id = 'agent-recorded'
const pem = (what: string) => `-----BEGIN ${what}-----\n${'QUJD'.repeat(20)}\n-----END ${what}-----\n`
const seen = (channel: string) => until(() => messages.some((m) => m.topic.endsWith(channel)))
agent.uplink.publish('identity', JSON.stringify({ version: 1, agent: id, csr: pem('CERTIFICATE REQUEST') }))
await seen('/up/identity')
const [certificate, ca] = [pem('CERTIFICATE'), pem('CERTIFICATE')]
await collector.link.publish(id, 'identity', { version: 1, kind: 'certificate', certificate, ca })
await collector.link.publish(id, 'identity', { version: 1, kind: 'refused', reason: 'revoked — 已吊销' })
const sha256 = 'ab'.repeat(32)
const signed = sign(null, Buffer.from(configStatement(id, 3, sha256)), privateKey).toString('base64')
for (const part of [0, 1]) {
  const piece = { version: 1, configVersion: 3, part, parts: 2, sha256, signature: signed, data: 'QUJDRA==' }
  await collector.link.publish(id, 'config', piece)
}
await seen('/down/config')
const problems = [{ device: 'core-1', path: 'devices.0.snmp', message: 'no such credentials — 无此凭据' }]
const report = { version: 1, agent: id, configVersion: 3, state: 'partly', problems, more: 0, at }
agent.uplink.publish('config', JSON.stringify(report))
await seen('/up/config')

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
