// What the graph of a site is judged by: when devices were checked, and which alarms of them stand.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Checks } from './reach-watch.ts'

/** A standing alarm as far as causes are concerned. */
export interface Sign {
  readonly alarm: string
  readonly raisedAt: number
}

export interface Evidence {
  checks(device: string): Checks
  /** Longest time between two checks of a device, ms. */
  interval(device: string): number
  /** Alarms that say a device does not answer; the most telling first. */
  unreachable(device: string): readonly Sign[]
  /** The alarm that says that a port is down, and when it was last found up again (0: never down). */
  port(device: string, port: string): { readonly down: Sign | undefined; readonly backAt: number }
  /** out: it gives no power. weak: on battery. low: on battery, and that is nearly empty. */
  power(device: string): {
    readonly is: 'well' | 'weak' | 'low' | 'out'
    readonly by: Sign | undefined
    readonly backAt: number
  }
  /** The alarm of an inferred cause, by node. */
  inferred(node: string): Sign | undefined
  /** Ports of a device that are down, whether or not any link is known there. */
  portsDown(device: string): readonly (Sign & { readonly port: string })[]
  /** When any port of a device was last found up again; 0: none was down. */
  portsBackAt(device: string): number
  /** Whether people work on an incident of its device that is about the same: such a one is no symptom any more. */
  owns(alarm: string): boolean
  /** Whether it is in an open incident of its device that is about something else: it cannot stand for a cause. */
  isAside(alarm: string): boolean
}

/** Alarms that follow when a device is not reached, the most telling first. */
export const UNREACHED = ['device.unreachable', 'snmp.no-answer', 'tcp.closed', 'http.failed', 'data.missing'] as const
export const LINK_DOWN = 'link.down'
const POWER: Readonly<Record<string, 'weak' | 'low' | 'out'>> = {
  'power.on-battery': 'weak',
  'power.battery-low': 'low',
  'power.runtime-short': 'low',
  'power.output-off': 'out',
  'device.powered-off': 'out',
}
const GRAVITY = { well: 0, weak: 1, low: 2, out: 3 } as const

/** What an alarm is about, as far as one incident may be about several. */
export function familyOf({ alarmType }: Pick<Alarm, 'alarmType'>): string {
  if ((UNREACHED as readonly string[]).includes(alarmType)) return 'unreached'
  return POWER[alarmType] === undefined ? alarmType : 'power'
}

export interface AlarmIndex {
  /** Answers whether it matters here. */
  put(alarm: Alarm): boolean
  clear(): void
  readonly evidence: Pick<Evidence, 'unreachable' | 'port' | 'portsDown' | 'portsBackAt' | 'power' | 'inferred'>
}

/** Standing alarms by what they are about. `commonCause`: the rule of inferred causes; their qualifier is the node. */
export function createAlarmIndex(commonCause: string): AlarmIndex {
  const unreached = new Map<string, Map<string, Sign & { readonly rank: number }>>()
  const ports = new Map<string, { down: Sign | undefined; backAt: number }>()
  const portsBackAt = new Map<string, number>()
  const portsDown = new Map<string, Map<string, Sign & { readonly port: string }>>()
  const power = new Map<
    string,
    { signs: Map<string, Sign & { readonly is: 'weak' | 'low' | 'out' }>; backAt: number }
  >()
  const inferred = new Map<string, Sign>()

  function keep<T extends Sign>(map: Map<string, T>, alarm: Alarm, sign: T): void {
    if (alarm.isCleared) map.delete(alarm.id)
    else map.set(alarm.id, sign)
  }

  return {
    put(alarm) {
      const { id, device, resource, alarmType, raisedAt, isCleared } = alarm
      const sign: Sign = { alarm: id, raisedAt }
      if (alarm.rule === commonCause) {
        if (isCleared) inferred.delete(alarm.qualifier)
        else inferred.set(alarm.qualifier, sign)
        return true
      }
      if (device === null) return false
      const rank = UNREACHED.indexOf(alarmType as (typeof UNREACHED)[number])
      if (rank >= 0) {
        const of = unreached.get(device) ?? new Map()
        unreached.set(device, of)
        keep(of, alarm, { ...sign, rank })
        if (of.size === 0) unreached.delete(device)
        return true
      }
      if (alarmType === LINK_DOWN) {
        const key = `${device} ${resource}`
        const before = ports.get(key)
        const backAt = isCleared ? (alarm.clearedAt ?? 0) : (before?.backAt ?? 0)
        if (isCleared) portsBackAt.set(device, Math.max(backAt, portsBackAt.get(device) ?? 0))
        ports.set(key, { down: isCleared ? undefined : sign, backAt })
        const of = portsDown.get(device) ?? new Map()
        portsDown.set(device, of)
        keep(of, alarm, { ...sign, port: resource })
        if (of.size === 0) portsDown.delete(device)
        return true
      }
      const is = POWER[alarmType]
      if (is === undefined) return false
      const of = power.get(device) ?? { signs: new Map(), backAt: 0 }
      power.set(device, of)
      keep(of.signs, alarm, { ...sign, is })
      if (isCleared) of.backAt = Math.max(of.backAt, alarm.clearedAt ?? 0)
      return true
    },
    clear() {
      for (const map of [unreached, ports, portsDown, portsBackAt, power, inferred]) map.clear()
    },
    evidence: {
      unreachable: (device) =>
        [...(unreached.get(device)?.values() ?? [])].sort((x, y) => x.rank - y.rank || x.raisedAt - y.raisedAt),
      port: (device, port) => ports.get(`${device} ${port}`) ?? { down: undefined, backAt: 0 },
      portsDown: (device) => [...(portsDown.get(device)?.values() ?? [])],
      portsBackAt: (device) => portsBackAt.get(device) ?? 0,
      power(device) {
        const of = power.get(device)
        let is: keyof typeof GRAVITY = 'well'
        let by: Sign | undefined
        for (const sign of of?.signs.values() ?? []) {
          if (GRAVITY[sign.is] > GRAVITY[is]) is = sign.is
          // the first that told is where the incident is
          if (by === undefined || sign.raisedAt < by.raisedAt) by = sign
        }
        return { is, by, backAt: of?.backAt ?? 0 }
      },
      inferred: (node) => inferred.get(node),
    },
  }
}
