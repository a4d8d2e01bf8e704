// Connections made only to see whether they can be made.
import { connect, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import type { Handshake, HandshakeOptions, Reached } from './machine.ts'

export function reach(host: string, port: number, signal: AbortSignal): Promise<Reached> {
  const socket = connect({ host, port })
  return untilOf<Reached>(socket, signal, { ok: false, code: 'ETIMEDOUT' }, (answer) => {
    socket.once('connect', () => answer({ ok: true }))
    socket.on('error', (error) => answer({ ok: false, code: codeOf(error) }))
  })
}

/** The handshake goes through with any certificate: what is wrong with it is the answer. Nothing is sent afterwards. */
export function handshake(options: HandshakeOptions, signal: AbortSignal): Promise<Handshake> {
  const { host, port, name = host, ca, cert, key } = options
  const late: Handshake = { ok: false, code: 'ETIMEDOUT', message: 'no answer' }
  let socket: TLSSocket
  try {
    socket = connectTls({
      ...{ host, port, rejectUnauthorized: false },
      ...(isIP(name) ? {} : { servername: name }),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    })
  } catch (error) {
    return Promise.resolve({ ok: false, code: codeOf(error as Error), message: (error as Error).message })
  }
  return untilOf<Handshake>(socket, signal, late, (answer) => {
    socket.on('error', (error) => answer({ ok: false, code: codeOf(error), message: error.message }))
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()?.toString() ?? ''
      const found = socket.authorizationError as Error | string | null | undefined
      const named = checkServerIdentity(name, socket.getPeerCertificate())
      const distrust = found ? (typeof found === 'string' ? found : codeOf(found)) : named ? codeOf(named) : null
      answer({ ok: true, distrust, protocol: socket.getProtocol() ?? '', certificate })
    })
  })
}

function untilOf<T>(
  socket: Socket,
  signal: AbortSignal,
  late: T,
  begin: (answer: (value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve) => {
    const answer = (value: T) => {
      signal.removeEventListener('abort', onAbort)
      resolve(value)
      socket.destroy()
    }
    const onAbort = () => answer(late)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    begin(answer)
  })
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message
