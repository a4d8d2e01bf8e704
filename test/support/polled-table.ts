// What the real poller makes of a device that is a table of answers, without a network: for golden tests of profiles.
import { pino } from 'pino'
import type { DeviceIdentity } from '#agent/devices/device-identity.ts'
import { createSnmpPoller } from '#agent/inputs/snmp-poll/snmp-poll.ts'
import type { SnmpClient, SnmpColumn, SnmpValue } from '#agent/protocols/snmp/snmp-client.ts'
import type { MetricDefinition, Profile } from '#shared/profiles/profile.ts'
import { createMemoryRecorder, type MemoryRecorder } from './memory-recorder.ts'
import type { OidTable, OidValue } from './virtual-site/oid-table.ts'

export interface Polled {
  readonly identity: DeviceIdentity
  readonly recorder: MemoryRecorder
  /** `metric resource` to value, interfaces and the uptime left out. */
  readonly values: Readonly<Record<string, number>>
  /** What states and limits of the profile would raise, holds not waited for. */
  readonly alarms: readonly string[]
  readonly asked: number
}

/** Polls once; throws when that fails. */
export async function pollTable(profiles: ReadonlyMap<string, Profile>, table: OidTable): Promise<Polled> {
  const recorder = createMemoryRecorder()
  const identities: DeviceIdentity[] = []
  const counted = { asked: 0 }
  const poller = createSnmpPoller({
    device: {
      id: 'device',
      address: '127.0.0.1',
      snmp: { version: 'v2c', community: 'public', port: 161, intervalMs: 60_000, timeoutMs: 1000, retries: 0 },
    } as unknown as Parameters<typeof createSnmpPoller>[0]['device'],
    client: clientOf(table, counted),
    profiles: () => profiles,
    recorder,
    log: pino({ enabled: false }),
    clock: { wall: () => 1_000_000, mono: () => 0 },
    onIdentity: (identity) => identities.push(identity),
  })
  const outcome = await poller.poll(AbortSignal.timeout(30_000))
  const [identity] = identities
  if (outcome.outcome !== 'ok' || identity === undefined) throw new Error(`poll: ${JSON.stringify(outcome)}`)
  const profile = profiles.get(identity.profile) as Profile
  const values: Record<string, number> = {}
  const alarms: string[] = []
  for (const { n, value } of recorder.samples) {
    const definition = recorder.definitions[n]
    if (definition === undefined || definition.metric === 'sys.uptime' || definition.metric.startsWith('if.')) continue
    const name = `${definition.metric} ${definition.resource}`.trim()
    values[name] = value
    const metric = metricOf(profile, definition.metric, definition.resource)
    const word = metric === undefined || definition.kind.startsWith('counter') ? undefined : verdictOn(metric, value)
    if (word !== undefined) alarms.push(`${name} ${word}`)
  }
  return { identity, recorder, values, alarms, asked: counted.asked }
}

/** What the profile says about a series. */
export function metricOf(profile: Profile, metric: string, resource: string): MetricDefinition | undefined {
  const metrics: readonly MetricDefinition[] = [...profile.scalars, ...profile.tables.flatMap((t) => t.columns)]
  return metrics.find((one) => one.metric === metric && prefixFits(profile, one, resource))
}

function prefixFits(profile: Profile, metric: MetricDefinition, resource: string): boolean {
  const table = profile.tables.find((t) => (t.columns as readonly MetricDefinition[]).includes(metric))
  return table === undefined ? resource === '' : resource.startsWith(`${table.resource.prefix}:`)
}

/** What a state or limit makes of a value, undefined when nothing. */
export function verdictOn(metric: MetricDefinition, value: number): string | undefined {
  const state = metric.states?.[String(value)]
  if (metric.states) return state === undefined ? `has no state ${value}` : metric.severities?.[state] && state
  const { lowCritical, lowWarning, highWarning, highCritical } = metric.limits ?? {}
  const low = lowWarning ?? lowCritical
  const high = highWarning ?? highCritical
  if (low !== undefined && value <= low) return `is ${value}, not above ${low}`
  if (high !== undefined && value >= high) return `is ${value}, not below ${high}`
  return undefined
}

function clientOf(table: OidTable, counted: { asked: number }): SnmpClient {
  const answerOf = (oid: string): SnmpValue => {
    const found = table.get(oid)
    return found ? valueFrom(oid, found.value) : { oid, type: 'noSuchObject', value: null }
  }
  const columnOf = (column: string): SnmpColumn => {
    const cells = new Map<string, SnmpValue>()
    for (let at = table.next(column); at?.oid.startsWith(`${column}.`); at = table.next(at.oid)) {
      cells.set(at.oid.slice(column.length + 1), answerOf(at.oid))
      counted.asked++
    }
    return cells
  }
  return {
    async get(oids) {
      counted.asked += oids.length
      return { outcome: 'ok', value: oids.map(answerOf) }
    },
    columns: async (oids) => ({ outcome: 'ok', value: new Map(oids.map((oid) => [oid, columnOf(oid)])) }),
    walk: async (oid) => ({ outcome: 'ok', value: [...columnOf(oid).values()] }),
    close() {},
  }
}

function valueFrom(oid: string, { type, value }: OidValue): SnmpValue {
  const now = typeof value === 'function' ? value() : value
  const octets = type === 'OctetString' || type === 'Opaque'
  return { oid, type, value: octets && typeof now === 'string' ? Buffer.from(now, 'latin1') : now }
}
