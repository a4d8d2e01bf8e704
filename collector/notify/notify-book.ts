// Channels and routes: those of the configuration file, which are read-only here, and those made in the console. Secrets go in
// and never come out; a version that was not the stored one is a conflict.
import { Route } from '#shared/domain/notification-route.ts'
import type { ChannelRow, RouteRow, SaveChannel, SaveRoute } from '#shared/http/notifications.ts'
import type { ChannelConfig } from '../config/channel-config.ts'
import type { KeptChannel, NotifyBookStore, NotifyBookWrite } from './book-store.ts'
import { type ChannelDraft, draftChannel, openChannel, type SecretBox, secretPaths } from './channel-draft.ts'

export interface Refused {
  readonly ok: false
  readonly code: 'not-found' | 'conflict' | 'bad-request'
  readonly message: string
  readonly details?: readonly { readonly path: string; readonly message: string }[]
}
type Result = { readonly ok: true } | Refused

export interface Decision {
  readonly writes: readonly NotifyBookWrite[]
  readonly audit?: { actor: string; action: string; subject: string; detail: Record<string, unknown> }
  readonly value: Result
}

export interface NotifyBook {
  /** Every channel that can be built. */
  channels(): readonly { readonly config: ChannelConfig; readonly kept: KeptRow | undefined }[]
  /** Routes that hold, in the order they are asked. */
  routes(): readonly Route[]
  routeRows(): RouteRow[]
  saveChannel(id: string | undefined, draft: SaveChannel, actor: string): Promise<Result>
  removeChannel(id: string, version: number, actor: string): Promise<Result>
  saveRoute(id: string | undefined, draft: SaveRoute, actor: string): Promise<Result>
  removeRoute(id: string, version: number, actor: string): Promise<Result>
}

export type KeptRow = Pick<ChannelRow, 'version' | 'updatedAt' | 'updatedBy' | 'settings' | 'secrets'>

export const BOOK_LIMITS = { channels: 200, routes: 500 } as const
const OK = { ok: true } as const
const no = (code: Refused['code'], message: string, details?: Refused['details']): Decision => ({
  writes: [],
  value: { ok: false, code, message, ...(details ? { details } : {}) },
})

