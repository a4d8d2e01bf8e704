// What the agent watches: the site's own file and what came from the collector, put together. The file wins. Each thing
// from the collector is judged alone, so that a bad device costs only itself.
import type { z } from 'zod'
import { secretOf } from '#shared/config/secret.ts'
import { credentialsProblem } from '#shared/devices/device-config.ts'
import { ManagedCredentials, ManagedDevice, ManagedSettings, SECRET_KEYS } from '#shared/devices/managed-device.ts'
import { isSealed } from '#shared/seal/seal.ts'
import type { ConfigReport, SiteConfig } from '#shared/wire/site-config.ts'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import { isTimeZone, MAX_DEVICES } from './agent-file.ts'
import type { AgentConfig } from './config.ts'
import { type DeviceDefaults, plainCredentials, present, resolveDevice, trapUsersOf } from './resolve-device.ts'

export type ConfigProblem = ConfigReport['problems'][number]

export interface SiteView {
  readonly devices: readonly AgentDevice[]
  readonly inputs: AgentConfig['inputs']
  readonly timeZone: string | undefined
  /** v3 users whose notifications are accepted. */
  readonly trapUsers: readonly SnmpCredentials[]
  /** Profiles of the collector; those of the site's folder come after them. */
  readonly profiles: SiteConfig['profiles']
  readonly problems: readonly ConfigProblem[]
}

/** `open` opens what was sealed to this agent; throws when it cannot be opened. Never throws itself. */
export function siteView(own: AgentConfig, config: SiteConfig | undefined, open: (box: string) => string): SiteView {
  const problems: ConfigProblem[] = []
  const say = (device: string | null, path: string, message: string) =>
    void problems.push({ device, path: path.slice(0, 256), message: message.slice(0, 512) })
  const settings = settingsOf(config?.settings ?? {}, say)
  const sets = credentialsOf(config?.credentials ?? {}, open, say)
  const devices = devicesOf(config?.devices ?? [], own, settings, sets, say)
  const all = [...own.devices, ...devices]
  for (const kind of ['traps', 'syslog'] as const)
    if (own.inputs[kind] && settings.inputs?.[kind])
      say(null, `settings.inputs.${kind}`, "the site's own file says so too: its own is used")
  if (own.fileTimeZone !== undefined && settings.timeZone !== undefined && settings.timeZone !== own.fileTimeZone)
    say(null, 'settings.timeZone', "the site's own file says another: its own is used")
  const traps = own.inputs.traps ?? settings.inputs?.traps
  const syslog = own.inputs.syslog ?? settings.inputs?.syslog
  return {
    ...{ devices: all, profiles: config?.profiles ?? [], problems },
    inputs: { ...own.inputs, ...(traps ? { traps } : {}), ...(syslog ? { syslog } : {}) },
    timeZone: own.fileTimeZone ?? settings.timeZone ?? own.timeZone,
    trapUsers: senders(own, settings, sets, all, say),
  }
}

type Say = (device: string | null, path: string, message: string) => void

/** Sections that cannot be read are left out, each by itself. */
function settingsOf(raw: Readonly<Record<string, unknown>>, say: Say): ManagedSettings {
  const good: Record<string, unknown> = {}
  for (const key of Object.keys(raw)) {
    const parsed = ManagedSettings.safeParse({ [key]: raw[key] })
    if (parsed.success) good[key] = parsed.data[key as keyof ManagedSettings]
    else for (const { path, message } of issuesOf(parsed.error)) say(null, `settings.${path || key}`, message)
  }
  const settings = good as ManagedSettings
  if (settings.timeZone === undefined || isTimeZone(settings.timeZone)) return settings
  say(null, 'settings.timeZone', 'not an IANA time zone')
  const { timeZone: _, ...rest } = settings
  return rest
}

function credentialsOf(
  raw: SiteConfig['credentials'],
  open: (box: string) => string,
  say: Say,
): ReadonlyMap<string, SnmpCredentials> {
  const sets = new Map<string, SnmpCredentials>()
  for (const [name, words] of Object.entries(raw)) {
    const made = credentialsFrom(words, open)
    if (typeof made === 'string') say(null, `credentials.${name}`, made)
    else sets.set(name, made)
  }
  return sets
}

