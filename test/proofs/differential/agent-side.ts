// The agent of the proof: its real outbox on disk and its real sender. Polls come from the simulated site, the connection
// from the proof; the few lines of the uplink that tie them together are said again here, without MQTT.
import { cpSync } from 'node:fs'
import type { Logger } from 'pino'
import { createOutbox, type Outbox } from '#agent/outbox/outbox.ts'
import { helloOf } from '#agent/uplink/hello-message.ts'
import { createSender } from '#agent/uplink/sender.ts'
import { createSeriesSender } from '#agent/uplink/series-sender.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { Ack } from '#shared/wire/ack.ts'
import { HEARTBEAT_SECONDS } from '#shared/wire/limits.ts'
import type { RecordChannel } from '#shared/wire/topics.ts'
import type { Ledger } from './ledger.ts'
import type { SimulatedSite } from './simulated-site.ts'

export interface AgentSide {
  readonly id: string
  /** Everything that is due at second `s` of the day. */
  second(s: number): void
  /** Events wait to be committed; samples may wait for others. */
  hasNews(): boolean
  /** Hands what was measured to the outbox and waits until it is on disk. */
  flush(): Promise<void>
  connected(): void
  disconnected(): void
  onAck(ack: Ack): void
  isHelloDue(): boolean
  /** Heartbeats and time-outs of the uplink. */
  beat(): void
  /** Nothing is being read for the sender. */
  isQuiet(): boolean
  /** As kill -9 and a start anew: only what is on disk goes on. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Records on disk that the collector has not acknowledged, and the bytes they take. */
  backlog(): { readonly records: number; readonly bytes: number }
}

const PING_S = 30
const POLL_S = 60

export function createAgentSide(options: {
  readonly id: string
  readonly dir: string
  readonly site: SimulatedSite
  /** Wall and monotonic ms as this machine sees them; monotonic begins anew with each start. */
  readonly wall: () => number
  readonly mono: () => number
  readonly ledger: Ledger
  /** False while there is no connection. */
  readonly publish: (channel: RecordChannel, payload: Buffer) => boolean
  readonly log: Logger
}): AgentSide {
  const { id, site, ledger, log } = options
  const due = site.devices.map((_, d) => ({ ping: (d * 7) % PING_S, poll: (d * 13) % POLL_S }))
  let dir = options.dir
  let starts = 0
  let samples: { n: number; at: number; value: number }[] = []
  let events: string[] = []
  let sentNext = 0
  let running: ReturnType<typeof run> | undefined

  function run(outbox: Outbox, clock: Clock) {
    let reads = 0
    let lastHello = Number.NEGATIVE_INFINITY
    const startedAt = clock.wall()
    const counted: Outbox = {
      ...outbox,
      async nextBatches(...asked) {
        reads++
        return outbox.nextBatches(...asked).finally(() => {
          reads--
        })
      },
    }
    const publish = options.publish
    const sender = createSender({ agentId: id, outbox: counted, clock, log, publish })
    const series = createSeriesSender({
      ...{ agentId: id, outbox, log },
      publish: async (payload) => publish('series', payload),
    })
    const about = { program: '0.0.0', host: 'proof', startedAt, commandKey: '' }
    const hello = () => {
      const parts = { agentId: id, about, clock, dropped: () => ({}), state: outbox.state() }
      if (publish('hello', Buffer.from(JSON.stringify(helloOf(parts))))) lastHello = clock.mono()
    }
    outbox.onCommitted(() => sender.pump())
    const numbers = site.devices.map((_, d) => site.series(d).map((s) => outbox.series(s)))
    return { outbox, clock, sender, series, numbers, hello, reads: () => reads, lastHello: () => lastHello }
  }

  const up = () => {
    if (!running) throw new Error('the agent is down')
    return running
  }

  async function start(): Promise<void> {
    const boot = `boot-${++starts}`
    const began = options.mono()
    const clock: Clock = { boot, wall: options.wall, mono: () => options.mono() - began }
    const onFatal = (error: Error) => {
      throw error
    }
    const outbox = createOutbox({ dir, limits: { sampleWaitMs: 0 }, clock, log, onFatal })
    await outbox.start()
    running = run(outbox, clock)
    const at = clock.wall()
    const tell = (event: Parameters<Outbox['event']>[0]) => events.push(ledger.event(event))
    tell({ kind: 'agent', at, device: null, code: 'started', message: 'started' })
    const devices = site.devices.map((device) => ({ device, name: device, address: '192.0.2.1', interval: POLL_S }))
    const half = Math.ceil(devices.length / 2)
    const cut = devices.map((d) => d.device).sort()[half - 1] as string
    for (const range of [
      { after: null, upTo: cut },
      { after: cut, upTo: null },
    ]) {
      const part = devices.filter(
        (d) => (range.after === null || d.device > range.after) && (range.upTo === null || d.device <= range.upTo),
      )
      tell({ kind: 'inventory', at, device: null, devices: part, complete: false, range })
    }
  }

  return {
    id,
    start,
    second(s) {
      const { numbers } = up()
      const at = options.wall()
      for (let d = 0; d < due.length; d++) {
        const { ping, poll } = due[d] as { ping: number; poll: number }
        const own = numbers[d] as number[]
        const take = (place: number, value: number) => {
          samples.push({ n: own[place] as number, at, value })
          ledger.sample(d, place, value)
        }
        if (s % PING_S === ping) site.ping(d, s, take)
        if (s % POLL_S === poll) site.poll(d, s, take)
      }
      for (; sentNext < site.sent.length && (site.sent[sentNext]?.at ?? 0) <= s; sentNext++)
        events.push(ledger.event((site.sent[sentNext] as SimulatedSite['sent'][number]).event(at)))
    },
    hasNews: () => events.length > 0,
    async flush() {
      const { outbox } = up()
      if (samples.length === 0 && events.length === 0) return
      for (const { n, at, value } of samples) outbox.sample(n, at, value)
      for (const line of events) outbox.eventLine(line)
      samples = []
      events = []
      while (outbox.state().memoryBytes > 0) await new Promise((resolve) => setImmediate(resolve))
      const { problem, dropped } = outbox.state()
      if (problem !== null || Object.keys(dropped).length > 0) throw new Error(`${problem} ${JSON.stringify(dropped)}`)
    },
    connected: () => up().hello(),
    disconnected() {
      up().sender.halt()
      up().series.halt()
    },
    onAck(ack) {
      const { outbox, sender, series } = up()
      if (ack.epoch !== outbox.state().epoch) return
      if (ack.sendSeries) void series.send()
      sender.onAck(ack)
    },
    isHelloDue: () => up().clock.mono() - up().lastHello() >= HEARTBEAT_SECONDS * 1000,
    beat() {
      if (this.isHelloDue()) up().hello()
      up().sender.checkTimeouts()
    },
    isQuiet: () => up().reads() === 0,
    async kill() {
      const { outbox, sender } = up()
      sender.halt()
      running = undefined
      const next = `${options.dir}-${starts + 1}`
      // what the disk holds at this moment, with its write-ahead log as it is
      cpSync(dir, next, { recursive: true })
      dir = next
      await outbox.stop()
    },
    async stop() {
      await running?.outbox.stop()
      running = undefined
    },
    backlog() {
      const { lanes } = up().outbox.state()
      const all = Object.values(lanes)
      const records = all.reduce((sum, l) => sum + l.newest - l.acknowledged, 0)
      return { records, bytes: all.reduce((sum, l) => sum + l.bytes, 0) }
    },
  }
}
