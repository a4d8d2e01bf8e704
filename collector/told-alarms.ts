// Alarms that only events told of: a trap is a hint, and the trap that says it is over may be lost. What polls judge ends by a
// poll; what they cannot judge ends here, by a rule that says why. And one device that invents things does not fill the list.
import { type Alarm, alarmKeyOf, isShadow } from '#shared/domain/alarm.ts'
import type { Rules } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import type { ChangeSet } from './storage/change-set.ts'

export interface ToldAlarms {
  /** False: one more told alarm of a device that has too many of its type; counted. */
  admits(signal: AlarmSignal): boolean
  /** Every change of an alarm. */
  saw(alarm: Alarm): void
  /** Ends what polls since have not found, and what nobody has spoken of for a long time. */
  tick(changes: ChangeSet, now: number): void
  restored(alarms: Iterable<Alarm>): void
  readonly dropped: Readonly<Record<string, number>>
}

export interface ToldAlarmsParts {
  readonly rules: Pick<Rules, 'isPolled' | 'polledPorts' | 'get'>
  clear(alarm: Alarm, why: string, changes: ChangeSet, now: number): void
}

/** Standing alarms of one device and type that only events told of. A chassis with all its ports down is below it. */
export const MAX_TOLD = 500
/** After so long without a word, unless somebody has acknowledged it or its rule says when (`clearAfter`). */
export const UNTOLD_MS = 7 * 86_400_000
const CHECK_EVERY_MS = 1000
/** A poll may come in several batches: a port that is new is in one of them. */
const WHOLE_POLL_MS = 2000

export function createToldAlarms({ rules, clear }: ToldAlarmsParts): ToldAlarms {
  /** By device and alarm type, then by identity. */
  const standing = new Map<string, Map<string, Alarm>>()
  /** When a poll of the device's ports since an alarm was last told was first seen here. */
  const lookedAt = new Map<string, { readonly told: number; readonly seen: number }>()
  const dropped: Record<string, number> = {}
  let checkedAt = 0

  function saw(alarm: Alarm): void {
    const kind = kindOf(alarm)
    const key = alarmKeyOf(alarm)
    const ofKind = standing.get(kind)
    if (!alarm.isCleared && isTold(alarm.source)) {
      if (ofKind) ofKind.set(key, alarm)
      else standing.set(kind, new Map([[key, alarm]]))
      return
    }
    if (!ofKind?.delete(key)) return
    lookedAt.delete(alarm.id)
    if (ofKind.size === 0) standing.delete(kind)
  }

  /** A number that no port of the device has, by a poll since it was told: the trap named nothing that is there. */
  function isNowhere({ id, lastAt, resource }: Alarm, ports: ReturnType<Rules['polledPorts']>, now: number): boolean {
    if (ports === undefined || ports.at <= lastAt || !ports.lacks(resource)) return false
    const first = lookedAt.get(id)
    if (first?.told === lastAt) return now - first.seen >= WHOLE_POLL_MS
    lookedAt.set(id, { told: lastAt, seen: now })
    return false
  }

  function whyOver(alarm: Alarm, ports: ReturnType<Rules['polledPorts']>, now: number): string | undefined {
    if (isNowhere(alarm, ports, now)) return 'polled since: the device has no such port'
    if (alarm.lastAt > now - UNTOLD_MS || alarm.operatorState === 'ack') return undefined
    const hasTime = (rules.get(alarm.rule)?.rule.clearAfter ?? 0) > 0
    if (hasTime || rules.isPolled({ ...alarm, key: alarmKeyOf(alarm) })) return undefined
    return `not told again for ${UNTOLD_MS / 86_400_000} days, and no poll can tell`
  }

  return {
    dropped,
    saw,
    admits(signal) {
      if (signal.kind === 'clear' || !isTold(signal.source)) return true
      const ofKind = standing.get(kindOf(signal))
      if (ofKind === undefined || ofKind.size < MAX_TOLD || ofKind.has(alarmKeyOf(signal))) return true
      dropped['told-alarms-full'] = (dropped['told-alarms-full'] ?? 0) + 1
      return false
    },
    tick(changes, now) {
      if (now - checkedAt < CHECK_EVERY_MS) return
      checkedAt = now
      const ports = new Map<string, ReturnType<Rules['polledPorts']>>()
      for (const ofKind of [...standing.values()])
        for (const alarm of [...ofKind.values()]) {
          const device = alarm.device ?? ''
          if (!ports.has(device)) ports.set(device, rules.polledPorts(device))
          const why = whyOver(alarm, ports.get(device), now)
          if (why !== undefined) clear(alarm, why, changes, now)
        }
    },
    restored(alarms) {
      standing.clear()
      lookedAt.clear()
      for (const alarm of alarms) saw(alarm)
    },
  }
}

/** What rules in shadow say takes no place of what is told. */
const kindOf = (of: Pick<Alarm, 'site' | 'device' | 'alarmType' | 'qualifier'>): string =>
  `${of.site}\u001f${of.device}\u001f${of.alarmType}${isShadow(of) ? '\u001fshadow' : ''}`

const isTold = (source: Alarm['source']): boolean => source === 'trap' || source === 'log'
