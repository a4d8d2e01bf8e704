import { LiveQuery } from '#shared/http/live.ts'
import type { Access } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { sessionIdOf } from '../guard.ts'
import type { LiveSink } from '../live-hub.ts'
import type { Routes } from './route.ts'

/** Server-sent events. Writes go straight to the socket; the hub decides what and when. */
export function addLiveRoute(app: Routes, deps: ApiDeps): void {
  app.get(
    '/api/v1/live',
    { schema: { tags: ['live'], summary: 'Live changes (text/event-stream), resumable', querystring: LiveQuery } },
    (request, reply) => {
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
      const sink: LiveSink = {
        write: (text) => void raw.write(text),
        backlog: () => raw.writableLength,
        close: () => raw.end(),
        stillAllowed: () => isKnown(deps.access, { sessionId, bearer }, request.ip),
      }
      const leave = deps.live.add(sink, last, { version: deps.version, now: deps.now() })
      raw.on('close', leave)
      raw.on('error', leave)
    },
  )
}

async function isKnown(access: Access, who: Parameters<Access['identify']>[0], address: string): Promise<boolean> {
  try {
    return (await access.identify(who, address)) !== undefined
  } catch (error) {
    if ((error as Error).name === 'Throttled') return false
    throw error
  }
}
