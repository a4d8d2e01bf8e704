import { connect as connectTo, createServer, type Server, type Socket } from 'node:net'

/** A TCP relay whose link can be cut, stalled (half-open: bytes vanish, nothing is closed) and slowed. */
export interface TcpProxy {
  readonly port: number
  /** Closes every connection and refuses new ones. */
  cut(): void
  /** Keeps connections open but carries nothing in either direction, or only nothing of what comes back. */
  stall(which?: 'both' | 'answers'): void
  /** Undoes cut and stall; stalled connections are closed, since their bytes are lost. */
  restore(): Promise<void>
  /** Adds this delay to each direction, ms. */
  delay(ms: number): void
  connections(): number
  stop(): Promise<void>
}

/** Starts a relay on 127.0.0.1 (port 0 picks one) to `target`. */
export async function startTcpProxy(target: { host: string; port: number }, port = 0): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let stalled: 'both' | 'answers' | false = false
  let delayMs = 0
  let server: Server | undefined

  const relay = (from: Socket, to: Socket, isAnswer: boolean) => {
    open.add(from)
    from.on('data', (bytes) => {
      if (stalled === 'both' || (stalled === 'answers' && isAnswer)) return
      if (delayMs === 0) to.write(bytes)
      else setTimeout(() => to.writable && to.write(bytes), delayMs)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
  }
  const listen = (on: number) =>
    new Promise<number>((resolve, reject) => {
      const fresh = createServer((client) => {
        const upstream = connectTo(target)
        client.setNoDelay(true)
        upstream.setNoDelay(true)
        relay(client, upstream, false)
        relay(upstream, client, true)
      })
      fresh.once('error', reject)
      fresh.listen(on, '127.0.0.1', () => {
        server = fresh
        resolve((fresh.address() as { port: number }).port)
      })
    })
  const drop = () => {
    for (const socket of open) socket.destroy()
  }

  const chosen = await listen(port)
  return {
    port: chosen,
    cut() {
      server?.close()
      server = undefined
      drop()
    },
    stall(which = 'both') {
      stalled = which
    },
    async restore() {
      if (stalled) drop()
      stalled = false
      if (!server) await listen(chosen)
    },
    delay(ms) {
      delayMs = ms
    },
    connections: () => open.size / 2,
    async stop() {
      drop()
      const closing = server
      server = undefined
      if (closing) await new Promise((resolve) => closing.close(resolve))
    },
  }
}
