// What the address of the screen says: what is looked for in the audit log, and which entry is open.
import { readInstant } from '../ui/zone.ts'

export const RANGES = ['1h', '24h', '7d', '30d'] as const
export type Range = (typeof RANGES)[number]

const HOUR = 3_600_000
const LENGTH: Readonly<Record<Range, number>> = { '1h': HOUR, '24h': 24 * HOUR, '7d': 168 * HOUR, '30d': 720 * HOUR }

export interface AuditSearch {
  readonly q?: string | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
  /** `user:ann`, or `user:` for all of a kind. */
  readonly subject?: string | undefined
  /** Back from now; `from` and `to` (ms UTC) win. */
  readonly range?: Range | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    ...{ q: text(raw.q), actor: text(raw.actor), action: text(raw.action), subject: text(raw.subject) },
    range: RANGES.find((range) => range === raw.range),
    ...{ from: readInstant(raw.from), to: readInstant(raw.to) },
  }
}

/** What is asked of the collector. `now` is kept by the caller, so that further pages continue the same list. */
export function filterOf({ range, ...search }: AuditSearch, now: number): Omit<AuditSearch, 'range'> {
  const from = search.from ?? (range === undefined ? undefined : now - LENGTH[range])
  return { ...search, from }
}

export const isFiltered = (search: AuditSearch): boolean => Object.values(search).some((value) => value !== undefined)

function text(value: unknown): string | undefined {
  // an address turns what looks like a number into one
  const one = typeof value === 'number' ? String(value) : value
  return typeof one === 'string' && one !== '' ? one.slice(0, 160) : undefined
}
