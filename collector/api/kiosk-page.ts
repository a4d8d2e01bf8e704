// GET /kiosk/{board}: the page of a wallboard. A token in its address becomes a cookie before anything is shown, and the
// browser is sent on to the address without it: it stays in no history, goes into no Referer and is in no script's reach.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { KIOSK_TOKEN } from '#shared/http/kiosk.ts'
import { sendPage } from './console-files.ts'
import type { ApiDeps } from './deps.ts'
import { keepScreen, screenSecretOf } from './kiosk-cookie.ts'

/** Page loads of one address in a minute: a wall of screens may stand behind one. */
const PAGES_PER_MINUTE = 300
const MAX_PROGRAM = 200

export function addKioskPage(app: FastifyInstance, { kiosks, http }: Pick<ApiDeps, 'kiosks' | 'http'>): void {
  app.get(
    '/kiosk/:board',
    { schema: { hide: true }, config: { rateLimit: { max: PAGES_PER_MINUTE, timeWindow: 60_000 } } },
    async (request, reply) => {
      const { token } = request.query as { token?: unknown }
      if (token === undefined) return sendPage(reply, http.consoleDir, 'kiosk.html')
      const opened = typeof token === 'string' ? await kiosks.open(token, comingFrom(request, token)) : undefined
      if (opened) keepScreen(request, reply, opened)
      else request.log.warn({ address: request.ip }, 'wallboard link refused')
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
      return reply.redirect(addressWithout(request.url, opened?.viewer.kiosk ?? 'unknown'), 303)
    },
  )
}

/** Who opens a link, and the secret this browser has of it already. */
export function comingFrom(request: FastifyRequest, token: string) {
  return {
    address: request.ip,
    program: String(request.headers['user-agent'] ?? '').slice(0, MAX_PROGRAM),
    previous: screenSecretOf(request, KIOSK_TOKEN.exec(token)?.[1]),
  }
}

/** The same page: the name of the link in place of its token. */
function addressWithout(url: string, kiosk: string): string {
  const [path = '/', query = ''] = url.split('?', 2)
  const rest = new URLSearchParams(query)
  rest.delete('token')
  rest.set('k', kiosk)
  // a path that begins with two slashes would be another host
  return `/${path.replace(/^\/+/, '')}?${rest}`
}
