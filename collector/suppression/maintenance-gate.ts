// Holds alarms of equipment that is worked on. After a window alarms stay held until the next check finds them still there, so
// that a device which is booting calls nobody; what ended inside the window is told by nothing.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Occurrence, WindowBody } from '#shared/http/maintenance.ts'
import type { Places } from '../rules/selector.ts'
import { type AlarmTest, matchAlarms } from './alarm-matcher.ts'
import { behindWork } from './behind-work.ts'
import type { Gate, Hold } from './gate.ts'
import { awaitsCheck, GRACE_MS, type LastCheck, lookEvery } from './last-check.ts'
import { type Adjusted, type WindowTimes, windowTimes } from './window-times.ts'

/** As it is kept. */
export interface MaintenanceWindow extends WindowBody {
  readonly id: string
  readonly version: number
  readonly createdBy: string
  readonly createdAt: number
  readonly updatedBy: string
  readonly updatedAt: number
  readonly adjusted: readonly Adjusted[]
}

export interface MaintenanceGate extends Gate {
  readonly name: 'maintenance'
  /** These windows hold from now on, instead of those before. Without `now`: as read back from the store. */
  replace(windows: readonly MaintenanceWindow[], now?: number): void
  list(): readonly MaintenanceWindow[]
  get(id: string): MaintenanceWindow | undefined
  /** Undefined for a window that is switched off or that this program cannot read. */
  times(id: string): WindowTimes | undefined
}

interface Live {
  readonly window: MaintenanceWindow
  readonly times: WindowTimes
  readonly fits: AlarmTest
  /** All of a device, not some of its resources. */
  readonly whole: boolean
  active: Occurrence | undefined
  /** When it last ended, while alarms may still wait for their check. */
  over: number | undefined
  /** Nothing changes before. */
  next: number
}

export function createMaintenanceGate(options: {
  readonly places: Pick<Places, 'device'>
  readonly lastCheck: LastCheck
}): MaintenanceGate {
  const { places, lastCheck } = options
  let windows: readonly MaintenanceWindow[] = []
  let live: Live[] = []
  let next = Number.POSITIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  /** Standing alarms that a device does not answer, by device. */
  const unreachable = new Map<string, string>()
  /** What to say when asked next. */
  let news: 'all' | 'held' | undefined

  function advance(now: number): void {
    if (now < next) return
    next = Number.POSITIVE_INFINITY
    for (const one of live) {
      if (now >= one.next) step(one, now)
      next = Math.min(next, one.next)
    }
    live = live.filter((one) => one.next < Number.POSITIVE_INFINITY)
  }

  function step(one: Live, now: number): void {
    const { times } = one
    const before = one.active
    const wasOver = one.over !== undefined
    one.active = times.activeAt(now)
    one.over = one.active ? undefined : times.lastEnd(now - GRACE_MS, now)
    const [start] = times.next(now, 1)
    const ends = [start?.start, one.active?.end, one.over === undefined ? undefined : one.over + GRACE_MS]
    one.next = Math.min(...ends.map((at) => at ?? Number.POSITIVE_INFINITY))
    // also when all of it went by between two looks
    if ((one.active && !before) || (one.over !== undefined && !wasOver && !before)) news = 'all'
    else if (before && !one.active) news ??= 'held'
  }

  function holdOf(one: Live, alarm: Alarm, now: number): (Hold & { readonly strength: number }) | undefined {
    const { window, active, over } = one
    const since = active ? undefined : over
    if (!active && (since === undefined || !awaitsCheck(alarm, since, lastCheck))) return undefined
    const behind = one.fits(alarm) ? null : behindOf(one, alarm, now)
    if (behind === undefined) return undefined
    const named = `maintenance window "${window.title}"${behind === null ? '' : `: behind ${behind.device}`}`
    const [why, until] = active
      ? [named, behind?.until ?? active.end]
      : [`${named} is over; it is told when the next check still finds it`, (since as number) + GRACE_MS]
    if (behind !== null) {
      const joins = unreachable.get(behind.device)
      return { holds: 'incident', ref: window.id, why, until, joins, strength: active ? 2 : 0 }
    }
    const holds = window.behaviour === 'no-open' ? 'incident' : 'people'
    return { holds, ref: window.id, why, until, strength: (active ? 2 : 0) + (holds === 'incident' ? 1 : 0) }
  }

  /** The device of the window behind which the alarm's device stands. */
  function behindOf(one: Live, alarm: Alarm, now: number): ReturnType<typeof behindWork> {
    if (!one.whole) return undefined
    const isWorkedOn = (id: string) => {
      const device = places.device(id)
      if (device === undefined) return false
      const { customer, site } = device
      return one.fits({ ...alarm, device: id, customer, site, resource: '' })
    }
    return behindWork(alarm, places, isWorkedOn, now)
  }

  function note({ id, device, alarmType, isCleared }: Alarm): void {
    if (device === null || alarmType !== 'device.unreachable') return
    if (!isCleared) unreachable.set(device, id)
    else if (unreachable.get(device) === id) unreachable.delete(device)
  }

  return {
    name: 'maintenance',
    judge(alarm, now) {
      advance(now)
      let best: ReturnType<typeof holdOf>
      for (const one of live) {
        const hold = one.active || one.over !== undefined ? holdOf(one, alarm, now) : undefined
        if (hold === undefined) continue
        const longer = hold.strength === best?.strength && (hold.until ?? 0) > (best.until ?? 0)
        if (best === undefined || hold.strength > best.strength || longer) best = hold
      }
      if (best === undefined) return undefined
      const { strength: _, ...hold } = best
      return hold
    },
    touched(now, held) {
      advance(now)
      const said = news
      news = undefined
      if (said === 'all') return 'all'
      const waits = live.some(({ over }) => over !== undefined) && Math.abs(now - lookedAt) >= lookEvery(held.size)
      if (said === undefined && !waits) return undefined
      lookedAt = now
      return held
    },
    replace(others, now) {
      const kept = new Map(others.map((window) => [window.id, window]))
      if (now !== undefined) advance(now)
      const ended = live.filter(({ active, window }) => active !== undefined && !kept.get(window.id)?.enabled)
      windows = others
      live = others.flatMap((window) => {
        const times = window.enabled ? windowTimes(window, window.adjusted) : { problem: 'off' }
        if ('problem' in times) return []
        const fits = matchAlarms(window.selector, places)
        const whole = window.selector.resources === undefined
        const idle = { active: undefined, over: undefined, next: Number.NEGATIVE_INFINITY }
        return [{ window, times, fits, whole, ...idle }]
      })
      if (now !== undefined) for (const one of ended) live.push(over(one, now))
      next = Number.NEGATIVE_INFINITY
      news = 'all'
    },
    heard: ({ alarm }) => note(alarm),
    restore(alarms) {
      unreachable.clear()
      for (const alarm of alarms) note(alarm)
    },
    list: () => windows,
    get: (id) => windows.find((window) => window.id === id),
    times: (id) => live.find(({ window }) => window.id === id)?.times,
  }
}

/** A window that people took away while it ran ends like any other. */
function over(one: Live, now: number): Live {
  const times = { ...one.times, activeAt: () => undefined, next: () => [], lastEnd: since(now) }
  return { ...one, times, active: undefined, over: now, next: now + GRACE_MS }
}

const since =
  (end: number): WindowTimes['lastEnd'] =>
  (from, now) =>
    end > from && end <= now ? end : undefined
