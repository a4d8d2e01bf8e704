// A broker behind TLS that wants certificates, and a collector that commits and acks all. What it refuses, a test says.
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { Aedes } from 'aedes'
import type { HeldCertificate } from '#collector/authority/authority.ts'
import { decodeBatch } from '#shared/wire/batch.ts'
import { Hello } from '#shared/wire/hello.ts'
import { downTopic, parseTopic } from '#shared/wire/topics.ts'
import type { TestAuthority } from './test-authority.ts'

/** Listens on loopback for one agent. `tls`: settings of the server that replace the usual ones. */
export async function createTlsSide(
  agent: string,
  authority: TestAuthority,
  server: HeldCertificate,
  tls: object = {},
) {
  const broker = await Aedes.createBroker()
  const hellos: Hello[] = []
  const serials: string[] = []
  const withdrawn = new Set<string>()
  const events: number[] = []
  const identity: string[] = []
  let committed = 0
  const listener: Server = createServer(
    {
      cert: server.certificate,
      key: server.key,
      ca: authority.ca,
      requestCert: true,
      rejectUnauthorized: true,
      ...tls,
    },
    (socket: TLSSocket) => {
      const { serialNumber } = socket.getPeerCertificate()
      serials.push(serialNumber)
      if (withdrawn.has(serialNumber)) return socket.destroy()
      broker.handle(socket)
    },
  )
  listener.on('tlsClientError', () => undefined)
  broker.on('publish', (packet, client) => {
    const topic = parseTopic(packet.topic)
    if (client === null || topic?.direction !== 'up') return
    const ack = (resume: boolean) => {
      const lanes = { event: committed, telemetry: 0, result: 0 }
      const message = { version: 1, epoch: 'memory-1', committed: lanes, resume, redefine: false, wall: Date.now() }
      const payload = JSON.stringify(message)
      broker.publish(
        { cmd: 'publish', topic: downTopic(agent, 'ack'), payload, qos: 1, retain: false, dup: false },
        () => undefined,
      )
    }
    if (topic.channel === 'hello') {
      hellos.push(Hello.parse(JSON.parse(packet.payload.toString())))
      ack(true)
    } else if (topic.channel === 'identity') identity.push(packet.payload.toString())
    else if (topic.channel === 'event') {
      const decoded = decodeBatch(packet.payload as Buffer)
      if (!decoded.ok) throw new Error(decoded.reason)
      const { first, count } = decoded.batch.header
      if (first === committed + 1) {
        committed += count
        events.push(first)
      }
      ack(false)
    }
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  return {
    ...{ port, hellos, serials, withdrawn, events, identity, committed: () => committed },
    say: (payload: string) =>
      broker.publish(
        { cmd: 'publish', topic: downTopic(agent, 'identity'), payload, qos: 1, retain: false, dup: false },
        () => undefined,
      ),
    async close() {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
