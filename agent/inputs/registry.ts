// The inputs there are: one line each. A new one is its folder, its part of the configuration, and a line here.
import type { Logger } from 'pino'
import type { AgentConfig } from '../config/config.ts'
import type { SnmpCredentials } from '../devices/device.ts'
import type { UsmUser } from '../protocols/snmp/usm.ts'
import type { Listener, Recorder } from './input.ts'
import type { EngineStore } from './snmp-trap/engine-store.ts'
import { createSnmpTrapListener } from './snmp-trap/snmp-trap.ts'
import type { Clock, SourceLookup } from './source-lookup.ts'
import { createSyslogListener } from './syslog/syslog.ts'

export interface ListenerParts {
  readonly config: Pick<AgentConfig, 'inputs' | 'trapUsers' | 'timeZone'>
  readonly sources: SourceLookup
  readonly recorder: Recorder
  readonly engines: EngineStore
  readonly clock: Clock
  readonly log: Logger
  /** A trap of a known device was recorded. */
  readonly onTrap: (device: string, trapOid: string) => void
}

/** Builds the listeners that the configuration names. */
export function createListeners(parts: ListenerParts): Listener[] {
  return [snmpTrap, syslog].flatMap((build) => build(parts) ?? [])
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
  return timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
}
