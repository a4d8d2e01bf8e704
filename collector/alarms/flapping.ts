// Tells a fault that comes and goes from one that stays, by the share of changes in a window of time: how many of so many
// possible ones there were. It begins at one share and ends below another. What it needs is kept with the alarm.

/** Of a rule; times in ms. */
export interface FlapSettings {
  /** The window. */
  readonly within: number
  /** So many changes in the window are all there can be: a share of 1. */
  readonly of: number
  /** Shares from which it flaps, and below which it no longer does. */
  readonly start: number
  readonly stop: number
  /** The newest changes count 1.2, the oldest 0.8, those between accordingly; else all 1. */
  readonly weighted: boolean
}

export const FLAPPING: FlapSettings = { within: 600_000, of: 10, start: 0.5, stop: 0.2, weighted: true }

/** Changes kept with an alarm. */
const KEPT = 64

/** The changes of the window when another happens at `at`; ascending. */
export function withTurn(turns: readonly number[], at: number, { within }: FlapSettings): number[] {
  const kept = turns.filter((t) => t > at - within)
  kept.push(at)
  return kept.sort((a, b) => a - b).slice(-KEPT)
}

/** Share of changes in the window that ends at `now`, 0 to 1. */
export function shareOfTurns(turns: readonly number[], now: number, settings: FlapSettings): number {
  const { within, of, weighted } = settings
  let sum = 0
  for (const at of turns) {
    const age = (now - at) / within
    if (age >= 1) continue
    sum += weighted ? 1.2 - 0.4 * Math.max(0, age) : 1
  }
  return Math.min(1, sum / of)
}

/** Whether it flaps now, when it did or did not before. */
export function flapsNow(before: boolean, turns: readonly number[], now: number, settings: FlapSettings): boolean {
  const share = shareOfTurns(turns, now, settings)
  return before ? share >= settings.stop : share >= settings.start
}
