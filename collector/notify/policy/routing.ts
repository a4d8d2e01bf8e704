// Which routes lead where for one piece of news. Routes are asked in their order; one that fits ends the search unless it says
// `continue`. A recipient is reached by the first route that names it.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Carried } from '#shared/domain/notification.ts'
import type { Route, RouteMatch, StormLimit } from '#shared/domain/notification-route.ts'
import { severityRank } from '#shared/domain/severity.ts'
import type { TriedRoute } from '#shared/http/notifications.ts'
import { isOpenAt, nextOpening } from './local-hours.ts'

/** What the policy knows of a channel. */
export interface PolicyChannel {
  readonly id: string
  readonly enabled: boolean
  readonly on: readonly Carried[]
  /** In place of the limit of all; `none`: a machine reads it, which wants each message. */
  readonly storm?: StormLimit | 'none' | undefined
}

export interface RoutingWorld {
  /** Those that hold, in the order they are asked; none: the default one, to every channel. */
  routes(): readonly Route[]
  channels(): Iterable<PolicyChannel>
  device(id: string): { readonly tags: Readonly<Record<string, string>> } | undefined
  /** IANA zone of a site; undefined for one that is not known. */
  zoneOf(site: string): string | undefined
}

/** One recipient that a route leads to. `verdict` skipped: outside the hours of the route. */
export interface Reached {
  readonly recipient: string
  readonly channel: string
  readonly address: string | null
  /** Undefined: the default one. */
  readonly route: Route | undefined
  readonly verdict: 'now' | 'held' | 'skipped'
  /** When the hours of a held one open; null: never, as far as is known. */
  readonly until: number | null
  readonly why: string
}

export const DEFAULT_GROUP = { groupBy: 'incident', groupWait: 0, groupInterval: 60_000 } as const

/** Whom news of an incident (and of one alarm of it) reach at `now`. A recipient that is skipped by one route and reached by another is reached. */
export function reachedBy(world: RoutingWorld, incident: Incident, alarm: Alarm | undefined, now: number): Reached[] {
  const routes = world.routes()
  if (routes.length === 0)
    return [...world.channels()].map(({ id }) => ({
      ...{ recipient: id, channel: id, address: null, route: undefined, verdict: 'now', until: null },
      why: 'no routes: every channel',
    }))
  const reached = new Map<string, Reached>()
  for (const route of routes) {
    if (!fits(route.match, world, incident, alarm)) continue
    const { verdict, until, why } = timing(route, world, incident.site, now)
    for (const { channel, addresses } of route.to)
      for (const address of addresses ?? [null]) {
        const recipient = recipientOf(channel, address)
        const before = reached.get(recipient)
        if (before && !(before.verdict === 'skipped' && verdict !== 'skipped')) continue
        reached.set(recipient, { recipient, channel, address, route, verdict, until, why })
      }
    if (verdict !== 'skipped' && !route.continue) break
  }
  return [...reached.values()]
}

/** The channel's id, or `<channel>/<address>`. */
export function recipientOf(channel: string, address: string | null): string {
  return address === null ? channel : `${channel}/${address}`
}

/** Whether a route may speak now. */
export function timing(
  { id, hours }: Pick<Route, 'id' | 'hours'>,
  world: Pick<RoutingWorld, 'zoneOf'>,
  site: string,
  now: number,
): Pick<Reached, 'verdict' | 'until' | 'why'> {
  if (hours === undefined) return { verdict: 'now', until: null, why: `route ${id}` }
  const zone = hours.zone === 'site' ? (world.zoneOf(site) ?? 'UTC') : hours.zone
  if (isOpenAt(hours.windows, zone, now)) return { verdict: 'now', until: null, why: `route ${id}, within its hours` }
  const until = nextOpening(hours.windows, zone, now) ?? null
  if (hours.outside === 'skip') return { verdict: 'skipped', until, why: `outside the hours of route ${id} (${zone})` }
  return { verdict: 'held', until, why: `outside the hours of route ${id} (${zone}); waits until they begin` }
}

function fits(match: RouteMatch, world: RoutingWorld, incident: Incident, alarm: Alarm | undefined): boolean {
  const { customers, sites, devices, severityAtLeast, priorityAtLeast, alarmTypes, classes, tags } = match
  const id = alarm?.device ?? incident.device
  if (customers && !anyGlob(customers, incident.customer)) return false
  if (sites && !anyGlob(sites, incident.site)) return false
  if (devices && !(id !== null && anyGlob(devices, id))) return false
  if (priorityAtLeast && incident.priority > priorityAtLeast) return false
  // an incident opened by hand has no alarm: what asks for one does not fit
  if (severityAtLeast && !(alarm && severityRank(alarm.perceivedSeverity) >= severityRank(severityAtLeast)))
    return false
  if (alarmTypes && !(alarm && anyGlob(alarmTypes, alarm.alarmType))) return false
  if (!classes && !tags) return true
  const own = id === null ? undefined : world.device(id)?.tags
  if (classes && !(own?.class !== undefined && anyGlob(classes, own.class))) return false
  return Object.entries(tags ?? {}).every(([name, glob]) => own?.[name] !== undefined && anyGlob([glob], own[name]))
}

function anyGlob(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text))
}

/** `*` is any text; the time is at most linear in both for each star. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === text
  const last = rest.pop() as string
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** What each route says about an alarm at `now`, as far as routes are asked. */
export function tryRoutes(world: RoutingWorld, incident: Incident, alarm: Alarm, now: number): TriedRoute[] {
  const tried: TriedRoute[] = []
  for (const route of world.routes()) {
    if (!fits(route.match, world, incident, alarm)) continue
    const { verdict, until, why } = timing(route, world, incident.site, now)
    const recipients = route.to.flatMap(({ channel, addresses }) =>
      (addresses ?? [null]).map((address) => recipientOf(channel, address)),
    )
    const outcome = verdict === 'now' ? 'told' : verdict
    tried.push({ route: route.id, outcome, why, until, recipients })
    if (verdict !== 'skipped' && !route.continue) break
  }
  if (world.routes().length > 0) return tried
  const recipients = [...world.channels()].map((c) => c.id)
  return [{ route: 'default', outcome: 'told', why: 'no routes: every channel', until: null, recipients }]
}
