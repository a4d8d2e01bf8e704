// The TLS way in: a client certificate of our own authority or nothing. What comes through is a socket with a name.
import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { createServer, type SecureContextOptions, type TLSSocket } from 'node:tls'
import { AgentId } from '#shared/domain/identity.ts'
import { createAdmission } from './admission.ts'

/** Who is at the other end, by its certificate. */
export interface Peer {
  readonly agent: string
  /** Upper-case hex without separators. */
  readonly serial: string
  /** Wall ms; the connection may not outlive it. */
  readonly notAfter: number
}

/** PEM texts of the listener. */
export interface Credentials {
  /** Authorities that client certificates must chain to. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

export interface SecureDoorOptions {
  readonly credentials: Credentials
  readonly handshakeTimeoutMs: number
  /** True when this certificate still stands for this agent. */
  isAdmitted(agent: string, serial: string): boolean
  entered(socket: TLSSocket, peer: Peer): void
  refused(reason: string, fields: Record<string, unknown>): void
}

export interface SecureDoor {
  /** Takes a fresh TCP connection that has been counted in. */
  shake(socket: Socket): void
  /** New certificate or authorities for connections from now on. Throws when they do not fit together. */
  renew(credentials: Credentials): void
}

/** Unfinished handshakes: elliptic curves cost a stranger nothing and us a third of a millisecond. */
const HANDSHAKES = { connections: 512, perAddress: 128, failuresPerMinute: 600 }

export function createSecureDoor(options: SecureDoorOptions): SecureDoor {
  const { refused } = options
  const shaking = createAdmission(HANDSHAKES)
  const server = createServer({
    ...contextOf(options.credentials),
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: options.handshakeTimeoutMs,
  })
  /** How to count a handshake out, by where it comes from. */
  const unfinished = new Map<string, () => void>()
  server.on('secureConnection', (socket) => {
    const address = socket.remoteAddress ?? ''
    unfinished.get(placeOf(socket))?.()
    const turnAway = (reason: string, fields: Record<string, unknown> = {}): void => {
      refused(reason, { address, ...fields })
      socket.destroy()
    }
    const peer = peerOf(socket)
    if (peer === undefined) return turnAway('certificate-without-agent')
    // a resumed session has not shown its certificate again
    if (peer.notAfter <= Date.now()) return turnAway('certificate-expired', { agent: peer.agent })
    if (!options.isAdmitted(peer.agent, peer.serial)) return turnAway('certificate-withdrawn', { agent: peer.agent })
    options.entered(socket, peer)
  })
  server.on('tlsClientError', (error, socket) => {
    const address = socket.remoteAddress ?? ''
    shaking.failed(address, performance.now())
    refused('tls-handshake', { address, error: (error as NodeJS.ErrnoException).code ?? error.message })
    socket.destroy()
  })
  return {
    shake(socket) {
      const address = socket.remoteAddress ?? ''
      const no = shaking.enter(address, performance.now())
      if (no !== undefined) {
        refused(`handshake-${no}`, { address })
        socket.destroy()
        return
      }
      const place = placeOf(socket)
      const finished = () => {
        if (unfinished.delete(place)) shaking.leave(address)
      }
      unfinished.set(place, finished)
      socket.once('close', finished)
      server.emit('connection', socket)
    },
    renew(credentials) {
      server.setSecureContext(contextOf(credentials))
    },
  }
}

/** No resumption: every connection shows its certificate, and its dates are looked at again. */
function contextOf({ ca, certificate, key }: Credentials): SecureContextOptions {
  return {
    ca,
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  }
}

/** Exactly one common name, and one that an agent can have. */
function peerOf(socket: TLSSocket): Peer | undefined {
  const shown = socket.authorized ? socket.getPeerCertificate() : undefined
  const agent = AgentId.safeParse(shown?.subject?.CN)
  if (!shown || !agent.success) return undefined
  return { agent: agent.data, serial: shown.serialNumber, notAfter: Date.parse(shown.valid_to) }
}

const placeOf = (socket: Socket): string => `${socket.remoteAddress}|${socket.remotePort}`
