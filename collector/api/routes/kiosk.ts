import type { FastifyRequest } from 'fastify'
import {
  KIOSK_BEAT_SECONDS,
  KioskAlarms,
  type KioskChange,
  KioskCounters,
  KioskDevices,
  KioskDraft,
  KioskLiveQuery,
  KioskParams,
  KioskQuery,
  KioskRow,
  KioskSession,
  MadeKiosk,
  OpenKiosk,
} from '#shared/http/kiosk.ts'
import type { LiveEventName } from '#shared/http/live.ts'
import { pageOf } from '#shared/http/paging.ts'
import type { KioskViewer } from '../../kiosk/kiosk.ts'
import { consoleBuild } from '../console-files.ts'
import type { ApiDeps } from '../deps.ts'
import { keepScreen, screenSecretOf, viewerOf } from '../kiosk-cookie.ts'
import { comingFrom } from '../kiosk-page.ts'
import type { LiveSink } from '../live-hub.ts'
import { found, Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

const tags = ['kiosk']
/** Links opened by one address in a minute. */
const OPENS_PER_MINUTE = 60

/** Links of wallboards, which administrators make, and the little that screens may read with one. */
export function addKioskRoutes(app: Routes, deps: ApiDeps): void {
  const { kiosks, boards, now } = deps
  addLinkRoutes(app, deps)
  app.post(
    '/api/v1/kiosk/session',
    {
      bodyLimit: 4096,
      config: { rateLimit: { max: OPENS_PER_MINUTE, timeWindow: 60_000 } },
      schema: { tags, summary: 'Open a wallboard with its token', body: OpenKiosk, response: { 200: KioskSession } },
    },
    async (request, reply) => {
      const { token } = request.body
      const opened = await kiosks.open(token, comingFrom(request, token))
      if (!opened) throw new Problem('unauthenticated', 'this link is not valid, or not any more')
      keepScreen(request, reply, opened)
      return sessionOf(opened.viewer, now())
    },
  )
  app.get(
    '/api/v1/kiosk/session',
    { schema: { tags, summary: 'Which wallboard am I', querystring: KioskQuery, response: { 200: KioskSession } } },
    async (request, reply) => {
      const viewer = watching(request)
      const secret = screenSecretOf(request)
      if (secret !== undefined && viewer.screen !== null) keepScreen(request, reply, { secret, viewer })
      return sessionOf(viewer, now())
    },
  )
  for (const [kind, summary, schema] of [
    ['alarms', 'Head of the alarm list', KioskAlarms],
    ['devices', 'State of every device', KioskDevices],
    ['counters', 'Numbers above the boards', KioskCounters],
  ] as const)
    app.get(
      `/api/v1/kiosk/${kind}`,
      { schema: { tags, summary, querystring: KioskQuery, response: { 200: schema } } },
      async (request, reply) => {
        const text = await boards[kind](watching(request).customers)
        // already JSON, and the same for every screen
        return reply
          .type('application/json; charset=utf-8')
          .serializer(String)
          .send(text as never)
      },
    )
  addStream(app, deps)
}

function addLinkRoutes(app: Routes, { kiosks }: ApiDeps): void {
  app.get(
    '/api/v1/kiosks',
    { schema: { tags, summary: 'Links of wallboards and their screens', response: { 200: pageOf(KioskRow) } } },
    async () => ({ items: await kiosks.list(), nextCursor: null }),
  )
  app.post(
    '/api/v1/kiosks',
    { schema: { tags, summary: 'Make a link for a wallboard', body: KioskDraft, response: { 201: MadeKiosk } } },
    async (request, reply) => reply.code(201).send(await kiosks.make(asking(request).user, request.body)),
  )
  app.delete(
    '/api/v1/kiosks/:id',
    { schema: { tags, summary: 'Revoke a link: its screens go dark', params: KioskParams } },
    async (request, reply) => {
      found((await kiosks.revoke(asking(request).user, request.params.id)) || undefined, 'link')
      return reply.code(204).send()
    },
  )
}

const BEAT_MS = KIOSK_BEAT_SECONDS * 1000
/** What happens within this time is one notice. */
const GATHER_MS = 1000

const KIND: Readonly<Partial<Record<LiveEventName, readonly KioskChange[]>>> = {
  alarm: ['alarms', 'devices'],
  device: ['devices', 'counters'],
  incident: ['alarms', 'counters'],
  agent: ['counters'],
}

/** Says that something changed, never what: the screen reads its board again. */
function addStream(app: Routes, deps: ApiDeps): void {
  const { kiosks, live, now } = deps
  app.get(
    '/api/v1/kiosk/live',
    { schema: { tags, summary: 'Notices of changes (text/event-stream)', querystring: KioskLiveQuery } },
    (request, reply) => {
      const viewer = watching(request)
      if (live.isFull()) throw new Problem('too-many-requests', 'too many follow live changes')
      let close = () => {}
      const unfollow = kiosks.follow(viewer, request.query.shows, () => {
        write('goodbye', { reason: 'signed-out' })
        close()
      })
      if (!unfollow) throw new Problem('too-many-requests', 'too many screens follow this link')
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform' },
        ...{ 'x-accel-buffering': 'no', connection: 'keep-alive' },
      })
      raw.socket?.setNoDelay(true)
      const changed = new Set<KioskChange>()
      let gathering: NodeJS.Timeout | undefined
      const beat = setInterval(() => write('beat', { now: now() }), BEAT_MS)
      const sink: LiveSink = {
        customers: viewer.customers === null ? undefined : new Set(viewer.customers),
        notice(names) {
          for (const name of names) for (const kind of KIND[name] ?? []) changed.add(kind)
          if (changed.size === 0) return
          gathering ??= setTimeout(() => {
            gathering = undefined
            write('changed', { what: [...changed], now: now() })
            changed.clear()
          }, GATHER_MS)
        },
        write: (text) => void raw.write(text),
        backlog: () => raw.writableLength,
        close: () => raw.end(),
        stillAllowed: async () => String((await viewerOf(request, kiosks))?.customers) === String(viewer.customers),
      }
      close = sink.close
      const version = { version: deps.version, console: consoleBuild(deps.http.consoleDir) }
      const remove = live.add(sink, undefined, { ...version, now: now() })
      const leave = () => {
        clearInterval(beat)
        clearTimeout(gathering)
        remove()
        unfollow()
      }
      raw.on('close', leave)
      raw.on('error', leave)

      function write(event: string, data: object): void {
        // nobody reads: the hub ends it when it has more to say
        if (raw.writable && raw.writableLength < MAX_UNREAD)
          raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
    },
  )
}

const MAX_UNREAD = 64 * 1024

/** Whose screen asks; the guard has set it on every route of wallboards. */
function watching(request: Pick<FastifyRequest, 'viewer'>): KioskViewer {
  if (!request.viewer) throw new Problem('unauthenticated', 'open this page with its link')
  return request.viewer
}

const sessionOf = ({ kiosk, name, expiresAt }: KioskViewer, now: number): KioskSession => ({
  id: kiosk,
  name,
  expiresAt,
  now,
})
