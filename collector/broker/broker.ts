// Door of the embedded broker: MQTT 3.1.1 in memory, a wire and not a store. An agent may use its own topics only; the
// collector's own client comes in through memory and needs no password that could leak.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import type { Logger } from 'pino'
import { MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import { type AdmissionLimits, createAdmission } from './admission.ts'
import { memoryLink } from './memory-link.ts'
import { createPacketGuard } from './packet-guard.ts'
import { type Credentials, createSecureDoor, type Peer, type SecureDoor } from './secure-door.ts'
import { accessRules } from './topic-access.ts'

/** Topic, packet id and header around the largest payload. */
const MAX_PACKET_BYTES = MAX_MESSAGE_BYTES + 256
const MAX_CONNECT_BYTES = 4096
/** An agent that is back within this time was never gone. */
const GONE_AFTER_MS = 1000
/** How long a withdrawn or expired certificate can outlive its end when nobody said so. */
const RECHECK_MS = 2000

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
  /** False for an agent that has a certificate: its password opens nothing. Asked at sign-in and every 2 s. Default: true. */
  mayUsePassword?(agent: string): boolean
  /** A second listener, for agents with a certificate; openSecure() opens it. */
  readonly secure?: SecureListener
  readonly log: Logger
  readonly limits?: Partial<BrokerLimits>
}

export interface SecureListener {
  readonly host: string
  readonly port: number
  /** True when this certificate (serial in upper-case hex) still stands for this agent. Asked at connect and every 2 s. */
  isAdmitted(agent: string, serial: string): boolean
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
  /**
   * Opens the TLS listener; resolves with its port. Called again it takes other credentials for connections from now on.
   * Rejects when the address cannot be bound or the credentials do not fit together.
   */
  openSecure(credentials: Credentials): Promise<number>
  /** Ends the connections of an agent at once (its access was withdrawn). */
  disconnect(agent: string): void
  health(): BrokerHealth
}

export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const limits = { ...BROKER_LIMITS, ...options.limits }
  const { log, mayUsePassword = () => true } = options
  const admission = createAdmission(limits)
  const own = new WeakSet<object>()
  /** Connections that came in with a certificate. */
  const peers = new Map<object, Peer>()
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
      certified: (client) => peers.get(client.conn)?.agent,
      authenticate: (agent, password) => mayUsePassword(agent) && options.authenticate(agent, password),
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

  /** Counts a TCP connection in and hands it on; what is over a limit is closed. */
  const admit = (handOn: (socket: Socket) => void) => (socket: Socket) => {
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
    handOn(socket)
  }
  const serve = (socket: Socket): void => {
    guard(socket, () => refuse('packet-too-large', { address: socket.remoteAddress ?? '' }))
    aedes.handle(socket)
  }
  const { secure } = options
  let door: SecureDoor | undefined
  const makeDoor = (credentials: Credentials): SecureDoor =>
    createSecureDoor({
      credentials,
      handshakeTimeoutMs: limits.connectTimeoutMs,
      isAdmitted: (agent, serial) => secure?.isAdmitted(agent, serial) ?? false,
      refused: refuse,
      entered(socket, peer) {
        socket.on('error', (error) => log.debug({ err: error, agent: peer.agent }, 'socket error'))
        peers.set(socket, peer)
        socket.once('close', () => peers.delete(socket))
        serve(socket)
      },
    })
  const cut = (gone: (peer: Peer) => boolean): void => {
    for (const [socket, peer] of peers) if (gone(peer)) (socket as Socket).destroy()
  }
  const plainServer = createServer(admit(serve))
  const secureServer = createServer(admit((socket) => (door ? door.shake(socket) : socket.destroy())))
  for (const server of [plainServer, secureServer])
    server.on('error', (error) => log.error({ err: error }, 'broker cannot listen'))
  const watch = setInterval(() => {
    const now = Date.now()
    cut((peer) => peer.notAfter <= now || !secure?.isAdmitted(peer.agent, peer.serial))
    for (const [agent, client] of agents) if (!peers.has(client.conn) && !mayUsePassword(agent)) client.close()
  }, RECHECK_MS)
  watch.unref()

  return {
    start: () => listen(plainServer, options.host, options.port),
    async openSecure(credentials) {
      if (!secure) throw new Error('this broker has no TLS listener')
      if (door) door.renew(credentials)
      else door = makeDoor(credentials)
      return secureServer.listening ? portOf(secureServer) : listen(secureServer, secure.host, secure.port)
    },
    async stop() {
      clearInterval(watch)
      const closed = [plainServer, secureServer].map(
        (server) => new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve())),
      )
      for (const socket of sockets) socket.destroy()
      if (!aedes.closed) await new Promise<void>((resolve) => aedes.close(() => resolve()))
      await Promise.all(closed)
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
    disconnect(agent) {
      cut((peer) => peer.agent === agent)
      agents.get(agent)?.close()
    },
    health: () => ({ connections: admission.open(), agents: agents.size, refused: { ...refused } }),
  }
}

/** Resolves with the port; rejects when the address cannot be bound. */
function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(portOf(server))
    })
  })
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

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