/** A set of the collector, its boxes opened; or what is wrong with it. */
export function credentialsFrom(words: Readonly<Record<string, unknown>>, open: (box: string) => string) {
  const opened: Record<string, unknown> = { ...words }
  for (const key of SECRET_KEYS) {
    const box = words[key]
    if (box === undefined) continue
    if (typeof box !== 'string' || !isSealed(box)) return `\`${key}\` is not sealed to this agent`
    try {
      opened[key] = open(box)
    } catch (error) {
      return `\`${key}\` cannot be opened: ${(error as Error).message}`
    }
  }
  const parsed = ManagedCredentials.safeParse(opened)
  if (!parsed.success) return issuesOf(parsed.error)[0]?.message ?? 'cannot be read'
  const { community, authKey, privKey, ...rest } = parsed.data
  const secret = (text: string | null | undefined) => (typeof text === 'string' ? secretOf(text) : undefined)
  const secrets = { community: secret(community), authKey: secret(authKey), privKey: secret(privKey) }
  const set = { ...rest, ...present(secrets) }
  return credentialsProblem(set) ?? plainCredentials(set)
}

function devicesOf(
  raw: SiteConfig['devices'],
  own: AgentConfig,
  settings: ManagedSettings,
  sets: ReadonlyMap<string, SnmpCredentials>,
  say: Say,
): AgentDevice[] {
  const defaults = mixed(own.defaults, settings.defaults)
  const ids = new Set(own.devices.map((device) => device.id))
  const fromFile = new Set(ids)
  const good: AgentDevice[] = []
  for (const one of raw) {
    const id = typeof one.id === 'string' ? one.id.slice(0, 63) : null
    const parsed = ManagedDevice.safeParse(one)
    if (!parsed.success) {
      for (const { path, message } of issuesOf(parsed.error)) say(id, path, message)
      continue
    }
    const device = parsed.data
    const set = device.snmp && sets.get(device.snmp.credentials)
    if (fromFile.has(device.id)) say(id, 'id', "the site's own file has a device of this id: its own is used")
    else if (ids.has(device.id)) say(id, 'id', 'this id is used twice')
    else if (ids.size >= MAX_DEVICES) say(id, 'id', `more than ${MAX_DEVICES} devices`)
    else if (device.snmp && !set) say(id, 'snmp.credentials', `no usable credentials "${device.snmp.credentials}"`)
    else {
      ids.add(device.id)
      const made = resolveDevice(device as Parameters<typeof resolveDevice>[0], defaults, set)
      good.push({ ...made, origin: 'collector' })
    }
  }
  return good.map((device) => withKnownParents(device, ids, say))
}

/** A parent that is not there costs the device only its place in the tree. */
function withKnownParents(device: AgentDevice, ids: ReadonlySet<string>, say: Say): AgentDevice {
  const lost = device.parents.filter((parent) => !ids.has(parent) || parent === device.id)
  if (lost.length === 0) return device
  say(device.id, 'parents', `no other device "${lost[0]}"`)
  return { ...device, parents: device.parents.filter((parent) => !lost.includes(parent)) }
}

function senders(
  own: AgentConfig,
  settings: ManagedSettings,
  sets: ReadonlyMap<string, SnmpCredentials>,
  devices: readonly AgentDevice[],
  say: Say,
): readonly SnmpCredentials[] {
  if (own.inputs.traps?.credentials) return own.trapUsers
  const named = own.inputs.traps ? undefined : settings.inputs?.traps?.credentials
  if (named === undefined) return trapUsersOf(devices.flatMap((device) => device.snmp ?? []))
  for (const name of named)
    if (!sets.has(name)) say(null, 'settings.inputs.traps.credentials', `no usable credentials "${name}"`)
  return trapUsersOf(named.flatMap((name) => sets.get(name) ?? []))
}

function mixed(own: DeviceDefaults, theirs: ManagedSettings['defaults'] = {}): DeviceDefaults {
  const { snmp, icmp, tcp, http } = theirs
  return {
    snmp: { ...own.snmp, ...present(snmp ?? {}) },
    icmp: { ...own.icmp, ...present(icmp ?? {}) },
    tcp: { ...own.tcp, ...present(tcp ?? {}) },
    http: { ...own.http, ...present(http ?? {}) },
  }
}

function issuesOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.slice(0, 5).flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.slice(0, 5).map((key) => ({ path: path ? `${path}.${key}` : key, message: 'unknown key' }))
  })
}
