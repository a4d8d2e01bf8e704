// A process of its own that plays several agents: keeps the collector's window full of telemetry batches of 500 samples
// with live values and counts what the collector acknowledges. Arguments: broker URL, agents (comma separated),
// password, series per agent, seconds, seed. Prints JSON lines: {acked, seconds, bytes, samples} at the end.
import { randomUUID } from 'node:crypto'
import mqtt from 'mqtt'
import type { Sample, SeriesDefinition } from '#shared/domain/sample.ts'
import { Ack } from '#shared/wire/ack.ts'
import { type BatchHeader, bodyHash, encodeBatch, packBody } from '#shared/wire/batch.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import { encodeSamples } from '#shared/wire/sample-columns.ts'
import { allDown, upTopic } from '#shared/wire/topics.ts'

const PER_BATCH = 500
const WINDOW = 16

const [url, agentList, password, seriesText, secondsText, seedText] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const seriesPerAgent = Number(seriesText)
const runMs = Number(secondsText) * 1000
let state = Number(seedText) * 7919 + 1
const random = () => {
  state = (state * 48271) % 2147483647
  return state / 2147483647
}

const totals = { acked: 0, bytes: 0, samples: 0 }
const started = performance.now()
const boot = randomUUID()
await Promise.all(agentList.split(',').map(play))
console.log(JSON.stringify({ ...totals, seconds: (performance.now() - started) / 1000 }))
process.exit(0)

async function play(agent: string): Promise<void> {
  const client = await mqtt.connectAsync(url, {
    clientId: agent,
    username: agent,
    password,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
  })
  const epoch = randomUUID()
  const values = Float64Array.from({ length: seriesPerAgent }, () => Math.floor(random() * 1e9))
  let seq = 1
  let acked = 0
  let cursor = 0
  let at = Date.now()
  let defined = 0
  let ready = false
  const done = new Promise<void>((resolve) => {
    const pump = () => {
      const over = performance.now() - started > runMs
      if (over && acked >= seq - 1) return resolve()
      while (ready && !over && seq - 1 - acked < WINDOW * PER_BATCH) sendOne()
    }
    client.on('message', (topic, payload) => {
      if (!topic.endsWith('/ack')) return
      const ack = Ack.parse(JSON.parse(payload.toString()))
      if (ack.refused) throw new Error(`refused: ${ack.refused}`)
      const now = ack.committed.telemetry ?? 0
      totals.acked += Math.max(0, now - acked)
      acked = Math.max(acked, now)
      ready = true
      pump()
    })
  })
  const sendOne = () => {
    const samples: Sample[] = []
    const definitions: SeriesDefinition[] = []
    for (let i = 0; i < PER_BATCH; i++) {
      if (cursor >= defined) {
        definitions.push(definitionOf(agent, cursor))
        defined++
      }
      const kind = cursor % 8
      // two thirds counters, the rest gauges and states, as one poll of interfaces gives
      values[cursor] =
        kind < 5 ? (values[cursor] as number) + Math.floor(random() * 1e6) : kind < 7 ? Math.floor(random() * 100) : 1
      samples.push({ n: cursor, at, value: values[cursor] as number })
      if (++cursor === seriesPerAgent) {
        cursor = 0
        at += 1000
      }
    }
    const body = packBody(encodeSamples(definitions, samples))
    const clock = { boot, mono: performance.now(), wall: Date.now() }
    const header: BatchHeader = {
      agent,
      epoch,
      lane: 'telemetry',
      first: seq,
      count: PER_BATCH,
      hash: bodyHash(body),
      committed: clock,
      sent: clock,
    }
    const payload = encodeBatch({ header, body })
    seq += PER_BATCH
    totals.samples += PER_BATCH
    totals.bytes += payload.length
    client.publish(upTopic(agent, 'telemetry'), payload, { qos: 1 })
  }
  await client.subscribeAsync(allDown(agent), { qos: 1 })
  const hello = () =>
    client.publish(
      upTopic(agent, 'hello'),
      JSON.stringify({
        version: WIRE_VERSION,
        agent,
        epoch,
        program: 'bench',
        host: 'bench',
        boot,
        mono: performance.now(),
        wall: Date.now(),
        startedAt: Date.now(),
        lanes: {
          event: { oldest: 0, newest: 0, waiting: 0 },
          telemetry: { oldest: 1, newest: seq - 1, waiting: 0 },
          result: { oldest: 0, newest: 0, waiting: 0 },
        },
        dropped: {},
        commandKey: '',
      }),
      { qos: 1 },
    )
  hello()
  const heartbeat = setInterval(hello, 5000)
  await done
  clearInterval(heartbeat)
  await client.endAsync()
}

function definitionOf(agent: string, n: number): SeriesDefinition {
  const kind = n % 8
  const port = Math.floor(n / 8) % 48
  const device = `switch-${Math.floor(n / 384)}`
  const metrics = [
    'if.in.octets',
    'if.out.octets',
    'if.in.packets',
    'if.out.packets',
    'if.in.errors',
    'cpu.load',
    'memory.used',
    'if.oper-status',
  ] as const
  const base = {
    n,
    device,
    metric: metrics[kind] as string,
    resource: `if:Gi0/${port}`,
    unit: '',
    tags: { ifIndex: String(port), agent },
  }
  if (kind === 7) return { ...base, kind: 'state', states: { '1': 'up', '2': 'down' } }
  return { ...base, kind: kind < 5 ? 'counter64' : 'gauge' }
}
