// A device and its credentials as they are written, turned into what the rooms take.
import type { Secret } from '#shared/config/secret.ts'
import { type Credentials, type DeviceConfig, levelOf } from '#shared/devices/device-config.ts'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import type { AgentFile } from './agent-file.ts'

export type DeviceDefaults = AgentFile['defaults']
type Written = Omit<DeviceConfig, 'snmp'> & { readonly snmp?: Partial<NonNullable<DeviceConfig['snmp']>> | undefined }

/** `credentials` are those of its SNMP; without them it is not asked over SNMP. */
export function resolveDevice(
  device: Written,
  defaults: DeviceDefaults,
  credentials: SnmpCredentials | undefined,
): AgentDevice {
  const { id, address, tags, parents, poweredBy, via, nearAgent, snmp, icmp, tcp, http } = device
  return {
    id,
    name: device.name ?? id,
    address,
    tags,
    parents,
    ...(poweredBy ? { poweredBy } : {}),
    ...(via ? { via } : {}),
    ...(nearAgent === undefined ? {} : { nearAgent }),
    ...(snmp && credentials ? { snmp: { ...defaults.snmp, ...timingOf(snmp), ...credentials } } : {}),
    ...(icmp ? { icmp: { ...defaults.icmp, ...present(icmp) } } : {}),
    ...(tcp ? { tcp: tcp.map((check) => ({ ...defaults.tcp, ...present(check), port: check.port })) } : {}),
    ...(http ? { http: http.map((check) => ({ ...defaults.http, ...present(check), url: check.url })) } : {}),
  }
}

function timingOf({ port, timeoutMs, retries, intervalMs, maxRepetitions, profile }: NonNullable<Written['snmp']>) {
  return present({ port, timeoutMs, retries, intervalMs, maxRepetitions, profile })
}

/** Credentials with their secrets revealed: only protocols may hold these, nobody prints them. */
export function plainCredentials(set: Credentials): SnmpCredentials {
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

/** v3 sets, each user once: the first of a name holds. */
export function trapUsersOf(sets: readonly SnmpCredentials[]): SnmpCredentials[] {
  const users = new Map<string, SnmpCredentials>()
  for (const set of sets)
    if (set.version === 'v3' && set.user !== undefined && !users.has(set.user)) users.set(set.user, set)
  return [...users.values()]
}

/** The same object without keys that are undefined. */
export function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never
}
