// The table of routes as people think of it: by area, what each role sees and does there.
import type { Role } from '#shared/http/session.ts'
import { ROLES } from '#shared/http/session.ts'
import type { RoleTable } from '#shared/http/users.ts'

type Route = RoleTable['items'][number]

export const AREAS = [
  ...([
    'overview',
    'alarms',
    'incidents',
    'events',
    'devices',
    'sites',
    'site-config',
    'discovery',
    'topology',
  ] as const),
  ...(['agents', 'enrolment', 'rules', 'maintenance', 'notifications', 'kiosks', 'users', 'tokens', 'audit'] as const),
  ...(['health', 'session', 'other'] as const),
] as const
export type Area = (typeof AREAS)[number]

/** `none`, only `see`, or `act`; `some`: not all there is of it. */
export interface Level {
  readonly may: 'none' | 'see' | 'act'
  readonly some: boolean
}

export interface AreaRow {
  readonly area: Area
  readonly levels: Readonly<Record<Role, Level>>
  readonly routes: readonly Route[]
}

/** Areas without a route are left out. */
export function areasOf(routes: readonly Route[]): readonly AreaRow[] {
  const byArea = Map.groupBy(routes, (route) => areaOf(route.path))
  return AREAS.flatMap((area) => {
    const own = byArea.get(area)
    if (own === undefined) return []
    const levels = Object.fromEntries(ROLES.map((role) => [role, levelOf(role, own)])) as Record<Role, Level>
    return [{ area, levels, routes: own }]
  })
}

const SEGMENTS: Readonly<Record<string, Area>> = {
  ...{ live: 'overview', customers: 'sites', samples: 'devices', suppressed: 'maintenance', roles: 'users' },
  ...{ inhibitions: 'maintenance', 'maintenance-windows': 'maintenance', 'enrolment-tokens': 'enrolment' },
  ...{ enrolments: 'enrolment', 'trap-definitions': 'events', 'unknown-traps': 'events', channels: 'notifications' },
  ...{ 'alarm-views': 'session', kiosk: 'kiosks' },
  ...{ 'notification-routes': 'notifications', quarantine: 'health', gaps: 'health', diagnostics: 'devices' },
}

/** Of a path below /api/v1. */
export function areaOf(path: string): Area {
  const [, , , first = '', , below = ''] = path.split('/')
  if (first === 'sites' && below === 'config') return 'site-config'
  if (first === 'sites' && (below === 'sweeps' || below === 'proposals')) return 'discovery'
  if (first === 'sites' && (below === 'links' || below === 'dependencies')) return 'topology'
  return SEGMENTS[first] ?? AREAS.find((area) => area === first) ?? 'other'
}

/** What is tried on the way to a change or taken along changes nothing; how far a change is belongs to it. */
const isAct = ({ method, path }: Route) =>
  path.includes('/bulk') || (method !== 'GET' && !/\/(preview|try|export)$/.test(path))

function levelOf(role: Role, routes: readonly Route[]): Level {
  const acts = routes.filter(isAct)
  const seen = routes.filter((route) => !isAct(route) && route.roles.includes(role)).length
  const done = acts.filter((route) => route.roles.includes(role)).length
  if (done > 0) return { may: 'act', some: done < acts.length }
  if (seen > 0) return { may: 'see', some: seen < routes.length - acts.length }
  return { may: 'none', some: false }
}
