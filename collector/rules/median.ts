// Middle and spread of some numbers that a few wild ones do not move.

/** NaN of nothing. Sorts its argument. */
export function medianOf(values: Float32Array | Float64Array): number {
  const n = values.length
  if (n === 0) return Number.NaN
  values.sort()
  const half = n >> 1
  return n % 2 === 1 ? (values[half] as number) : ((values[half - 1] as number) + (values[half] as number)) / 2
}

/** The median distance from `middle` (MAD). */
export function spreadOf(values: Float32Array | Float64Array, middle: number): number {
  return medianOf(Float64Array.from(values, (value) => Math.abs(value - middle)))
}
