// How often something may be tried: at most `limit` per `windowMs` and key, in a bounded table.

export interface Throttle {
  /** Counts one try; returns 0 when allowed, else ms until the next try is. */
  take(key: string, now: number): number
}

const MAX_KEYS = 20_000

/** Token bucket per key; when the table is full the key touched longest ago is forgotten. */
export function createThrottle(limit: number, windowMs: number): Throttle {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    take(key, now) {
      const old = buckets.get(key)
      buckets.delete(key)
      // a clock that was put back takes nothing away
      const passed = old ? Math.max(0, now - old.at) : 0
      const tokens = old ? Math.min(limit, old.tokens + (passed * limit) / windowMs) : limit
      const allowed = tokens >= 1
      buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now })
      if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value as string)
      return allowed ? 0 : Math.ceil(((1 - tokens) * windowMs) / limit)
    },
  }
}
