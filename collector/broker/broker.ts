// Door of the embedded broker: MQTT 3.1.1 in memory, a wire and not a store. An agent may use its own topics only; the
// collector's own client comes in through memory and needs no password that could leak.
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import type { Logger } from 'pino'
import { MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import { type AdmissionLimits, createAdmission } from './admission.ts'
import { memoryLink } from './memory-link.ts'
import { createPacketGuard } from './packet-guard.ts'
import { accessRules } from './topic-access.ts'

/** Topic, packet id and header around the largest payload. */
const MAX_PACKET_BYTES = MAX_MESSAGE_BYTES + 256
const MAX_CONNECT_BYTES = 4096
/** An agent that is back within this time was never gone. */
const GONE_AFTER_MS = 1000

export interface BrokerLimits extends AdmissionLimits {
  readonly connectTimeoutMs: number
  /** Longest keepalive an agent may ask for, s; it must ask for one. */
  readonly keepalive: number
}
export const BROKER_LIMITS: BrokerLimits = {
  connections: 5000,
  perAddress: 500,
  failuresPerMinute: 20,
  connectTimeoutMs: 10_000,
  keepalive: 300,
}

export interface BrokerOptions {
  readonly host: string
  readonly port: number
  /** True when this is the agent's password. User name = client id = agent id is checked before. */
  authenticate(agent: string, password: Buffer): boolean | Promise<boolean>
  readonly log: Logger
  readonly limits?: Partial<BrokerLimits>
}

export interface BrokerHealth {
  readonly connections: number
  readonly agents: number
  /** Connections and packets turned away, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

export interface Broker {
  /** Listens; resolves with the port. Rejects when the address cannot be bound. */
  start(): Promise<number>
  stop(): Promise<void>
  /** A connection for the collector's own client: its rights belong to the stream, not to a password. */
  open(): Duplex
  /** Calls `listener` when an agent's last connection has ended. */
  onGone(listener: (agent: string) => void): void
  /** Ends the connection of an agent (its access was withdrawn). */
  disconnect(agent: string): void
  health(): BrokerHealth
}

export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const limits = { ...BROKER_LIMITS, ...options.limits }
  const log = options.log
  const admission = createAdmission(limits)
  const own = new WeakSet<object>()
  const sockets = new Set<Duplex>()
  const agents = new Map<string, Client>()
  const goneListeners: ((agent: string) => void)[] = []
  const refused: Record<string, number> = {}
  const refuse = (reason: string, fields: Record<string, unknown> = {}): void => {
    refused[reason] = (refused[reason] ?? 0) + 1
    // said once per reason and then every thousandth time
    if (refused[reason] % 1000 === 1) log.warn({ reason, times: refused[reason], ...fields }, 'broker refused a client')
  }
  const aedes = await Aedes.createBroker({
    connectTimeout: limits.connectTimeoutMs,
    keepaliveLimit: limits.keepalive,
    drainTimeout: 20_000,
    maxTopicLevels: 10,
    ...accessRules({
      isOwn: (client) => own.has(client.conn),
      authenticate: options.authenticate,
      refused: (reason, client, fields) => {
        const address = addressOf(client)
        if (reason === 'bad-password') admission.failed(address, performance.now())
        refuse(reason, { client: client.id, address, ...fields })
      },
    }),
  })
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, err: error }, 'client error'))
  aedes.on('connectionError', (client, error) => {
    refuse('connection-error', { address: addressOf(client), error: error.message })
  })
  aedes.on('clientReady', (client) => {
    if (!own.has(client.conn)) agents.set(client.id, client)
  })
  aedes.on('clientDisconnect', (client) => {
    if (agents.get(client.id) !== client) return
    agents.delete(client.id)
    // a takeover ends the old connection first
    const timer = setTimeout(() => {
      if (!agents.has(client.id) && !aedes.closed) for (const listener of goneListeners) listener(client.id)
    }, GONE_AFTER_MS)
    timer.unref()
  })

  const admit = (socket: Socket): void => {
    const address = socket.remoteAddress ?? ''
    socket.on('error', (error) => log.debug({ err: error, address }, 'socket error'))
    const no = admission.enter(address, performance.now())
    if (no !== undefined) {
      refuse(no, { address })
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      admission.leave(address)
    })
    socket.setNoDelay(true)
    guard(socket, () => refuse('packet-too-large', { address }))
    aedes.handle(socket)
  }
  const server: Server = createServer(admit)
  server.on('error', (error) => log.error({ err: error }, 'broker cannot listen'))

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(options.port, options.host, () => {
          server.off('error', reject)
          const address = server.address()
          resolve(typeof address === 'object' && address ? address.port : options.port)
        })
      }),
    async stop() {
      const closed = new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve()))
      for (const socket of sockets) socket.destroy()
      if (!aedes.closed) await new Promise<void>((resolve) => aedes.close(() => resolve()))
      await closed
    },
    open() {
      const [theirs, ours] = memoryLink()
      own.add(ours)
      sockets.add(ours)
      ours.once('close', () => sockets.delete(ours))
      ours.on('error', (error) => log.debug({ err: error }, 'own connection ended'))
      aedes.handle(ours)
      return theirs
    },
    onGone: (listener) => void goneListeners.push(listener),
    disconnect: (agent) => agents.get(agent)?.close(),
    health: () => ({ connections: admission.open(), agents: agents.size, refused: { ...refused } }),
  }
}

/** Looks at the bytes on their way to the parser: a packet that claims too much ends the connection unread. */
function guard(socket: Socket, tooLarge: () => void): void {
  const fits = createPacketGuard({ first: MAX_CONNECT_BYTES, later: MAX_PACKET_BYTES })
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    let chunk: Buffer | null = read(size)
    // aedes asks once per 'readable' and would leave a second chunk lying
    while (chunk !== null && socket.readableLength > 0) {
      const more: Buffer | null = read()
      if (more === null) break
      chunk = Buffer.concat([chunk, more])
    }
    if (chunk === null || fits(chunk)) return chunk
    tooLarge()
    socket.destroy()
    return null
  }
}

function addressOf(client: Client): string {
  return (client.conn as Partial<Socket>).remoteAddress ?? ''
}
