import { type LiveEventName, LiveQuery } from '#shared/http/live.ts'
import type { Role } from '#shared/http/session.ts'
import type { Access, Principal } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { sessionIdOf } from '../guard.ts'
import type { LiveSink } from '../live-hub.ts'
import { isOutside } from '../outside.ts'
import { policyOf } from '../policy.ts'
import { Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Server-sent events. Writes go straight to the socket; the hub decides what and when. */
export function addLiveRoute(app: Routes, deps: ApiDeps): void {
  app.get(
    '/api/v1/live',
    { schema: { tags: ['live'], summary: 'Live changes (text/event-stream), resumable', querystring: LiveQuery } },
    (request, reply) => {
      const who = asking(request)
      if (deps.live.isFull(who.user))
        throw new Problem('too-many-requests', 'too many follow live changes', {
          action: 'close other windows of the console, or try again later',
        })
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
        owner: who.user,
        customers: customers === null ? undefined : new Set(customers),
        outside: isOutside(who),
        mayHear: (name) => mayHear(who.role, name),
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

/** Where the same is read: who may not read it there does not hear of it. */
const LISTS: Readonly<Partial<Record<LiveEventName, string>>> = {
  ...{ alarm: '/api/v1/alarms', incident: '/api/v1/incidents', agent: '/api/v1/agents', device: '/api/v1/devices' },
  ...{ sweep: '/api/v1/sites/:id/sweeps', topology: '/api/v1/sites/:id/links' },
}

function mayHear(role: Role, name: LiveEventName): boolean {
  const list = LISTS[name]
  return list === undefined || (policyOf('GET', list)?.includes(role) ?? false)
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
