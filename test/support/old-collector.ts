// A collector of 0.1 as an agent meets it: its broker's rules and its answers, with the decoders it had then.
import { createServer, type Socket } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { LANES } from '#shared/wire/topics.ts'
import { Ack, Hello, meaningOf, parseTopic } from '../fixtures/wire/0.1/reader.ts'

interface Batch {
  readonly header: { readonly lane: string; readonly first: number; readonly count: number; readonly epoch: string }
  readonly records?: readonly unknown[]
  readonly values?: readonly number[]
}

export type OldCollector = Awaited<ReturnType<typeof startOldCollector>>

/** Listens on 127.0.0.1. What it cannot read it lists and never acknowledges. */
export async function startOldCollector() {
  const broker = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  const seen = {
    hellos: [] as Record<string, unknown>[],
    batches: [] as Batch[],
    unread: [] as string[],
    refused: [] as string[],
    connects: 0,
  }
  const committed: Record<string, number> = Object.fromEntries(LANES.map((lane) => [lane, 0]))
  let epoch = ''
  broker.on('client', () => seen.connects++)
  // 0.1 ended the connection of whoever wrote to a topic it did not know
  broker.authorizePublish = (client: Client | null, packet, done) => {
    const topic = parseTopic(packet.topic)
    if (client === null || (topic?.agent === client.id && topic.direction === 'up')) return done(null)
    seen.refused.push(packet.topic)
    done(new Error('publish-denied'))
  }
  const ack = (agent: string, resume: boolean) => {
    const message = { version: 1, epoch, committed: { ...committed }, resume, redefine: false, wall: Date.now() }
    const payload = Buffer.from(JSON.stringify(Ack.parse(message)))
    const packet = { cmd: 'publish', topic: `outrider/v1/a/${agent}/down/ack`, payload, qos: 0 } as const
    broker.publish({ ...packet, retain: false, dup: false }, () => undefined)
  }
  broker.on('publish', (packet, client) => {
    const topic = client === null ? undefined : parseTopic(packet.topic)
    if (topic === undefined || packet.payload.length === 0) return
    try {
      const means = meaningOf({ topic: packet.topic, base64: Buffer.from(packet.payload).toString('base64') })
      if (topic.channel === 'hello') {
        const hello = Hello.parse(means)
        seen.hellos.push(hello)
        epoch = hello.epoch
        return ack(topic.agent, true)
      }
      if (topic.channel === 'series') return
      const batch = means as Batch
      const { lane, first, count } = batch.header
      if (first > (committed[lane] as number) + 1) return
      if (first === (committed[lane] as number) + 1) seen.batches.push(batch)
      committed[lane] = Math.max(committed[lane] as number, first + count - 1)
      ack(topic.agent, false)
    } catch (error) {
      seen.unread.push(`${packet.topic}: ${(error as Error).message}`)
    }
  })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    broker.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ seen, committed, port: (server.address() as { port: number }).port },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await new Promise<void>((resolve) => broker.close(() => resolve()))
    },
  }
}
