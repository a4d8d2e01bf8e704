// The door: agent.yaml read, checked and turned into what the rooms take. Every problem at once, before anything opens.
import { type ConfigResult, readConfig, type SecretSource } from '#shared/config/read-config.ts'
import type { Secret } from '#shared/config/secret.ts'
import { type Credentials, type DeviceConfig, levelOf } from '#shared/devices/device-config.ts'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import { AgentFile } from './agent-file.ts'
import { type FoundIdentity, type SignIn, signInOf, signInProblems } from './sign-in.ts'

export type { EnrolledAs, FoundIdentity } from './sign-in.ts'

export interface AgentConfig extends Omit<AgentFile, 'agent' | 'broker' | 'devices' | 'credentials' | 'defaults'> {
  readonly agent: { readonly id: string }
  readonly broker: SignIn
  /** True when the agent has an identity, which then holds its certificate. */
  readonly enrolled: boolean
  readonly devices: readonly AgentDevice[]
  /** The sets that have a name of their own. */
  readonly credentials: Readonly<Record<string, SnmpCredentials>>
  /** v3 users whose notifications are accepted. */
  readonly trapUsers: readonly SnmpCredentials[]
}

export interface ReadOptions {
  /** For messages only. */
  readonly file: string
  readonly secrets: SecretSource
  /** The identity in a data folder, which supplies what the file need not say. */
  readonly identity?: (dataDir: string) => FoundIdentity
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
  const { devices, credentials, defaults, ...rest } = file
  const resolved = devices.map((device) => deviceOf(device, file))
  const named = file.inputs.traps?.credentials?.map((name) => plain(credentials[name] as Credentials))
  const trapUsers = new Map<string, SnmpCredentials>()
  for (const set of named ?? resolved.flatMap((device) => device.snmp ?? []))
    if (set.version === 'v3' && set.user !== undefined && !trapUsers.has(set.user)) trapUsers.set(set.user, set)
  const sets = Object.entries(credentials).map(([name, set]) => [name, plain(set)] as const)
  const timeZone = file.timeZone ?? (found.kind === 'good' ? found.identity.timeZone : undefined)
  return {
    ...rest,
    ...signInOf(file, found),
    ...(timeZone === undefined ? {} : { timeZone }),
    devices: resolved,
    credentials: Object.fromEntries(sets),
    trapUsers: [...trapUsers.values()],
  }
}

function deviceOf(device: DeviceConfig, file: AgentFile): AgentDevice {
  const { defaults } = file
  const { id, address, tags, parents, icmp, tcp, http } = device
  return {
    id,
    name: device.name ?? id,
    address,
    tags,
    parents,
    ...(device.snmp ? { snmp: snmpOf(device.snmp, file) } : {}),
    ...(icmp ? { icmp: { ...defaults.icmp, ...present(icmp) } } : {}),
    ...(tcp ? { tcp: tcp.map((check) => ({ ...defaults.tcp, ...present(check), port: check.port })) } : {}),
    ...(http ? { http: http.map((check) => ({ ...defaults.http, ...present(check), url: check.url })) } : {}),
  }
}

function snmpOf(snmp: NonNullable<DeviceConfig['snmp']>, file: AgentFile): NonNullable<AgentDevice['snmp']> {
  const set =
    snmp.credentials === undefined ? (snmp as Credentials) : (file.credentials[snmp.credentials] as Credentials)
  const { port, timeoutMs, retries, intervalMs, maxRepetitions, profile } = snmp
  const own = present({ port, timeoutMs, retries, intervalMs, maxRepetitions, profile })
  return { ...file.defaults.snmp, ...own, ...plain(set) }
}

/** Credentials with their secrets revealed: only protocols may hold these, nobody prints them. */
function plain(set: Credentials): SnmpCredentials {
  const { version, user, authProtocol, privProtocol, context } = set
  const reveal = (secret: Secret | undefined) => secret?.reveal()
  const keys = { community: reveal(set.community), authKey: reveal(set.authKey), privKey: reveal(set.privKey) }
  if (version !== 'v3') return { version, ...present({ community: keys.community }) }
  return {
    version,
    level: levelOf(set),
    authProtocol: authProtocol ?? 'sha256',
    privProtocol: privProtocol ?? 'aes',
    ...present({ user, context, authKey: keys.authKey, privKey: keys.privKey }),
  }
}

/** The same object without keys that are undefined. */
function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never
}
