// Durations as people write them: `30s`, `5m`, `2h`, `1d`, or a number of seconds.
import { z } from 'zod'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Parses to milliseconds; at most 30 days. */
export const Duration = z
  .union([
    z.number().nonnegative(),
    z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'write a duration like 30s, 5m or 2h'),
  ])
  .transform(toMs)
  .pipe(z.number().max(30 * 86_400_000, 'at most 30 days'))

function toMs(value: number | string): number {
  if (typeof value === 'number') return value * 1000
  const unit = /[a-z]+$/.exec(value)?.[0] ?? 's'
  return Number.parseFloat(value) * (UNIT_MS[unit] ?? 1000)
}
