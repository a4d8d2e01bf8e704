// The door: does something listen on a TCP port, and how long does the handshake take?
import { connect, isIP } from 'node:net'
import { isHostName } from '../icmp/host.ts'

export interface TcpAnswer {
  readonly outcome: 'ok' | 'refused' | 'timeout' | 'unreachable' | 'cancelled'
  /** Until the answer, or until giving up, ms. */
  readonly timeMs: number
  readonly detail?: string
}

/** Connects and closes at once; nothing is sent. The name is resolved within the time-out. Never rejects. */
export async function connectTcp(
  address: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TcpAnswer> {
  if (!isIP(address) && !isHostName(address)) return { outcome: 'unreachable', timeMs: 0, detail: 'not an address' }
  const startedAt = performance.now()
  return await new Promise((resolve) => {
    const socket = connect({ host: address, port })
    const end = (outcome: TcpAnswer['outcome'], detail?: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve({ outcome, timeMs: performance.now() - startedAt, ...(detail === undefined ? {} : { detail }) })
    }
    const onAbort = () =>
      (signal.reason as Error | undefined)?.name === 'TimeoutError'
        ? end('timeout', 'deadline passed')
        : end('cancelled')
    const timer = setTimeout(() => end('timeout', `no answer in ${timeoutMs} ms`), timeoutMs)
    socket.on('connect', () => end('ok'))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'error'
      if (code === 'ECONNREFUSED' || code === 'ECONNRESET') end('refused', code)
      else if (code === 'ETIMEDOUT') end('timeout', code)
      else end('unreachable', code)
    })
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}
