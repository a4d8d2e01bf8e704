// One bound UDP socket: asks for a large receive buffer, says what the kernel granted and how much the kernel dropped.
import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'

export interface UdpOptions {
  /** Address to bind; '::' also receives IPv4. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Bytes asked of the kernel; what it granted is in `facts()`. */
  readonly receiveBufferBytes: number
  /** One datagram with its source address (IPv4-mapped IPv6 already normalised). Must not throw. */
  onDatagram(bytes: Buffer, address: string, port: number): void
  /** Socket errors after the bind; the socket stays open. */
  onError(error: Error): void
}

export interface UdpFacts {
  readonly address: string
  readonly port: number
  readonly receiveBufferAsked: number
  readonly receiveBufferGranted: number
  /** Datagrams the kernel discarded because the buffer was full; undefined where the system does not tell. */
  readonly kernelDrops: number | undefined
  readonly sendErrors: number
}

export interface UdpSocket {
  /** Binds; rejects with address and reason (`port in use`, `not permitted`). */
  open(): Promise<void>
  /** Best effort, never throws; failures are counted in `sendErrors`. */
  send(bytes: Uint8Array, address: string, port: number): void
  facts(): UdpFacts
  /** Idempotent; no datagram is handed over afterwards. */
  close(): Promise<void>
}

/** Builds the socket; nothing is opened before `open()`. */
export function createUdpSocket(options: UdpOptions): UdpSocket {
  let socket: Socket | undefined
  let sendErrors = 0
  let bound = { address: options.host, port: options.port, granted: 0 }
  let drops: { readonly at: number; readonly value: number | undefined } | undefined

  return {
    async open() {
      const opened = createSocket({ type: isIPv6(options.host) ? 'udp6' : 'udp4' })
      await bind(opened, options)
      growReceiveBuffer(opened, options.receiveBufferBytes)
      const { address, port } = opened.address()
      bound = { address, port, granted: grantedBytes(opened) }
      opened.on('error', options.onError)
      opened.on('message', (bytes, from) => options.onDatagram(bytes, plainAddress(from.address), from.port))
      socket = opened
    },
    send(bytes, address, port) {
      if (!socket) return
      const target = socket.address().family === 'IPv6' && !isIPv6(address) ? `::ffff:${address}` : address
      socket.send(bytes, port, target, (error) => {
        if (error) sendErrors++
      })
    },
    facts() {
      const now = performance.now()
      if (socket && (!drops || now - drops.at > 1000)) drops = { at: now, value: kernelDropsOf(bound.port) }
      return {
        address: bound.address,
        port: bound.port,
        receiveBufferAsked: options.receiveBufferBytes,
        receiveBufferGranted: bound.granted,
        kernelDrops: drops?.value,
        sendErrors,
      }
    },
    async close() {
      const closing = socket
      socket = undefined
      if (!closing) return
      drops = { at: performance.now(), value: kernelDropsOf(bound.port) }
      closing.removeAllListeners('message')
      await new Promise<void>((resolve) => closing.close(resolve))
    },
  }
}

/** `::ffff:10.0.0.1` is the IPv4 host 10.0.0.1: one device must not have two addresses. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

function bind(socket: Socket, { host, port }: UdpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      reject(new Error(`cannot listen on udp ${host} port ${port}: ${bindReason(error)}`, { cause: error }))
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
}

/** Plain words for the errors people meet when a listener starts. */
export function bindReason(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'the port is in use by another program'
  if (error.code === 'EACCES') return 'not permitted (ports below 1024 need CAP_NET_BIND_SERVICE)'
  if (error.code === 'EADDRNOTAVAIL') return 'this machine does not have that address'
  return error.message
}

// Linux silently caps the request at net.core.rmem_max; other systems refuse too large ones, so halve until accepted.
function growReceiveBuffer(socket: Socket, bytes: number): void {
  for (let ask = bytes; ask >= 65536; ask = Math.floor(ask / 2)) {
    try {
      socket.setRecvBufferSize(ask)
      return
    } catch {
      // try half
    }
  }
}

// Linux reports twice what it lets us use (it counts its own bookkeeping).
function grantedBytes(socket: Socket): number {
  const size = socket.getRecvBufferSize()
  return process.platform === 'linux' ? size / 2 : size
}

/** Sums the drops column of /proc/net/udp and udp6 over sockets of the port; undefined without /proc. */
function kernelDropsOf(port: number): number | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  let sum: number | undefined
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      continue
    }
    for (const line of text.split('\n')) {
      const columns = line.trim().split(/\s+/)
      if (columns[1]?.endsWith(`:${wanted}`)) sum = (sum ?? 0) + Number(columns[12] ?? 0)
    }
  }
  return sum
}
