// The collector's time as the console knows it. It runs on the browser's monotonic clock, so that a wrong wall clock, or one
// that is set while the console is open, makes no age and no duration wrong.

export interface Clock {
  /** The collector's time, ms UTC; the browser's until the collector was heard. */
  now(): number
  /** What the collector said its time is (ms UTC), which may be known to the second only. */
  heard(collectorMs: number, precision?: 'ms' | 's'): void
  /** The browser's wall clock minus the collector's, ms; 0 until the collector was heard. */
  browserAheadMs(): number
}

export interface ClockSources {
  /** ms UTC as this machine believes. */
  wall(): number
  /** ms since any moment; never set. */
  monotonic(): number
}

/** Said to the second only, a time that fits to this is not news. */
const ROUNDED_MS = 1500

export function createClock({ wall, monotonic }: ClockSources): Clock {
  let known: { readonly at: number; readonly monotonic: number } | undefined
  const now = () => (known === undefined ? wall() : Math.round(known.at + monotonic() - known.monotonic))
  return {
    now,
    heard(collectorMs, precision = 'ms') {
      if (!Number.isFinite(collectorMs)) return
      const at = precision === 's' ? collectorMs + 500 : collectorMs
      if (precision === 's' && known !== undefined && Math.abs(at - now()) < ROUNDED_MS) return
      known = { at, monotonic: monotonic() }
    },
    browserAheadMs: () => (known === undefined ? 0 : wall() - now()),
  }
}

/** The page's. */
export const clock: Clock = createClock({ wall: () => Date.now(), monotonic: () => performance.now() })
