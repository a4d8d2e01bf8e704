// What stands behind equipment that is worked on cannot be reached while that is down: its alarms of reachability are part of
// the work. Only by what devices declare (parents); links that were found are the matter of collector/cause.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Places } from '../rules/selector.ts'

/** Alarms that say no more than that nobody answers. */
const UNREACHED = ['device.unreachable', 'snmp.no-answer', 'data.missing', 'tcp.closed', 'http.failed', 'dns.failed']
/** A device that is said to be up may have gone down a moment ago: it is not looked at all the time. */
const MAYBE_DOWN_MS = 2 * 60_000
const DEEPEST = 32

export interface Behind {
  /** The device that is worked on. */
  readonly device: string
  /** Until when this is assumed of a device that seems to be up; null: it is not. */
  readonly until: number | null
}

/**
 * The device worked on behind which the alarm's device stands by each of its ways; undefined: there is a way around, or what
 * is worked on answers. `isWorkedOn` is asked for the devices in front.
 */
export function behindWork(
  alarm: Alarm,
  places: Pick<Places, 'device'>,
  isWorkedOn: (device: string) => boolean,
  now: number,
): Behind | undefined {
  if (alarm.device === null || !UNREACHED.includes(alarm.alarmType)) return undefined
  const seen = new Set<string>([alarm.device])

  function behind(device: string, depth: number): Behind | undefined {
    const parents = places.device(device)?.parents ?? []
    if (depth > DEEPEST || parents.length === 0) return undefined
    let found: Behind | undefined
    for (const parent of parents) {
      // a circle is no way out
      if (seen.has(parent)) continue
      seen.add(parent)
      const cut = isDown(parent) ?? behind(parent, depth + 1)
      if (cut === undefined) return undefined
      if (found === undefined || (cut.until !== null && (found.until === null || cut.until < found.until))) found = cut
    }
    return found
  }

  function isDown(device: string): Behind | undefined {
    if (!isWorkedOn(device)) return undefined
    if (places.device(device)?.state !== 'up') return { device, until: null }
    const until = alarm.raisedAt + MAYBE_DOWN_MS
    return now < until ? { device, until } : undefined
  }

  return behind(alarm.device, 0)
}
