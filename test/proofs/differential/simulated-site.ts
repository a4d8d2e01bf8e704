// The equipment of the site: what each device answers at a moment of the day, what it sends by itself. The same whatever
// happens to the link; nothing here knows of agents.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { POLL_OUTCOMES } from '#shared/domain/poll-outcome.ts'
import { POLL_STATUS_METRIC, REACHABLE_METRIC, type SeriesDefinition, UPTIME_METRIC } from '#shared/domain/sample.ts'
import { DAY_S, type Fault, type FaultKind, UPS_EVERY } from './faults.ts'

export type SeriesOf = Omit<SeriesDefinition, 'n'>
/** An event as the device sends it: the agent adds its own time. */
export type Sent = { readonly at: number; readonly event: (wall: number) => DeviceEvent }

export interface SimulatedSite {
  readonly devices: readonly string[]
  readonly faults: number
  /** What is measured of device `d`: pings first, then its poll. */
  series(d: number): readonly SeriesOf[]
  /** Readings of the ping (or poll) of `d` at second `s`, by place in series(d). */
  ping(d: number, s: number, take: (place: number, value: number) => void): void
  poll(d: number, s: number, take: (place: number, value: number) => void): void
  /** What devices send, in order of time. */
  readonly sent: readonly Sent[]
}

const PORTS = 3
const STATUS = Object.fromEntries(POLL_OUTCOMES.map((name, i) => [String(i), name]))
const OPER = { '1': 'up', '2': 'down' }

export function simulatedSite(devices: number, faults: readonly Fault[]): SimulatedSite {
  const names = Array.from({ length: devices }, (_, d) => nameOf(d))
  const all = names.map((_, d) => seriesOf(d))
  const own = names.map((_, d) => faults.filter((f) => f.device === d))

  const now = (d: number, s: number, ...kinds: FaultKind[]): Fault | undefined =>
    own[d]?.find((f) => s >= f.from && s < f.to && kinds.includes(f.kind))
  const started = (d: number, s: number): number =>
    own[d]?.findLast((f) => f.kind === 'reboot' && f.to <= s)?.to ?? -((d * 7919) % 4_000_000)
  const linkFault = (d: number, s: number) => now(d, s, 'link', 'link-lost-clear', 'link-log')

  /** Octets since the counter began: a steady rate, more while there is traffic. */
  function octets(d: number, port: number, s: number): number {
    const began = started(d, s)
    let extra = 0
    for (const f of own[d] ?? [])
      if (f.kind === 'traffic' && port === 0)
        extra += Math.max(0, Math.min(s, f.to) - Math.max(began, Math.min(f.from, s)))
    const base = began < 0 ? ((d * 104_729 + port * 7) % 1000) * 4_000_000 : 0
    return (base + (s - Math.max(began, 0)) * (20_000 + d * 10) + extra * 60_000_000) % 2 ** 32
  }

  return {
    devices: names,
    faults: faults.length,
    series: (d) => all[d] as SeriesOf[],
    sent: faults.flatMap((f) => sentBy(f, names)).sort((a, b) => a.at - b.at),
    ping(d, s, take) {
      if (now(d, s, 'hung')) return
      take(0, now(d, s, 'unreachable', 'reboot', 'flicker') ? 0 : 1)
    },
    poll(d, s, take) {
      if (now(d, s, 'hung')) return
      if (now(d, s, 'unreachable', 'reboot')) return take(1, POLL_OUTCOMES.indexOf('timeout'))
      take(2, s - started(d, s))
      take(1, 0)
      take(3, now(d, s, 'busy') ? 97 : 20 + ((s / 60 + d) % 30))
      take(4, 40 + ((d * 31) % 20))
      take(5, diskOf(now(d, s, 'disk'), s, d))
      take(6, now(d, s, 'fan') ? 3 : 1)
      take(7, heatOf(now(d, s, 'hot'), s))
      for (let p = 0; p < PORTS; p++) {
        const down = p === 0 && linkFault(d, s) !== undefined
        take(8 + p * 3, 1)
        take(9 + p * 3, down ? 2 : 1)
        take(10 + p * 3, octets(d, p, s))
      }
      if (d % UPS_EVERY === 0) {
        take(8 + PORTS * 3, now(d, s, 'battery') ? 5 : 3)
        take(9 + PORTS * 3, now(d, s, 'battery') ? 80 : 100)
      }
    },
  }
}

function diskOf(fault: Fault | undefined, s: number, d: number): number {
  if (!fault) return 60 + (d % 20)
  return 80 + 15 * Math.min(1, (s - fault.from) / (Math.min(fault.to, DAY_S) - fault.from))
}

/** Warm for the first half, hot for the second. */
function heatOf(fault: Fault | undefined, s: number): number {
  if (!fault) return 40
  return s - fault.from < Math.min(fault.to - fault.from, 1800) / 2 ? 66 : 82
}

const nameOf = (d: number): string => `${d % UPS_EVERY === 0 ? 'ups' : 'switch'}-${String(d).padStart(3, '0')}`

