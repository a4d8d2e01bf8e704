// Gathers the points of one series, as measured or thinned to a step while they come in, so that no range is too long for
// memory. Means per step, for states the last; a hole where nothing was measured.

/** [ms UTC, value]; null is a hole. */
export type Point = [number, number | null]

export interface PointSink {
  /** In order of time. `weight` samples have this mean; null says that nothing is known from here on. */
  add(at: number, value: number | null, weight: number): void
  /** Points gathered so far. */
  size(): number
  /** From now on, and for what is here already: one point per step. */
  thin(stepMs: number): void
  points(): Point[]
}

/** `last`: the last value of a step counts, not the mean. */
export function createPointSink(last: boolean): PointSink {
  let step = 0
  let kept: { at: number; value: number | null; weight: number }[] = []
  const add: PointSink['add'] = (at, value, weight) => {
    if (step === 0) {
      kept.push({ at, value, weight })
      return
    }
    const start = Math.floor(at / step) * step
    const into = kept.at(-1)
    if (into?.at !== start) kept.push({ at: start, value, weight })
    else if (value === null) return
    else if (last || into.value === null) {
      into.value = value
      into.weight = weight
    } else {
      into.value += ((value - into.value) * weight) / (into.weight + weight)
      into.weight += weight
    }
  }
  return {
    add,
    size: () => kept.length,
    thin(stepMs) {
      step = stepMs
      const before = kept
      kept = []
      for (const { at, value, weight } of before) add(at, value, weight)
    },
    points: () =>
      withHoles(
        kept.map(({ at, value }): Point => [at, value]),
        step,
      ),
  }
}

function withHoles(points: readonly Point[], step: number): Point[] {
  const longest = Math.max(step, medianGap(points)) * 2.5
  const result: Point[] = []
  let before = Number.POSITIVE_INFINITY
  for (const point of points) {
    if (longest > 0 && point[0] - before > longest) result.push([before + 1, null])
    result.push(point)
    before = point[0]
  }
  return result
}

function medianGap(points: readonly Point[]): number {
  const gaps = points.slice(1, 500).map((p, i) => p[0] - (points[i] as Point)[0])
  gaps.sort((a, b) => a - b)
  return gaps[gaps.length >> 1] ?? 0
}
