// Alarms that only events told of: a trap is a hint, and the trap that says it is over may be lost. What polls judge ends by a
// poll; what they cannot judge ends here, by a rule that says why. And one device that invents things does not fill the list.
import { type Alarm, alarmKeyOf } from '#shared/domain/alarm.ts'
import type { Rules } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import type { ChangeSet } from './storage/change-set.ts'

export interface ToldAlarms {
  /** False: one more told alarm of a device that has too many; counted. */
  admits(signal: AlarmSignal): boolean
  /** Every change of an alarm. */
  saw(alarm: Alarm): void
  /** Ends what polls since have not found, and what nobody has spoken of for a long time. */
  tick(changes: ChangeSet, now: number): void
  restored(standing: Iterable<Alarm>): void
  readonly dropped: Readonly<Record<string, number>>
}

export interface ToldAlarmsParts {
  readonly rules: Pick<Rules, 'isPolled' | 'polledPorts' | 'get'>
  clear(alarm: Alarm, why: string, changes: ChangeSet, now: number): void
}

/** Standing alarms of one device that only events told of. A chassis with all its ports down is below it. */
export const MAX_TOLD_PER_DEVICE = 500
/** After so long without a word, unless somebody has acknowledged it or its rule says when (`clearAfter`). */
export const UNTOLD_MS = 7 * 86_400_000
const CHECK_EVERY_MS = 1000

export function createToldAlarms({ rules, clear }: ToldAlarmsParts): ToldAlarms {
  const byDevice = new Map<string, Map<string, Alarm>>()
  /** Time of the first poll of the device's ports since an alarm was last told. */
  const lookedAt = new Map<string, number>()
  const dropped: Record<string, number> = {}
  let checkedAt = 0

  function saw(alarm: Alarm): void {
    const device = alarm.device ?? ''
    const key = alarmKeyOf(alarm)
    const ofDevice = byDevice.get(device)
    if (!alarm.isCleared && isTold(alarm.source)) {
      if (ofDevice) ofDevice.set(key, alarm)
      else byDevice.set(device, new Map([[key, alarm]]))
      return
    }
    if (!ofDevice?.delete(key)) return
    lookedAt.delete(alarm.id)
    if (ofDevice.size === 0) byDevice.delete(device)
  }

  /** A number that no port of a polled device has, twice since it was told: the trap named nothing that is there. */
  function isNowhere(alarm: Alarm, ports: ReturnType<Rules['polledPorts']>): boolean {
    if (ports === undefined || ports.at <= alarm.lastAt || !ports.lacks(alarm.resource)) return false
    const first = lookedAt.get(alarm.id)
    if (first === undefined || first <= alarm.lastAt) lookedAt.set(alarm.id, ports.at)
    return first !== undefined && first > alarm.lastAt && ports.at > first
  }

  function whyOver(alarm: Alarm, ports: ReturnType<Rules['polledPorts']>, now: number): string | undefined {
    if (isNowhere(alarm, ports)) return 'polled since: the device has no such port'
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
      const ofDevice = byDevice.get(signal.device ?? '')
      if (ofDevice === undefined || ofDevice.size < MAX_TOLD_PER_DEVICE || ofDevice.has(alarmKeyOf(signal))) return true
      dropped['told-alarms-full'] = (dropped['told-alarms-full'] ?? 0) + 1
      return false
    },
    tick(changes, now) {
      if (now - checkedAt < CHECK_EVERY_MS) return
      checkedAt = now
      for (const [device, ofDevice] of [...byDevice]) {
        const ports = rules.polledPorts(device)
        for (const alarm of [...ofDevice.values()]) {
          const why = whyOver(alarm, ports, now)
          if (why !== undefined) clear(alarm, why, changes, now)
        }
      }
    },
    restored(standing) {
      byDevice.clear()
      lookedAt.clear()
      for (const alarm of standing) saw(alarm)
    },
  }
}

const isTold = (source: Alarm['source']): boolean => source === 'trap' || source === 'log'
