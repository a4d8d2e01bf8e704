// Tells a fault that comes and goes from one that stays: changes count 1 each and fade with a half-life.

const HALF_LIFE_MS = 10 * 60_000
/** Changes in close order that make an alarm flap, and the rest that ends it. */
const START = 5
const END = 2
const MAX_TRACKED = 50_000

export interface FlapDetector {
  /** A raise or clear happened. Answers whether the alarm flaps now. */
  changed(alarm: string, at: number, flapping: boolean): boolean
  /** Whether an alarm that flapped still does. */
  still(alarm: string, now: number): boolean
}

export function createFlapDetector(): FlapDetector {
  const scores = new Map<string, { score: number; at: number }>()
  const faded = (alarm: string, now: number): number => {
    const s = scores.get(alarm)
    return s ? s.score * 0.5 ** (Math.max(0, now - s.at) / HALF_LIFE_MS) : 0
  }
  return {
    changed(alarm, at, flapping) {
      const score = Math.max(faded(alarm, at), flapping && !scores.has(alarm) ? START : 0) + 1
      scores.delete(alarm)
      scores.set(alarm, { score, at })
      if (scores.size > MAX_TRACKED) scores.delete(scores.keys().next().value as string)
      return score >= START || (flapping && score >= END)
    },
    still: (alarm, now) => faded(alarm, now) >= END,
  }
}
