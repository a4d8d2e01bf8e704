// The screens in the navigation, in the order people need them: what is watched, what stands at the sites, what judges it,
// and what runs Outrider itself.
import type { Role } from '#shared/http/session.ts'
import type { IconName } from '../ui/icons.tsx'

export interface NavigationEntry {
  readonly to:
    | '/overview'
    | '/customers'
    | '/alarms'
    | '/history'
    | '/incidents'
    | '/events'
    | '/devices'
    | '/sites'
    | '/agents'
    | '/rules'
    | '/maintenance'
    | '/notifications'
    | '/wallboards'
    | '/users'
    | '/tokens'
    | '/audit'
    | '/health'
  readonly icon: IconName
  readonly group: NavigationGroup
  /** Who gets to see it; everybody when absent. */
  readonly roles?: readonly Role[]
  /** It is about the whole installation: not for accounts with customers. */
  readonly whole?: true
  /** After G it leads there. */
  readonly key?: string
  /** In the bar of a phone; the others are behind its last button. Four have room. */
  readonly phone?: true
}

/** In this order. */
export const NAVIGATION_GROUPS = ['watch', 'sites', 'judge', 'run'] as const
export type NavigationGroup = (typeof NAVIGATION_GROUPS)[number]

/** Who is not somebody at a customer's. */
const READERS: readonly Role[] = ['admin', 'noc', 'desk', 'engineer', 'viewer']
/** Who works here. */
const WORKERS: readonly Role[] = ['admin', 'noc', 'desk', 'engineer']
const ADMINS: readonly Role[] = ['admin']

export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/overview', icon: 'overview', group: 'watch', key: 'o' },
  { to: '/alarms', icon: 'alarms', group: 'watch', key: 'a', phone: true },
  { to: '/history', icon: 'clock', group: 'watch', key: 'h' },
  { to: '/incidents', icon: 'incidents', group: 'watch', key: 'i', phone: true },
  { to: '/events', icon: 'events', group: 'watch', key: 'e', roles: READERS },
  { to: '/devices', icon: 'devices', group: 'sites', key: 'd', phone: true },
  { to: '/sites', icon: 'sites', group: 'sites', key: 's', phone: true },
  { to: '/customers', icon: 'customers', group: 'sites' },
  { to: '/agents', icon: 'agents', group: 'sites', key: 'g', roles: READERS },
  { to: '/rules', icon: 'rules', group: 'judge', key: 'r', roles: READERS },
  { to: '/maintenance', icon: 'tool', group: 'judge', key: 'm', roles: READERS },
  { to: '/notifications', icon: 'send', group: 'judge', roles: WORKERS },
  { to: '/health', icon: 'pulse', group: 'run', roles: WORKERS, whole: true },
  { to: '/users', icon: 'users', group: 'run', roles: ADMINS },
  { to: '/tokens', icon: 'key', group: 'run' },
  { to: '/wallboards', icon: 'wall', group: 'run', roles: ADMINS },
  { to: '/audit', icon: 'scroll', group: 'run', roles: ADMINS },
]

/** Whether somebody of this role may open what is at `path`; what is not in the navigation decides for itself. */
export function mayOpen(path: string, role: Role | undefined, seesAll: boolean): boolean {
  const entry = NAVIGATION.find(({ to }) => path === to || path.startsWith(`${to}/`))
  return entry === undefined || isFor(entry, role, seesAll)
}

const isFor = ({ roles, whole }: NavigationEntry, role: Role | undefined, seesAll: boolean): boolean =>
  (roles === undefined || (role !== undefined && roles.includes(role))) && (seesAll || whole === undefined)

/** What `role` gets to see, group by group; empty groups are left out. `entries` in any order; `seesAll`: every customer. */
export function navigationFor(
  role: Role | undefined,
  entries: readonly NavigationEntry[] = NAVIGATION,
  seesAll = true,
): readonly { readonly group: NavigationGroup; readonly entries: readonly NavigationEntry[] }[] {
  const seen = entries.filter((entry) => isFor(entry, role, seesAll))
  return NAVIGATION_GROUPS.map((group) => ({ group, entries: seen.filter((entry) => entry.group === group) })).filter(
    (one) => one.entries.length > 0,
  )
}
