// Zooming a chart by keys: what of the time is shown after one.

export interface Shown {
  readonly from: number
  readonly to: number
}

/** Less is not worth looking at; more is not kept, ms. */
const LEAST_MS = 5 * 60_000
const MOST_MS = 400 * 86_400_000

/** `+` and `-` zoom around the middle, the arrows go along by a quarter, never beyond `now`. Undefined: the key means nothing here. */
export function shownAfter(key: string, { from, to }: Shown, now: number): Shown | undefined {
  const length = to - from
  if (key === '+' || key === '=') return within(from + length / 4, Math.max(LEAST_MS, length / 2), now)
  if (key === '-') return within(from - length / 2, Math.min(MOST_MS, length * 2), now)
  if (key === 'ArrowLeft') return within(from - length / 4, length, now)
  if (key === 'ArrowRight') return within(from + length / 4, length, now)
  return undefined
}

function within(from: number, length: number, now: number): Shown {
  const start = Math.round(Math.min(from, now - length))
  return { from: start, to: Math.round(start + length) }
}