export function createNotifyBook(deps: {
  readonly store: NotifyBookStore
  readonly file: { readonly channels: readonly ChannelConfig[]; readonly routes: readonly Route[] }
  readonly box: SecretBox
  /** Reads a channel as in the file; problems by path. */
  readonly parse: ChannelDraft['parse']
  /** Runs `work` in a turn and commits what it decided. */
  readonly commit: (work: () => Decision) => Promise<Result>
  /** After a change was committed. */
  readonly changed: () => void
  /** A kept channel cannot be built any more: another key of the collector, another version. */
  readonly unreadable: (id: string, problem: string) => void
}): NotifyBook {
  const { store, file, box, parse } = deps
  let channels = readChannels()
  let routes = readRoutes()

  function readChannels() {
    const kept = store.keptChannels().flatMap((one) => {
      const opened = openChannel(one, box, parse)
      if (typeof opened === 'string') {
        deps.unreadable(one.id, opened)
        return []
      }
      return [{ config: opened, kept: rowOf(one) }]
    })
    return [...file.channels.map((config) => ({ config, kept: undefined })), ...kept]
  }

  function readRoutes() {
    const kept = store.keptRoutes().flatMap(({ id, doc, version, updatedAt, updatedBy }) => {
      const parsed = Route.safeParse(doc)
      if (!parsed.success) deps.unreadable(id, 'the route cannot be read by this version')
      return parsed.success
        ? [{ route: parsed.data, doc, version, updatedAt, updatedBy, origin: 'database' as const }]
        : []
    })
    const ofFile = file.routes.map((route) => ({
      ...{ route, doc: route as Readonly<Record<string, unknown>>, version: 0, updatedAt: null, updatedBy: null },
      origin: 'file' as const,
    }))
    return [...ofFile, ...kept].sort(
      (a, b) => a.route.order - b.route.order || (a.route.id < b.route.id ? -1 : a.route.id > b.route.id ? 1 : 0),
    )
  }

  async function commit(work: () => Decision): Promise<Result> {
    const value = await deps.commit(work)
    if (value.ok) {
      channels = readChannels()
      routes = readRoutes()
      deps.changed()
    }
    return value
  }

  const isOfFile = (kind: 'channels' | 'routes', id: string) => file[kind].some((one) => one.id === id)
  const stale = (version: number, kept: { readonly version: number } | undefined) =>
    no('conflict', kept ? `somebody changed it: version ${kept.version}, not ${version}` : 'it has been deleted')

  return {
    channels: () => channels,
    routes: () => routes.map((r) => r.route).filter((r) => r.enabled),
    routeRows() {
      const known = new Set(channels.map((c) => c.config.id))
      if (routes.length === 0) return [builtIn([...known])]
      return routes.map(({ route, doc, origin, version, updatedAt, updatedBy }) => {
        const gone = route.to.map((t) => t.channel).filter((id) => !known.has(id))
        return {
          ...{
            id: route.id,
            origin,
            readOnly: origin === 'file',
            enabled: route.enabled,
            version,
            updatedAt,
            updatedBy,
          },
          route: { ...doc },
          problem: gone.length > 0 ? `no channel ${gone.join(', ')}` : null,
        }
      })
    },
    saveChannel: (id, draft, actor) =>
      commit(() => {
        const wanted = String(draft.settings.id ?? id ?? '')
        if (id !== undefined && wanted !== id) return no('bad-request', 'the id of a channel stays')
        if (isOfFile('channels', wanted)) return no('conflict', `channel ${wanted} is of the configuration file`)
        const kept = store.keptChannels()
        const before = kept.find((c) => c.id === wanted)
        if (id === undefined && before) return no('conflict', `there is a channel ${wanted}`)
        if (id !== undefined && !before) return no('not-found', 'there is no such channel')
        if ((before?.version ?? 0) !== draft.version) return stale(draft.version, before)
        if (!before && kept.length >= BOOK_LIMITS.channels) return no('conflict', 'there are too many channels')
        const made = draftChannel({
          settings: { ...draft.settings, id: wanted },
          secrets: draft.secrets,
          before,
          box,
          parse,
        })
        if ('problems' in made) return no('bad-request', 'the channel is not right', made.problems)
        const next = { version: draft.version + 1, doc: made.doc, secrets: made.secrets, updatedBy: actor }
        const detail = {
          settings: made.doc,
          secrets: Object.keys(made.secrets),
          secretsSet: Object.keys(draft.secrets),
        }
        return {
          writes: [{ kind: 'channel', id: wanted, kept: next }],
          audit: { actor, action: 'channel.save', subject: `channel:${wanted}`, detail },
          value: OK,
        }
      }),
    removeChannel: (id, version, actor) =>
      commit(() => {
        if (isOfFile('channels', id)) return no('conflict', `channel ${id} is of the configuration file`)
        const before = store.keptChannels().find((c) => c.id === id)
        if (!before) return no('not-found', 'there is no such channel')
        if (before.version !== version) return stale(version, before)
        const user = routes.find((r) => r.route.to.some((t) => t.channel === id))
        if (user) return no('conflict', `route ${user.route.id} leads to it`)
        return {
          writes: [{ kind: 'channel', id, kept: null }],
          audit: { actor, action: 'channel.delete', subject: `channel:${id}`, detail: {} },
          value: OK,
        }
      }),
    saveRoute: (id, draft, actor) =>
      commit(() => {
        const parsed = Route.safeParse(draft.route)
        if (!parsed.success) {
          const details = parsed.error.issues.map((i) => ({ path: `route.${i.path.join('.')}`, message: i.message }))
          return no('bad-request', 'the route is not right', details)
        }
        const route = parsed.data
        if (id !== undefined && route.id !== id) return no('bad-request', 'the id of a route stays')
        if (isOfFile('routes', route.id)) return no('conflict', `route ${route.id} is of the configuration file`)
        const kept = store.keptRoutes()
        const before = kept.find((r) => r.id === route.id)
        if (id === undefined && before) return no('conflict', `there is a route ${route.id}`)
        if (id !== undefined && !before) return no('not-found', 'there is no such route')
        if ((before?.version ?? 0) !== draft.version) return stale(draft.version, before)
        if (!before && kept.length >= BOOK_LIMITS.routes) return no('conflict', 'there are too many routes')
        const problems = targetProblems(route, channels)
        if (problems.length > 0) return no('bad-request', 'the route leads nowhere', problems)
        return {
          writes: [
            { kind: 'route', id: route.id, kept: { version: draft.version + 1, doc: draft.route, updatedBy: actor } },
          ],
          audit: { actor, action: 'route.save', subject: `route:${route.id}`, detail: { route: draft.route } },
          value: OK,
        }
      }),
    removeRoute: (id, version, actor) =>
      commit(() => {
        if (isOfFile('routes', id)) return no('conflict', `route ${id} is of the configuration file`)
        const before = store.keptRoutes().find((r) => r.id === id)
        if (!before) return no('not-found', 'there is no such route')
        if (before.version !== version) return stale(version, before)
        return {
          writes: [{ kind: 'route', id, kept: null }],
          audit: { actor, action: 'route.delete', subject: `route:${id}`, detail: {} },
          value: OK,
        }
      }),
  }
}

function targetProblems(route: Route, channels: ReturnType<NotifyBook['channels']>) {
  return route.to.flatMap(({ channel, addresses }, i) => {
    const kind = channels.find((c) => c.config.id === channel)?.config.kind
    if (kind === undefined) return [{ path: `route.to.${i}.channel`, message: `there is no channel ${channel}` }]
    if (addresses === undefined) return []
    const path = `route.to.${i}.addresses`
    if (kind !== 'email' && kind !== 'sms') return [{ path, message: `a channel of kind ${kind} has no addresses` }]
    const form = kind === 'email' ? /^[^\s@,;]+@[^\s@,;]+$/ : /^\+?[0-9]{3,20}$/
    return addresses.every((a) => form.test(a)) ? [] : [{ path, message: `not all fit a channel of kind ${kind}` }]
  })
}

const rowOf = (kept: KeptChannel): KeptRow => ({
  ...{ version: kept.version, updatedAt: kept.updatedAt, updatedBy: kept.updatedBy },
  settings: { ...kept.doc },
  secrets: secretPaths(kept.doc.kind).filter((path) => kept.secrets[path] !== undefined),
})

const builtIn = (channels: readonly string[]): RouteRow => ({
  ...{ id: 'default', origin: 'built-in', readOnly: true, enabled: true, version: 0, updatedAt: null, updatedBy: null },
  route: { id: 'default', to: channels.map((channel) => ({ channel })) },
  problem: channels.length === 0 ? 'there are no channels: nobody is told anything' : null,
})
