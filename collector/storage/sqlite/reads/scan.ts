// Lists with a filter that no index helps: read newest first in steps, the thread let go between them, and not for ever.
// A page may then hold less than was asked for, or nothing, and still have a cursor to go on from.
import type { Page } from '#shared/http/paging.ts'
import { writeCursor } from './paging.ts'

export interface ScanLimits {
  /** Rows looked at before the thread is let go. */
  readonly step: number
  /** Steps of one page. */
  readonly steps: number
}
export const SCAN_LIMITS: ScanLimits = { step: 5000, steps: 20 }

export type Position = readonly (string | number)[]

export interface Scan<R, T> {
  /** Position of the last of the next `step` rows after `from`, whether they match or not; undefined when fewer are left. */
  end(from: Position | undefined, step: number): Position | undefined
  /** Matching rows after `from` up to and including `end`, at most `limit`. */
  rows(from: Position | undefined, end: Position | undefined, limit: number): readonly R[]
  position(row: R): Position
  item(row: R): T
}

/** A page of at most `limit` items after `from`. */
export async function scanPage<R, T>(
  scan: Scan<R, T>,
  from: Position | undefined,
  limit: number,
  { step, steps }: ScanLimits = SCAN_LIMITS,
): Promise<Page<T>> {
  const found: R[] = []
  let at = from
  for (let n = 0; n < steps; n++) {
    if (n > 0) await new Promise((resolve) => setImmediate(resolve))
    const end = scan.end(at, step)
    found.push(...scan.rows(at, end, limit + 1 - found.length))
    if (found.length > limit) {
      const kept = found.slice(0, limit)
      return { items: kept.map(scan.item), nextCursor: writeCursor(scan.position(kept.at(-1) as R)) }
    }
    if (!end) return { items: found.map(scan.item), nextCursor: null }
    at = end
  }
  return { items: found.map(scan.item), nextCursor: at ? writeCursor(at) : null }
}
