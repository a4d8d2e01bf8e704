// The door: agent.yaml read, checked and turned into what the rooms take. Every problem at once, before anything opens.
import { type ConfigResult, readConfig, type SecretSource } from '#shared/config/read-config.ts'
import type { Credentials } from '#shared/devices/device-config.ts'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import { AgentFile, isTimeZone } from './agent-file.ts'
import { plainCredentials, resolveDevice, trapUsersOf } from './resolve-device.ts'
import { type FoundIdentity, type SignIn, signInOf, signInProblems } from './sign-in.ts'

export type { EnrolledAs, FoundIdentity } from './sign-in.ts'

export interface AgentConfig extends Omit<AgentFile, 'agent' | 'broker' | 'devices' | 'credentials'> {
  readonly agent: { readonly id: string }
  readonly broker: SignIn
  /** True when the agent has an identity, which then holds its certificate. */
  readonly enrolled: boolean
  readonly devices: readonly AgentDevice[]
  /** The sets that have a name of their own. */
  readonly credentials: Readonly<Record<string, SnmpCredentials>>
  /** v3 users whose notifications are accepted. */
  readonly trapUsers: readonly SnmpCredentials[]
  /** The zone as the file says it; `timeZone` may be what enrolment told. */
  readonly fileTimeZone: string | undefined
}

export interface ReadOptions {
  /** For messages only. */
  readonly file: string
  readonly secrets: SecretSource
  /** The identity in a data folder, which supplies what the file need not say. */
  readonly identity?: (dataDir: string) => FoundIdentity
}

/** Whether devices may come from a collector: it has a key whose signature is believed. */
export function mayGetDevices({ enrolled, commandKey }: Pick<AgentConfig, 'enrolled' | 'commandKey'>): boolean {
  return enrolled || commandKey !== ''
}

/** Reads agent.yaml. Never throws. */
export function readAgentConfig(text: string, options: ReadOptions): ConfigResult<AgentConfig> {
  let found: FoundIdentity = { kind: 'none' }
  const schema = AgentFile.superRefine((file, ctx) => {
    found = options.identity?.(file.dataDir) ?? found
    for (const { path, message } of signInProblems(file, found))
      ctx.addIssue({ code: 'custom', path: [...path], message })
  })
  const result = readConfig(text, schema, options)
  return result.ok ? { ok: true, value: resolve(result.value, found) } : result
}

function resolve(file: AgentFile, found: FoundIdentity): AgentConfig {
  const { devices, credentials, ...rest } = file
  const sets = Object.fromEntries(Object.entries(credentials).map(([name, set]) => [name, plainCredentials(set)]))
  const resolved = devices.map((device) => {
    const { snmp } = device
    if (snmp === undefined) return resolveDevice(device, file.defaults, undefined)
    const set = snmp.credentials === undefined ? plainCredentials(snmp as Credentials) : sets[snmp.credentials]
    return resolveDevice(device, file.defaults, set)
  })
  const named = file.inputs.traps?.credentials?.map((name) => sets[name] as SnmpCredentials)
  const told = found.kind === 'good' ? found.identity.timeZone : ''
  const timeZone = file.timeZone ?? (isTimeZone(told) ? told : undefined)
  return {
    ...rest,
    ...signInOf(file, found),
    ...(timeZone === undefined ? {} : { timeZone }),
    devices: resolved,
    credentials: sets,
    trapUsers: trapUsersOf(named ?? resolved.flatMap((device) => device.snmp ?? [])),
    fileTimeZone: file.timeZone,
  }
}
