// The screens in the navigation, in the order people need them. Groups part what is watched from what is looked up.
import type { IconName } from '../ui/icons.tsx'

export interface NavigationEntry {
  readonly to:
    | '/alarms'
    | '/incidents'
    | '/events'
    | '/devices'
    | '/sites'
    | '/agents'
    | '/rules'
    | '/maintenance'
    | '/notifications'
  readonly icon: IconName
  readonly group: 'watch' | 'site' | 'judge'
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/alarms', icon: 'alarms', group: 'watch' },
  { to: '/incidents', icon: 'incidents', group: 'watch' },
  { to: '/events', icon: 'events', group: 'watch' },
  { to: '/devices', icon: 'devices', group: 'site' },
  { to: '/sites', icon: 'sites', group: 'site' },
  { to: '/agents', icon: 'agents', group: 'site' },
  { to: '/rules', icon: 'rules', group: 'judge' },
  { to: '/maintenance', icon: 'tool', group: 'judge' },
  { to: '/notifications', icon: 'send', group: 'judge' },
]
