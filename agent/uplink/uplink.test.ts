import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '#shared/time/clock.ts'
import type { Ack } from '#shared/wire/ack.ts'
import { type Batch, decodeBatch } from '#shared/wire/batch.ts'
import { Hello } from '#shared/wire/hello.ts'
import { MAX_BATCHES_IN_FLIGHT } from '#shared/wire/limits.ts'
import { unpackBody } from '#shared/wire/packing.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import { decodeSeriesPart, type SeriesPart } from '#shared/wire/series-parts.ts'
import { downTopic, type Lane, parseTopic } from '#shared/wire/topics.ts'
import { createMemoryOutbox, type MemoryOutbox } from '#test/support/memory-outbox.ts'
import { until } from '#test/support/until.ts'
import { createUplink, type Uplink } from './uplink.ts'

const AGENT = 'agent-test-01'

/** A broker and a collector that keeps what it was sent and acks as told. */
async function createFarSide() {
  const broker = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0
  const hellos: Hello[] = []
  const batches: Batch[] = []
  const series: SeriesPart[] = []
  const committed: Record<Lane, number> = { event: 0, telemetry: 0, result: 0 }
  const far = {
    hellos,
    batches,
    series,
    committed,
    answerHello: true,
    answerBatches: true,
    refused: undefined as string | undefined,
    url: () => `mqtt://127.0.0.1:${port}`,
    ack(resume: boolean, extra: Partial<Ack> = {}) {
      const ack: Ack = {
        version: 1,
        epoch: hellos.at(-1)?.epoch ?? '',
        committed,
        resume,
        redefine: false,
        wall: 5_000,
        ...extra,
      }
      if (far.refused !== undefined) ack.refused = far.refused
      far.send('ack', JSON.stringify(ack))
    },
    send(channel: 'ack' | 'command', payload: string) {
      const packet = {
        cmd: 'publish',
        topic: downTopic(AGENT, channel),
        payload,
        qos: 1,
        retain: false,
        dup: false,
      } as const
      broker.publish({ ...packet }, () => undefined)
    },
    async listen() {
      server = createServer((socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        broker.handle(socket)
      })
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
      port = (server.address() as AddressInfo).port
    },
    async cut() {
      const closed = new Promise((resolve) => server?.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    seqs: (lane: Lane) => batches.filter((b) => b.header.lane === lane).map((b) => b.header.first),
  }
  broker.on('publish', (packet, client) => {
    const topic = parseTopic(packet.topic)
    if (client === null || topic?.direction !== 'up') return
    if (topic.channel === 'hello') {
      hellos.push(Hello.parse(JSON.parse(packet.payload.toString())))
      if (far.answerHello) far.ack(true)
      return
    }
    if (topic.channel === 'series') {
      series.push(decodeSeriesPart(packet.payload as Buffer) as SeriesPart)
      return
    }
    const decoded = decodeBatch(packet.payload as Buffer)
    if (!decoded.ok) throw new Error(decoded.reason)
    const { header } = decoded.batch
    batches.push(decoded.batch)
    if (!far.answerBatches) return
    if (header.first === committed[header.lane] + 1) committed[header.lane] += header.count
    far.ack(false)
  })
  await far.listen()
  return { ...far, far, close: () => far.cut().then(() => broker.close()) }
}

describe('uplink', () => {
  let side: Awaited<ReturnType<typeof createFarSide>>
  let outbox: MemoryOutbox
  let uplink: Uplink
  let skip = 0
  const commands: string[] = []
  const clock: Clock = { boot: 'test', wall: () => 12_000, mono: () => performance.now() + skip }
  const put = (n: number) => {
    for (let i = 0; i < n; i++) outbox.eventLine(`{"kind":"agent","at":1,"device":null,"code":"t","message":"${i}"}`)
  }
  const start = () => {
    uplink = createUplink({
      connection: () => ({ url: side.url(), username: AGENT, password: 'secret' }),
      agentId: AGENT,
      outbox,
      about: { program: 'test/1', host: 'here', startedAt: 1, commandKey: '' },
      dropped: () => ({ 'quota:event': 2 }),
      onCommand: (payload) => commands.push(Buffer.from(payload).toString()),
      clock,
      log: pino({ level: 'silent' }),
      random: () => 0.05,
    })
    uplink.start()
  }

  beforeEach(async () => {
    side = await createFarSide()
    outbox = createMemoryOutbox()
    skip = 0
    commands.length = 0
  })
  afterEach(async () => {
    await uplink.stop()
    await side.close()
  })

  it('says hello, waits for the resume, delivers in order and deletes on acks', async () => {
    put(100)
    start()
    await until(() => outbox.state().lanes.event.acknowledged === 100)
    expect(side.hellos[0]).toMatchObject({ agent: AGENT, epoch: 'memory-1', dropped: { 'quota:event': 2 } })
    expect(side.hellos[0]?.lanes.event).toEqual({ oldest: 1, newest: 100, waiting: 100 })
    expect(side.seqs('event')).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(uplink.facts()).toMatchObject({ connected: true, clockOffsetMs: 7_000, inFlight: { event: 0 } })
    put(1)
    await until(() => outbox.state().lanes.event.acknowledged === 101)
  })

  it('sends nothing before the collector has answered', async () => {
    side.far.answerHello = false
    put(3)
    start()
    await until(() => side.hellos.length === 1)
    expect(side.batches).toEqual([])
    side.far.ack(true)
    await until(() => outbox.state().lanes.event.acknowledged === 3)
  })

  it('keeps to its window, lets results overtake and leaves telemetry a share', async () => {
    side.far.answerBatches = false
    put(200)
    const n = outbox.series({ device: 'd', metric: 'm', resource: '', unit: '', kind: 'gauge' })
    for (let i = 0; i < 100; i++) outbox.sample(n, i, i)
    start()
    await until(() => side.batches.length >= MAX_BATCHES_IN_FLIGHT - 4)
    await outbox.appendResult({ kind: 'audit', at: 1, what: 'x', detail: {} })
    await until(() => side.seqs('result').length === 1)
    const { event, telemetry, result } = uplink.facts().inFlight
    expect(event + telemetry + result).toBeLessThanOrEqual(MAX_BATCHES_IN_FLIGHT)
    side.far.answerBatches = true
    Object.assign(side.committed, { event, telemetry, result })
    side.far.ack(false)
    await until(() => outbox.state().lanes.telemetry.acknowledged === 100)
    await until(() => outbox.state().lanes.event.acknowledged === 200)
  })

  it('sends again what was not acked, after a cut and after a silence', async () => {
    side.far.answerBatches = false
    put(5)
    start()
    await until(() => side.seqs('event').length === 5)
    await side.cut()
    await until(() => !uplink.facts().connected)
    put(5)
    const sent = uplink.facts().batchesSent
    await side.far.listen()
    await until(() => side.seqs('event').length === 15)
    expect(sent).toBe(5)
    expect(side.seqs('event').slice(5)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    side.far.answerBatches = true
    skip = 31_000
    await until(() => outbox.state().lanes.event.acknowledged === 10)
    expect(uplink.facts().resends).toBeGreaterThan(0)
  })

  it('sends nothing into a silence, and goes on when the collector speaks again', async () => {
    side.far.answerBatches = false
    put(5)
    start()
    await until(() => side.seqs('event').length === 5)
    side.far.answerHello = false
    for (const later of [31_000, 62_000]) {
      skip = later
      const hellos = side.hellos.length
      await until(() => !uplink.facts().streaming && side.hellos.length > hellos)
    }
    expect(side.seqs('event')).toEqual([1, 2, 3, 4, 5])
    side.far.answerBatches = true
    side.far.ack(true)
    await until(() => outbox.state().lanes.event.acknowledged === 5)
  })

  it('goes back for a collector that was restored', async () => {
    put(10)
    start()
    await until(() => outbox.state().lanes.event.acknowledged === 10)
    side.committed.event = 4
    side.far.ack(true)
    await until(() => side.committed.event === 10)
    expect(side.seqs('event').slice(10)).toEqual([5, 6, 7, 8, 9, 10])
  })

  it('stops when it is refused and goes on when it is not', async () => {
    side.far.refused = 'cloned'
    put(3)
    start()
    await until(() => uplink.facts().refused === 'cloned')
    put(3)
    expect(side.batches).toEqual([])
    side.far.refused = undefined
    side.far.ack(true)
    await until(() => outbox.state().lanes.event.acknowledged === 6)
  })

  it('sends nothing from an outbox that is an older copy', async () => {
    side.committed.event = 50
    put(3)
    start()
    await until(() => uplink.facts().refused !== null)
    expect(uplink.facts().refused).toContain('has 50 of event, this outbox only 3')
    expect(side.batches).toEqual([])
    expect(outbox.state().lanes.event.acknowledged).toBe(0)
  })

  it('begins the new stream after the outbox was lost', async () => {
    put(4)
    start()
    await until(() => outbox.state().lanes.event.acknowledged === 4)
    Object.assign(side.committed, { event: 0 })
    outbox.lose()
    put(2)
    await until(() => outbox.state().lanes.event.acknowledged === 2)
    expect(side.hellos.at(-1)?.epoch).toBe('memory-1-2')
    expect(side.batches.at(-1)?.header.epoch).toBe('memory-1-2')
  })

  it('sends all definitions beside the stream when batches wait for them, each time it is asked', async () => {
    const number = (metric: string) => outbox.series({ device: 'd', metric, resource: '', unit: '', kind: 'gauge' })
    for (const metric of ['a', 'b']) outbox.sample(number(metric), 1, 1)
    start()
    await until(() => outbox.state().lanes.telemetry.acknowledged === 2)
    const sent = side.batches.length
    side.far.ack(false, { redefine: true, sendSeries: true })
    await until(() => side.series.length === 1)
    expect(side.series[0]).toMatchObject({ agent: AGENT, epoch: 'memory-1', part: 1, last: true, highest: 2 })
    expect(side.series[0]?.definitions.map((d) => d.metric)).toEqual(['a', 'b'])
    side.far.ack(false, { redefine: true, sendSeries: true })
    await until(() => side.series.length === 2)
    expect(side.batches.length).toBe(sent)
    outbox.sample(number('a'), 2, 2)
    await until(() => outbox.state().lanes.telemetry.acknowledged === 3)
    expect(decodeSamples(unpackBody((side.batches.at(-1) as Batch).body), 1).definitions).toEqual([])
  })

  it('hands over commands, redefines when asked and ignores what is not an ack', async () => {
    start()
    const n = outbox.series({ device: 'd', metric: 'm', resource: '', unit: '', kind: 'gauge' })
    outbox.sample(n, 1, 1)
    await until(() => outbox.state().lanes.telemetry.acknowledged === 1)
    side.far.send('command', 'order')
    side.far.send('ack', '{"version":')
    side.far.send(
      'ack',
      JSON.stringify({
        version: 1,
        epoch: 'another',
        committed: { telemetry: 99 },
        resume: true,
        redefine: false,
        wall: 1,
      }),
    )
    side.far.ack(false, { redefine: true })
    await until(() => commands.length === 1)
    outbox.sample(n, 2, 2)
    await until(() => outbox.state().lanes.telemetry.acknowledged === 2)
    const last = side.batches.at(-1) as Batch
    expect(decodeSamples(unpackBody(last.body), 1).definitions).toHaveLength(1)
    expect(commands).toEqual(['order'])
  })
})
