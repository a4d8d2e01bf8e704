// What can be done from everywhere. One line for each; a screen that has an address for making something adds its own.
import type { ToOptions } from '@tanstack/react-router'
import type { Role } from '#shared/http/session.ts'
import type { IconName } from '../ui/icons.tsx'

export interface PaletteCommand {
  /** Its word is `palette.do.<id>`; what else it may be called is in `words`, in English. */
  readonly id: string
  readonly icon: IconName
  readonly words: string
  /** Everybody when absent. */
  readonly roles?: readonly Role[]
  readonly go: ToOptions
}

const ADMINS: readonly Role[] = ['admin']
const WORKERS: readonly Role[] = ['admin', 'noc', 'desk', 'engineer']

export const COMMANDS: readonly PaletteCommand[] = [
  {
    ...{ id: 'addDevice', icon: 'devices', words: 'add device import csv excel discovery sweep', roles: ADMINS },
    go: { to: '/devices', search: { add: true } },
  },
  { id: 'addAgent', icon: 'agents', words: 'add agent enrol', roles: ADMINS, go: { to: '/agents/add', search: {} } },
  { id: 'addRule', icon: 'rules', words: 'new rule threshold', roles: ADMINS, go: { to: '/rules/add', search: {} } },
  {
    ...{ id: 'approve', icon: 'check', words: 'approve agent requests', roles: ADMINS },
    go: { to: '/agents', search: { view: 'requests' } },
  },
  {
    ...{ id: 'suppressed', icon: 'tool', words: 'suppressed shelved now why quiet', roles: WORKERS },
    go: { to: '/maintenance', search: { view: 'suppressed' } },
  },
  {
    ...{ id: 'unknownTraps', icon: 'events', words: 'unknown traps inbox', roles: WORKERS },
    go: { to: '/events', search: { view: 'unknown' } },
  },
  {
    ...{ id: 'deliveries', icon: 'send', words: 'delivery log messages told', roles: WORKERS },
    go: { to: '/notifications', search: { view: 'log' } },
  },
  {
    id: 'setUp',
    icon: 'check',
    words: 'welcome set up first steps',
    roles: ADMINS,
    go: { to: '/welcome', search: {} },
  },
  { id: 'password', icon: 'key', words: 'change password', go: { to: '/preferences' } },
]

export const commandsFor = (role: Role | undefined): readonly PaletteCommand[] =>
  COMMANDS.filter(({ roles }) => roles === undefined || (role !== undefined && roles.includes(role)))
