// Is this the collector the token was made for? The token pins the authority's public key; the server shows the authority
// in its chain, and from then on only what that authority signed is trusted.
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { pinOf } from '../identity/certificate.ts'
import { askServer } from './bounded-request.ts'

export type Trust =
  /** `ca`: PEM of the pinned authority; absent: a system authority vouches, or no TLS on the machine itself. */
  | { readonly ok: true; readonly ca?: string; readonly date: number | null }
  | {
      readonly ok: false
      readonly fault:
        | 'unreachable'
        | 'timeout'
        | 'other-collector'
        | 'server-certificate'
        | 'plain-http'
        | 'no-collector'
      /** What node calls it. */
      readonly code: string
    }
  | { readonly ok: false; readonly fault: 'clock'; readonly code: string; readonly date: number }

/** A clock further off makes certificates invalid here that are valid there. */
export const CLOCK_LIMIT_MS = 3_600_000

const MAX_CHAIN = 8

/** Finds out whom to trust at an address. Sends nothing but a question for the health page. Never rejects. */
export async function findTrust(
  url: URL,
  pin: string,
  { now, timeoutMs }: { readonly now: () => number; readonly timeoutMs: number },
): Promise<Trust> {
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { ok: false, fault: 'plain-http', code: url.hostname }
  const seen = url.protocol === 'http:' ? { ok: true as const } : await look(url, pin, timeoutMs)
  if (!seen.ok) return seen
  const ca = 'ca' in seen ? { ca: seen.ca } : {}
  const reply = await askServer(pageOf(url, '/healthz'), { timeoutMs, ...ca })
  if (reply.ok) {
    const off = reply.date !== null && Math.abs(reply.date - now()) > CLOCK_LIMIT_MS
    if (off) return { ok: false, fault: 'clock', code: 'DATE', date: reply.date as number }
    return { ok: true, date: reply.date, ...ca }
  }
  if (reply.fault === 'too-large') return { ok: false, fault: 'no-collector', code: reply.code }
  if (!/CERT|TLS|SSL|SIGNED|VERIFY|ISSUER/.test(reply.code)) return { ok: false, fault: reply.fault, code: reply.code }
  // Its date is not to be believed, but explains: nothing is decided by it.
  const clock = /EXPIRED|NOT_YET/.test(reply.code)
    ? await askServer(pageOf(url, '/healthz'), { timeoutMs, verify: false })
    : undefined
  if (clock?.ok && clock.date !== null && Math.abs(clock.date - now()) > CLOCK_LIMIT_MS)
    return { ok: false, fault: 'clock', code: reply.code, date: clock.date }
  return { ok: false, fault: 'server-certificate', code: reply.code }
}

/** An address below that of the collector. */
export function pageOf(url: URL, path: string): URL {
  return new URL(`${url.pathname.replace(/\/+$/, '')}${path}`, url)
}

/** Only for addresses of this machine: what goes there passes no network. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

type Seen =
  | { readonly ok: true; readonly ca?: string }
  | { readonly ok: false; readonly fault: 'unreachable' | 'timeout' | 'other-collector'; readonly code: string }

/** Looks at the chain the server shows and hangs up. */
function look(url: URL, pin: string, timeoutMs: number): Promise<Seen> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const end = (seen: Seen) => {
      clearTimeout(timer)
      resolve(seen)
      socket.destroy()
    }
    const socket = connect({
      host,
      port: Number(url.port || 443),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    const timer = setTimeout(() => end({ ok: false, fault: 'timeout', code: 'TIMEOUT' }), timeoutMs)
    socket.on('error', (error) => {
      const { code } = error as { code?: unknown }
      end({ ok: false, fault: 'unreachable', code: typeof code === 'string' ? code : error.message.slice(0, 80) })
    })
    socket.on('secureConnect', () => {
      let shown = socket.getPeerX509Certificate()
      for (let step = 0; shown !== undefined && step < MAX_CHAIN; step++) {
        if (shown.ca && pinOf(shown.publicKey) === pin) return end({ ok: true, ca: shown.toString() })
        shown = shown.issuerCertificate
      }
      if (socket.authorized) end({ ok: true })
      else end({ ok: false, fault: 'other-collector', code: String(socket.authorizationError) })
    })
  })
}
