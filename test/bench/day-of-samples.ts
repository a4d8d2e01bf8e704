// A day of a site's figures: what 2,000 series of switches and servers give when read once a minute. The same seed gives
// the same day.

export const DAY = { series: 2_000, minutes: 1_440, perBatch: 500, samples: 2_000 * 1_440 } as const

export interface DayOfSamples {
  /** UTC ms of the first minute. */
  readonly startsAt: number
  /** Values of all series at the next minute. */
  minute(): Float64Array
}

/** Of eight series: octets in and out, packets in and out, errors (rare), load (two decimals), memory in use, a state. */
export function createDay(seed: number): DayOfSamples {
  let state = seed * 7919 + 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const values = Float64Array.from({ length: DAY.series }, (_, i) => firstOf(i % 8, random))
  // a third of the ports are idle, the others carry 1 kB/s to 10 MB/s
  const perMinute = Float64Array.from({ length: DAY.series }, () =>
    random() < 0.33 ? 0 : 60 * 10 ** (3 + 4 * random()),
  )
  return {
    startsAt: Date.UTC(2026, 0, 1),
    minute() {
      for (let i = 0; i < DAY.series; i++)
        values[i] = nextOf(i % 8, values[i] as number, perMinute[i] as number, random)
      return values.slice()
    },
  }
}

function firstOf(kind: number, random: () => number): number {
  if (kind < 4) return Math.floor(random() * 1e12)
  return kind === 7 ? 1 : Math.floor(random() * 100)
}

function nextOf(kind: number, value: number, octets: number, random: () => number): number {
  if (kind < 2) return value + Math.floor(octets * (0.5 + random()))
  if (kind < 4) return value + Math.floor((octets / 700) * (0.5 + random()))
  if (kind === 4) return value + (random() < 0.01 ? 1 : 0)
  if (kind === 5) return Math.round(random() * 400) / 100
  if (kind === 6) return Math.max(0, value + Math.floor(random() * 21) - 10)
  return random() < 0.0002 ? 3 - value : value
}
