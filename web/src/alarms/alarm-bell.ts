// Tells of new alarms by sound and on the desktop: once for what comes together, again for critical ones nobody has acknowledged.
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { LivePayload } from '#shared/http/live.ts'
import type { Live } from '../api/live.ts'
import { statusOf } from './alarm-view.ts'
import { type BellSettings, HEARD, type HeardSeverity, isQuiet } from './bell-settings.ts'

export interface AlarmBell {
  /** Begins again with other settings. */
  set(settings: BellSettings): void
  stop(): void
}

export interface AlarmBellOptions {
  readonly live: Pick<Live, 'onEvent'>
  readonly settings: BellSettings
  /** ms UTC, the collector's. */
  readonly now: () => number
  /** Local time, `22:05`. */
  readonly localTime: () => string
  readonly play: (severity: HeardSeverity, volume: number) => void
  readonly show: (rows: readonly AlarmRow[]) => void
  /** How many critical alarms nobody has acknowledged. */
  readonly countCritical: () => Promise<number>
  readonly setTimeout: (run: () => void, ms: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
}

/** What comes within this time is told together. */
const GATHER_MS = 600
export const REPEAT_MS = 30_000
const ARRIVALS: ReadonlySet<string> = new Set(['raise', 'unsuppress', 'unshelve'])

export function createAlarmBell(options: AlarmBellOptions): AlarmBell {
  let settings = options.settings
  let arrived = new Map<string, AlarmRow>()
  let gathering: unknown
  let repeating: unknown
  let stopped = false

  const end = options.live.onEvent((name, payload) => {
    if (name === 'alarm') hear(payload as LivePayload<'alarm'>)
  })
  again()

  function hear({ alarm, action, late, inList, ...more }: LivePayload<'alarm'>): void {
    // a backlog is history, and who does something need not be told of it
    if (late || !inList || more.actor !== 'system' || !ARRIVALS.has(action) || statusOf(alarm) !== 'new') {
      arrived.delete(alarm.id)
      return
    }
    arrived.set(alarm.id, alarm)
    gathering ??= options.setTimeout(tell, GATHER_MS)
  }

  function tell(): void {
    gathering = undefined
    const rows = [...arrived.values()]
    arrived = new Map()
    if (rows.length === 0 || stopped || isQuiet(settings, options.localTime())) return
    const worst = settings.heard.find((severity) => rows.some((row) => row.perceivedSeverity === severity))
    if (worst !== undefined) sound(worst)
    const { desktop } = settings
    if (desktop === null) return
    const grave = HEARD.slice(0, HEARD.indexOf(desktop) + 1)
    const shown = rows.filter((row) => grave.some((severity) => severity === row.perceivedSeverity))
    if (shown.length > 0) options.show(shown)
  }

  function sound(severity: HeardSeverity): void {
    if (!settings.sound || settings.mutedUntil > options.now()) return
    options.play(severity, settings.volume)
    if (severity === 'critical') again()
  }

  /** The next repetition, counted from now. */
  function again(): void {
    options.clearTimeout(repeating)
    repeating = options.setTimeout(() => void repeat(), REPEAT_MS)
  }

  async function repeat(): Promise<void> {
    if (stopped) return
    again()
    const { sound: isOn, repeat: isWanted, heard, mutedUntil, volume } = settings
    if (!isOn || !isWanted || !heard.includes('critical') || mutedUntil > options.now()) return
    if (isQuiet(settings, options.localTime())) return
    try {
      if ((await options.countCritical()) > 0 && !stopped) options.play('critical', volume)
    } catch {
      // nobody answers: the connection says so, and the next time asks again
    }
  }

  return {
    set(next) {
      settings = next
    },
    stop() {
      stopped = true
      end()
      options.clearTimeout(gathering)
      options.clearTimeout(repeating)
    },
  }
}
