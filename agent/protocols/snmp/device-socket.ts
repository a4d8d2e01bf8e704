// One UDP socket to one device. Looks at the source of every datagram before anything reads its bytes.
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP, SocketAddress } from 'node:net'
import type { SnmpDropCounter } from './session.ts'

export interface DeviceSocket {
  /** Sends now; `error` is told when the datagram cannot leave. Nothing happens once the socket is closed. */
  send(datagram: Uint8Array): void
  close(): void
}

export interface DeviceSocketEvents {
  /** From the device's address and port. */
  message(datagram: Buffer): void
  /** Something arrived from elsewhere; it was dropped and counted. */
  wrongSource(from: string): void
  error(error: NodeJS.ErrnoException): void
}

/** Opens a socket to `address` (literal or host name; resolved once per socket). Rejects when the name has no address. */
export async function openDeviceSocket(
  address: string,
  port: number,
  events: DeviceSocketEvents,
  dropped: SnmpDropCounter,
): Promise<DeviceSocket> {
  const peer = isIP(address) ? { address, family: isIP(address) } : await lookup(address)
  const family = peer.family === 6 ? 'ipv6' : 'ipv4'
  const expected = canonical(peer.address, family)
  const socket: Socket = createSocket({
    type: family === 'ipv6' ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER,
    // Every address here is a literal, the unspecified one the socket is bound to included: without this every datagram
    // would go through the resolver.
    lookup: (host, _options, done) => done(null, host, family === 'ipv6' ? 6 : 4),
  })
  let closed = false
  socket.on('error', (error) => events.error(error))
  socket.on('message', (datagram, from) => {
    if (closed) return
    if (from.port === port && (from.address === expected || canonical(from.address, family) === expected))
      return events.message(datagram)
    dropped('wrong-source')
    events.wrongSource(`${from.address} port ${from.port}`)
  })
  socket.unref()
  return {
    send: (datagram) => {
      if (closed) return
      socket.send(datagram, port, peer.address, (error) => {
        if (error && !closed) events.error(error)
      })
    },
    close: () => {
      if (closed) return
      closed = true
      socket.close()
    },
  }
}

function canonical(address: string, family: 'ipv4' | 'ipv6'): string {
  return family === 'ipv4' ? address : new SocketAddress({ address: address.replace(/%.*$/, ''), family }).address
}

/** Enough for one device's answers in flight; a flood fills its own socket, no other. */
const RECEIVE_BUFFER = 256 * 1024
