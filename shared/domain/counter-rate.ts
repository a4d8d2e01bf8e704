// Rate of a counter between two readings. One place, so that what is judged and what a chart shows are the same.

const WRAP_32 = 2 ** 32

/**
 * Units per second between two readings of a counter, times in ms; NaN when none can be told: no time passed, the
 * device restarted in between, or the counter was reset. `restarted` undefined means it is not known whether the
 * device restarted: then a 32-bit counter that fell is a wrap only if it wrapped by less than half its range.
 */
export function counterRate(
  bits: 32 | 64,
  lastAt: number,
  last: number,
  at: number,
  value: number,
  restarted: boolean | undefined,
): number {
  const ms = at - lastAt
  if (!(ms > 0) || restarted === true || value < 0) return Number.NaN
  let difference = value - last
  if (difference < 0) {
    if (bits === 64 || last >= WRAP_32) return Number.NaN
    difference += WRAP_32
    if (restarted === undefined && difference > WRAP_32 / 2) return Number.NaN
  }
  return (difference * 1000) / ms
}