function seriesOf(d: number): SeriesOf[] {
  const device = nameOf(d)
  const one = (metric: string, kind: SeriesOf['kind'], more: Partial<SeriesOf> = {}): SeriesOf => ({
    ...{ device, metric, resource: '', unit: '', kind },
    ...more,
  })
  const ports = Array.from({ length: PORTS }, (_, p) => {
    const of = { resource: `if:${portOf(p)}`, tags: { index: String(p + 1) } }
    return [
      one('if.admin-status', 'state', { ...of, states: OPER }),
      one('if.oper-status', 'state', { ...of, states: OPER }),
      one('if.in.octets', 'counter32', { ...of, unit: 'By' }),
    ]
  })
  return [
    one(REACHABLE_METRIC, 'state', { resource: 'ping', states: { '0': 'no', '1': 'yes' } }),
    one(POLL_STATUS_METRIC, 'state', { resource: 'snmp', states: STATUS }),
    one(UPTIME_METRIC, 'gauge', { unit: 's' }),
    one('cpu.load', 'gauge', { unit: '%' }),
    one('memory.used', 'gauge', { unit: '%' }),
    one('storage.used', 'gauge', { unit: '%', resource: 'disk:/' }),
    one('env.fan-status', 'state', { resource: 'fan:1', states: { '1': 'normal', '3': 'critical' } }),
    one('env.temperature', 'gauge', {
      ...{ resource: 'sensor:Inlet', unit: 'Cel', class: 'temperature' },
      limits: { highWarning: 60, highCritical: 75, hysteresis: 3, hold: 90 },
    }),
    ...ports.flat(),
    ...(d % UPS_EVERY === 0
      ? [
          one('ups.output-source', 'state', { states: { '3': 'normal', '5': 'battery' } }),
          one('ups.battery.charge', 'gauge', { unit: '%' }),
        ]
      : []),
  ]
}

const portOf = (p: number): string => `GigabitEthernet0/${p + 1}`

function sentBy({ device, kind, from, to }: Fault, names: readonly string[]): Sent[] {
  const name = names[device] as string
  const source = `192.0.2.${device % 250}`
  const trap = (at: number, trapOid: string, varbinds: Readonly<Record<string, string | number>> = {}): Sent => ({
    at,
    event: (wall) => ({
      ...{ kind: 'trap', at: wall, device: name, source, version: 'v2c', confirmed: false, trapOid, user: '' },
      varbinds: Object.entries(varbinds).map(([oid, value]) => ({
        ...{ oid, value, type: typeof value === 'number' ? 'Integer' : 'OctetString' },
      })),
    }),
  })
  const log = (at: number, mnemonic: string, severity: number, message: string): Sent => ({
    at,
    event: (wall) => ({
      ...{
        kind: 'log',
        at: wall,
        device: name,
        source,
        transport: 'udp',
        format: 'cisco',
        severity,
        mnemonic,
        message,
      },
    }),
  })
  const port = { '1.3.6.1.2.1.2.2.1.1.1': 1 }
  const ended = to < DAY_S
  switch (kind) {
    case 'link':
      return [trap(from, `${SNMP_TRAPS}.3`, port), ...(ended ? [trap(to, `${SNMP_TRAPS}.4`, port)] : [])]
    case 'link-lost-clear':
      return [trap(from, `${SNMP_TRAPS}.3`, port)]
    case 'link-log': {
      const say = (state: string) => `Interface ${portOf(0)}, changed state to ${state}`
      return [log(from, 'LINK-3-UPDOWN', 3, say('down')), ...(ended ? [log(to, 'LINK-3-UPDOWN', 3, say('up'))] : [])]
    }
    case 'reboot':
      return [trap(to, `${SNMP_TRAPS}.1`)]
    case 'battery': {
      const what = { '1.3.6.1.2.1.33.1.6.2.1.2.1': '1.3.6.1.2.1.33.1.6.3.2' }
      return [trap(from, '1.3.6.1.2.1.33.2.3', what), ...(ended ? [trap(to, '1.3.6.1.2.1.33.2.4', what)] : [])]
    }
    case 'logins':
    case 'few-logins': {
      const times = kind === 'logins' ? 7 : 4
      return spread(from, to, times).map((at) => trap(at, `${SNMP_TRAPS}.5`))
    }
    case 'login-logs':
      return [
        ...spread(from, to, 5).map((at) => log(at, 'SEC-4-LOGIN_FAILED', 4, 'Login failed for user admin')),
        ...(device % 2 === 0 ? [log(to + 5, 'SEC-6-LOGIN_OK', 6, 'Login of user admin')] : []),
      ]
    case 'critical-log':
      return spread(from, to, 3).map((at) => log(at, 'PLATFORM-2-PARITY', 2, 'Parity error corrected'))
    default:
      return []
  }
}

const SNMP_TRAPS = '1.3.6.1.6.3.1.1.5'

const spread = (from: number, to: number, times: number): number[] =>
  Array.from({ length: times }, (_, i) => Math.round(from + ((to - from) * i) / times))
