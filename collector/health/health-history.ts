// The last hour of figures, in memory: small trends, and what a total has grown by.
export interface History {
  /** Values of one moment, by name. */
  add(at: number, values: Readonly<Record<string, number>>): void
  /** Up to `points` of one figure, oldest first; each is the largest of its stretch, so that a peak is seen. */
  trend(name: string, points: number): [number, number][]
  /** How much a total has grown since the oldest moment kept; a restart of it counts from zero. */
  grown(name: string, now: number): number
  /** The moment before the last. */
  before(): { readonly at: number; readonly values: Readonly<Record<string, number>> } | undefined
}

/** Keeps the newest `limit` moments. */
export function createHistory(limit: number): History {
  const moments: { readonly at: number; readonly values: Readonly<Record<string, number>> }[] = []
  return {
    add(at, values) {
      moments.push({ at, values })
      if (moments.length > limit) moments.shift()
    },
    trend(name, points) {
      const known = moments.flatMap(({ at, values }) => {
        const value = values[name]
        return value === undefined ? [] : ([[at, value]] as [number, number][])
      })
      const size = Math.ceil(known.length / points) || 1
      const trend: [number, number][] = []
      for (let i = 0; i < known.length; i += size)
        trend.push(known.slice(i, i + size).reduce((top, one) => (one[1] > top[1] ? one : top)))
      return trend
    },
    grown(name, now) {
      const first = moments[0]?.values[name] ?? 0
      return now >= first ? now - first : now
    },
    before: () => moments.at(-1),
  }
}
