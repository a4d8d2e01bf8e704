import { LiveQuery } from '#shared/http/live.ts'
import type { Access, Principal } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { sessionIdOf } from '../guard.ts'
import type { LiveSink } from '../live-hub.ts'
import { isOutside } from '../outside.ts'
import { asking, type Routes } from './route.ts'

/** Server-sent events. Writes go straight to the socket; the hub decides what and when. */
export function addLiveRoute(app: Routes, deps: ApiDeps): void {
  app.get(
    '/api/v1/live',
    { schema: { tags: ['live'], summary: 'Live changes (text/event-stream), resumable', querystring: LiveQuery } },
    (request, reply) => {
      const who = asking(request)
      const header = request.headers['last-event-id']
      const last = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : request.query.since
      const sessionId = sessionIdOf(request)
      const bearer = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1]
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      })
      raw.socket?.setNoDelay(true)
      const { customers } = who
      const sink: LiveSink = {
        customers: customers === null ? undefined : new Set(customers),
        outside: isOutside(who),
        write: (text) => void raw.write(text),
        backlog: () => raw.writableLength,
        close: () => raw.end(),
        stillAllowed: () => isSame(deps.access, { sessionId, bearer }, request.ip, who),
      }
      const leave = deps.live.add(sink, last, { version: deps.version, now: deps.now() })
      raw.on('close', leave)
      raw.on('error', leave)
    },
  )
}

/** Still somebody, with the same rights: else the stream begins anew or not at all. */
async function isSame(
  access: Access,
  credentials: Parameters<Access['identify']>[0],
  address: string,
  before: Principal,
): Promise<boolean> {
  try {
    const now = await access.identify(credentials, address)
    return now?.role === before.role && String(now.customers) === String(before.customers)
  } catch (error) {
    if ((error as Error).name === 'Throttled') return false
    throw error
  }
}
