// When each device was checked and what came of it, by its ping and poll series, in event time. What was checked after a
// moment counts; a stale answer of another check does not.
import { POLL_OUTCOMES } from '#shared/domain/poll-outcome.ts'
import { POLL_STATUS_METRIC, REACHABLE_METRIC } from '#shared/domain/sample.ts'
import type { IngestGroup, SeriesInfo } from '../ingest/evaluation.ts'

export interface Checks {
  readonly state: 'up' | 'down' | 'unknown'
  /** Since when it is so: the first check that said it; 0: always, as far as is known. */
  readonly since: number
  /** When the last check that was answered ended, and when the last that was not began at the latest; 0: none. */
  readonly okAt: number
  readonly failedFrom: number
  /** The last poll (not ping) that was answered: what it says of itself is as new as that; 0: none. */
  readonly polledAt: number
}

export interface ReachWatch {
  learn(series: Pick<SeriesInfo, 'id' | 'metric' | 'device'>): void
  /** Answers devices that turned. */
  take(samples: IngestGroup['samples']): readonly string[]
  /** Nobody can tell of it since now: its site is silent, or nobody watches it. True when something was known. */
  forget(device: string): boolean
  of(device: string): Checks
  clear(): void
}

/** A check takes its time and is stamped at its end: closer together, nobody can tell which of two was first. */
export const CHECK_TAKES_MS = 5_000
/** A poll waits longer for an answer, and asks again. */
export const POLL_TAKES_MS = 15_000

const NO_ANSWER = codes('timeout', 'unreachable')
const NO_WORD = codes('cancelled', 'limit', 'wrong-source')
const NEVER: Checks = { state: 'unknown', since: 0, okAt: 0, failedFrom: 0, polledAt: 0 }

interface Watched {
  readonly device: string
  readonly isPing: boolean
  /** undefined: never checked, or forgotten. */
  ok: boolean | undefined
  /** First check of this answer. */
  runAt: number
  at: number
  okAt: number
}

export function createReachWatch(): ReachWatch {
  let watched: (Watched | undefined)[] = []
  const byDevice = new Map<string, Watched[]>()
  const states = new Map<string, Checks>()

  function settle(device: string, turned: string[]): void {
    const before = states.get(device) ?? NEVER
    const next = judge(byDevice.get(device) ?? [], before)
    states.set(device, next)
    if (next.state !== before.state) turned.push(device)
  }

  return {
    learn({ id, metric, device }) {
      if (metric !== REACHABLE_METRIC && metric !== POLL_STATUS_METRIC) return
      if (watched[id] !== undefined) return
      const one: Watched = { device, isPing: metric === REACHABLE_METRIC, ok: undefined, runAt: 0, at: 0, okAt: 0 }
      watched[id] = one
      const all = byDevice.get(device)
      if (all) all.push(one)
      else byDevice.set(device, [one])
    },
    take(samples) {
      const touched = new Set<string>()
      for (const { length, series, values, at } of samples) {
        for (let i = 0; i < length; i++) {
          const one = watched[series[i] as number]
          if (one === undefined) continue
          const value = values[i] as number
          if (!one.isPing && NO_WORD.has(value)) continue
          const ok = one.isPing ? value > 0 : !NO_ANSWER.has(value)
          const time = at[i] as number
          if (time < one.at) continue
          if (one.ok !== ok) one.runAt = time
          one.ok = ok
          one.at = time
          if (ok) one.okAt = time
          touched.add(one.device)
        }
      }
      const turned: string[] = []
      for (const device of touched) settle(device, turned)
      return turned
    },
    forget(device) {
      for (const one of byDevice.get(device) ?? []) one.ok = undefined
      const before = states.get(device)
      states.set(device, { ...(before ?? NEVER), state: 'unknown', since: 0 })
      return before !== undefined && before.state !== 'unknown'
    },
    of: (device) => states.get(device) ?? NEVER,
    clear() {
      watched = []
      byDevice.clear()
      states.clear()
    },
  }
}

/**
 * Down when something is not answered and nothing was answered since that began; an answer to any check is an answer. It is
 * up since the first answer after it was down, for that is when it was reached again.
 */
function judge(all: readonly Watched[], before: Checks): Checks {
  let okAt = 0
  let failedFrom = before.failedFrom
  let polledAt = 0
  let failsSince = Number.POSITIVE_INFINITY
  let isKnown = false
  for (const one of all) {
    okAt = Math.max(okAt, one.okAt)
    if (!one.isPing) polledAt = Math.max(polledAt, one.okAt)
    if (one.ok === undefined) continue
    isKnown = true
    if (one.ok) continue
    failedFrom = Math.max(failedFrom, one.at - (one.isPing ? CHECK_TAKES_MS : POLL_TAKES_MS))
    failsSince = Math.min(failsSince, one.runAt)
  }
  const seen = { okAt, failedFrom, polledAt }
  if (!isKnown) return { ...NEVER, ...seen }
  const state = okAt < failsSince + CHECK_TAKES_MS && failsSince < Number.POSITIVE_INFINITY ? 'down' : 'up'
  if (state === before.state) return { state, since: before.since, ...seen }
  if (state === 'down') return { state, since: failsSince, ...seen }
  return { state, since: before.state === 'down' ? okAt : 0, ...seen }
}

function codes(...outcomes: (typeof POLL_OUTCOMES)[number][]): ReadonlySet<number> {
  return new Set(outcomes.map((outcome) => POLL_OUTCOMES.indexOf(outcome)))
}
