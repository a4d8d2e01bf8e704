// The inputs there are: one line each. A new one is its folder, its part of the configuration, and a line here.
import type { Logger } from 'pino'
import type { AgentConfig } from '../config/config.ts'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import type { DeviceIdentity } from '../devices/device-identity.ts'
import type { Pinger } from '../protocols/icmp/icmp.ts'
import type { SnmpClient } from '../protocols/snmp/snmp-client.ts'
import type { UsmUser } from '../protocols/snmp/usm.ts'
import { createHttpPollers } from './http/http.ts'
import { createIcmpPollers } from './icmp/icmp.ts'
import type { Listener, Poller, Recorder } from './input.ts'
import { createLogFileListener, type FilePlaceStore } from './log-file/log-file.ts'
import { createNeighboursPoller, type NeighboursDeps } from './neighbours/neighbours.ts'
import { createSnmpPoller, type SnmpPollerDeps } from './snmp-poll/snmp-poll.ts'
import type { EngineStore } from './snmp-trap/engine-store.ts'
import { createSnmpTrapListener, type TrapListener } from './snmp-trap/snmp-trap.ts'
import type { Clock, SourceLookup } from './source-lookup.ts'
import { createSyslogListener } from './syslog/syslog.ts'
import { createTcpPollers } from './tcp/tcp.ts'

export interface ListenerParts {
  readonly config: Pick<AgentConfig, 'inputs' | 'trapUsers' | 'timeZone'>
  readonly sources: SourceLookup
  readonly recorder: Recorder
  readonly engines: EngineStore
  readonly places: FilePlaceStore
  readonly clock: Clock
  readonly log: Logger
  /** A trap of a known device was recorded. */
  readonly onTrap: (device: string, trapOid: string) => void
}

/** What may be listened to, by the key under `inputs`; each can be built and replaced by itself. */
export const LISTENER_KINDS = ['traps', 'syslog', 'files'] as const
export type ListenerKind = (typeof LISTENER_KINDS)[number]

/** Builds the listeners that the configuration names. */
export function createListeners(parts: ListenerParts, kinds: readonly ListenerKind[] = LISTENER_KINDS): Listener[] {
  const build = { traps: snmpTrap, syslog, files: logFiles }
  return kinds.flatMap((kind) => build[kind](parts) ?? [])
}

/** Gives trap listeners among these other v3 users; their sockets stay open. */
export async function setTrapUsers(listeners: readonly Listener[], sets: readonly SnmpCredentials[]): Promise<void> {
  const users = sets.flatMap(usmUser)
  for (const listener of listeners) if ('setUsers' in listener) await (listener as TrapListener).setUsers(users)
}

export interface PollerParts {
  readonly device: AgentDevice
  readonly recorder: Recorder
  readonly clock: Clock
  readonly log: Logger
  readonly pinger: Pinger
  /** Present for a device with SNMP. */
  readonly client: SnmpClient | undefined
  readonly profiles: SnmpPollerDeps['profiles']
  readonly onIdentity: (identity: DeviceIdentity) => void
  readonly dropped: NonNullable<SnmpPollerDeps['dropped']>
  /** Absent: nobody wants to know who stands beside the device. */
  readonly neighbours?: Pick<NeighboursDeps, 'site' | 'wanted'>
  /** The device restarted, or its ports have other numbers now. */
  readonly onPortsChanged?: () => void
}

/** Builds the checks of one device. Asks the recorder for series numbers: its store must be open. */
export function createPollers(parts: PollerParts): Poller[] {
  const withWall = { ...parts, wall: parts.clock.wall }
  return [
    ...snmpPoller(parts),
    ...createIcmpPollers(withWall),
    ...createTcpPollers(withWall),
    ...createHttpPollers(withWall),
  ]
}

function snmpPoller(parts: PollerParts): Poller[] {
  const { device, client, neighbours } = parts
  if (device.snmp === undefined || client === undefined) return []
  const asked = { ...parts, device: { ...device, snmp: device.snmp }, client }
  return [createSnmpPoller(asked), ...(neighbours ? [createNeighboursPoller({ ...asked, ...neighbours })] : [])]
}

function logFiles({ config, ...parts }: ListenerParts): Listener[] {
  const log = parts.log.child({ room: 'log-file' })
  return config.inputs.files.map(({ path, device, format, from }) => {
    const file = { path, format, from, timeZone: zoneOf(config), ...(device === undefined ? {} : { device }) }
    return createLogFileListener({ ...parts, log, config: file })
  })
}

function snmpTrap({ config, ...parts }: ListenerParts): Listener | undefined {
  const { traps } = config.inputs
  if (traps === undefined) return undefined
  const { host, port, receiveBufferBytes, communities, stormLimit, strangersPerSecond } = traps
  return createSnmpTrapListener({
    ...parts,
    log: parts.log.child({ room: 'snmp-trap' }),
    config: {
      ...{ host, port, receiveBufferBytes, strangersPerSecond, users: config.trapUsers.flatMap(usmUser) },
      ...(communities ? { communities: communities.map((secret) => secret.reveal()) } : {}),
      ...(stormLimit === undefined ? {} : { stormLimit }),
    },
  })
}

function syslog({ config, ...parts }: ListenerParts): Listener | undefined {
  const { udp, tcp, stormLimit, strangersPerSecond } = config.inputs.syslog ?? {}
  if (udp === undefined && tcp === undefined) return undefined
  return createSyslogListener({
    ...parts,
    log: parts.log.child({ room: 'syslog' }),
    config: {
      timeZone: zoneOf(config),
      ...(udp ? { udp } : {}),
      ...(tcp ? { tcp } : {}),
      ...(stormLimit === undefined ? {} : { stormLimit }),
      ...(strangersPerSecond === undefined ? {} : { strangersPerSecond }),
    },
  })
}

function usmUser({ user, level, authProtocol, authKey, privProtocol, privKey }: SnmpCredentials): UsmUser[] {
  if (user === undefined || level === undefined) return []
  return [
    {
      ...{ name: user, level },
      ...(authProtocol && authKey ? { authProtocol, authKey } : {}),
      ...(privProtocol && privKey ? { privProtocol, privKey } : {}),
    },
  ]
}

function zoneOf({ timeZone }: Pick<AgentConfig, 'timeZone'>): string {
  // Asking Intl would load some 8 MB of calendars.
  return timeZone ?? Temporal.Now.timeZoneId()
}
