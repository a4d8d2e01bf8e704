// What the address of the screen says: which part of it, and what is looked for.
import type { EventRow } from '#shared/http/records.ts'

export const EVENT_VIEWS = ['all', 'unknown', 'definitions'] as const
export type EventView = (typeof EVENT_VIEWS)[number]

/** What devices and their checks say; what the agent says of itself stands with the agent. */
export const SHOWN_KINDS = [
  'trap',
  'log',
  'check',
  'storm',
  'asset',
  'trap-raw',
] as const satisfies readonly EventRow['kind'][]
export type ShownKind = (typeof SHOWN_KINDS)[number]

/** Hours back. */
export const EVENT_RANGES = [1, 6, 24, 168] as const

export interface EventSearch {
  readonly view?: EventView | undefined
  readonly q?: string | undefined
  readonly kind?: ShownKind | undefined
  readonly device?: string | undefined
  readonly site?: string | undefined
  readonly level?: number | undefined
  readonly hours?: number | undefined
  /** ms; both or none. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** OID of a trap; with a dot at its end all below it. */
  readonly trap?: string | undefined
  /** The unknown trap that is open. */
  readonly oid?: string | undefined
  /** Unknown traps put aside. */
  readonly ignored?: boolean | undefined
}

export function readEventSearch(raw: Record<string, unknown>): EventSearch {
  const level = Number(raw.level)
  const [from, to] = [instant(raw.from), instant(raw.to)]
  const stands = from !== undefined && to !== undefined && to > from
  return {
    view: EVENT_VIEWS.find((view) => view === raw.view && view !== 'all'),
    q: text(raw.q),
    kind: SHOWN_KINDS.find((kind) => kind === raw.kind),
    device: text(raw.device),
    site: text(raw.site),
    level: raw.level !== undefined && Number.isInteger(level) && level >= 0 && level < 7 ? level : undefined,
    hours: EVENT_RANGES.find((hours) => hours === Number(raw.hours)),
    from: stands ? from : undefined,
    to: stands ? to : undefined,
    trap: typeof raw.trap === 'string' && TRAP_OID.test(raw.trap) ? raw.trap.slice(0, 512) : undefined,
    oid: typeof raw.oid === 'string' && /^\d+(\.\d+)+$/.test(raw.oid) ? raw.oid.slice(0, 512) : undefined,
    ignored: raw.ignored === true ? true : undefined,
  }
}

/** Of a trap, or with a dot at its end of all below it. */
export const TRAP_OID = /^\d+(\.\d+){1,127}\.?$/

function instant(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}
