// A TCP listener that hands over bytes per connection, with a cap on connections and an idle limit.
import { createServer, type Server, type Socket } from 'node:net'
import { bindReason, plainAddress } from '../udp/udp.ts'

export interface TcpServerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Further connections are closed at once and counted. */
  readonly maxConnections: number
  /** The same for one source address, so that a stranger cannot hold all of them. */
  readonly maxPerSource: number
  /** A connection silent for so long is closed. */
  readonly idleTimeoutMs: number
  /** Called once per connection; gives back what to do with its bytes. */
  onConnection(address: string): TcpConsumer
  onError(error: Error): void
}

export interface TcpConsumer {
  /**
   * Must not throw and must not keep the buffer. A promise: nothing more is read from this connection until it resolves
   * (it must not reject), so that the sender has to wait.
   */
  onBytes(chunk: Buffer): Promise<void> | undefined
  /** The connection is gone; called exactly once. */
  onEnd(): void
}

export interface TcpServerFacts {
  readonly address: string
  readonly port: number
  readonly connections: number
  readonly refusedConnections: number
  readonly idleClosed: number
}

export interface TcpServer {
  /** Listens; rejects with address and reason. */
  open(): Promise<void>
  facts(): TcpServerFacts
  /** Idempotent; ends every connection, after which each consumer has had its `onEnd`. */
  close(): Promise<void>
}

/** Builds the server; nothing is opened before `open()`. */
export function createTcpServer(options: TcpServerOptions): TcpServer {
  const sockets = new Map<Socket, { readonly consumer: TcpConsumer; readonly address: string }>()
  const sources = new Map<string, number>()
  let server: Server | undefined
  let bound = { address: options.host, port: options.port }
  let refusedConnections = 0
  let idleClosed = 0

  function onSocket(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    const address = plainAddress(socket.remoteAddress ?? '')
    const ofSource = sources.get(address) ?? 0
    if (sockets.size >= options.maxConnections || ofSource >= options.maxPerSource) {
      refusedConnections++
      socket.destroy()
      return
    }
    const consumer = options.onConnection(address)
    sockets.set(socket, { consumer, address })
    sources.set(address, ofSource + 1)
    socket.setTimeout(options.idleTimeoutMs, () => {
      idleClosed++
      socket.destroy()
    })
    socket.on('data', (chunk) => {
      const room = consumer.onBytes(chunk as Buffer)
      if (room !== undefined) void pauseUntil(socket, room)
    })
    socket.on('close', () => finish(socket))
  }

  /** Whoever is made to wait is not idle. */
  async function pauseUntil(socket: Socket, room: Promise<void>): Promise<void> {
    socket.pause()
    socket.setTimeout(0)
    await room
    if (socket.destroyed) return
    socket.setTimeout(options.idleTimeoutMs)
    socket.resume()
  }

  function finish(socket: Socket): void {
    const connection = sockets.get(socket)
    if (connection === undefined) return
    const { address, consumer } = connection
    sockets.delete(socket)
    const left = (sources.get(address) ?? 1) - 1
    if (left > 0) sources.set(address, left)
    else sources.delete(address)
    consumer.onEnd()
  }

  return {
    async open() {
      const opened = createServer(onSocket)
      await new Promise<void>((resolve, reject) => {
        opened.once('error', (error: NodeJS.ErrnoException) => {
          const where = `tcp ${options.host} port ${options.port}`
          reject(new Error(`cannot listen on ${where}: ${bindReason(error)}`, { cause: error }))
        })
        opened.listen({ host: options.host, port: options.port }, resolve)
      })
      opened.removeAllListeners('error')
      opened.on('error', options.onError)
      const at = opened.address()
      if (at !== null && typeof at === 'object') bound = { address: at.address, port: at.port }
      server = opened
    },
    facts: () => ({ ...bound, connections: sockets.size, refusedConnections, idleClosed }),
    async close() {
      const closing = server
      server = undefined
      if (!closing) return
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()))
      for (const socket of [...sockets.keys()]) {
        socket.destroy()
        finish(socket)
      }
      await closed
    },
  }
}
