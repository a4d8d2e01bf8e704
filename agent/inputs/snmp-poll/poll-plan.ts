// What is asked of one device, and what it turned out not to have: missing objects are not asked again until the plan is
// refreshed. Holds the series number of every cell, so that a sample costs one lookup and no text.
import type { ColumnMetric, Profile, ScalarMetric, TableMetric } from '#shared/profiles/profile.ts'

/** unknown: not yet asked. */
export type Presence = 'unknown' | 'present' | 'missing'

export interface ScalarState {
  readonly metric: ScalarMetric
  oid: string
  presence: Presence
  series: number | undefined
}

export interface ColumnState {
  readonly metric: ColumnMetric
  /** The column in use: the first choice or its fallback. */
  oid: string
  presence: Presence
  /** Series by place of the row; NOT_WANTED for rows that do not count, UNNAMED for cells not there when rows were named. */
  series: Int32Array
  /** Power of ten by place of the row; empty where all are 1. */
  factors: Float64Array
  /** Value is the number as it comes. */
  readonly plain: boolean
}

export interface TableState {
  readonly table: TableMetric
  readonly columns: readonly ColumnState[]
  /** Place of a row by its index, the same for all columns. */
  places: ReadonlyMap<string, number>
  /** Names of rows must be read before the next samples. */
  stale: boolean
  /** Monotonic ms of the last time rows were named. */
  namedAt: number
  /** Monotonic ms of the last reading. */
  readAt: number
}

export interface PollPlan {
  readonly profile: Profile
  readonly scalars: readonly ScalarState[]
  readonly tables: readonly TableState[]
}

export const NOT_WANTED = -1
export const UNNAMED = -2

export function createPlan(profile: Profile): PollPlan {
  return {
    profile,
    scalars: profile.scalars.map((metric) => ({ metric, oid: metric.oid, presence: 'unknown', series: undefined })),
    tables: profile.tables.map((table) => ({
      table,
      columns: table.columns.map((metric) => ({
        metric,
        oid: metric.oid,
        presence: 'unknown',
        series: new Int32Array(0),
        factors: new Float64Array(0),
        plain: isPlain(metric),
      })),
      places: new Map<string, number>(),
      stale: true,
      namedAt: Number.NEGATIVE_INFINITY,
      readAt: Number.NEGATIVE_INFINITY,
    })),
  }
}

/** Everything missing gets another chance, and rows are named anew. */
export function refreshPlan(plan: PollPlan): void {
  for (const part of [...plan.scalars, ...plan.tables.flatMap((t) => t.columns)])
    if (part.presence === 'missing') {
      part.presence = 'unknown'
      part.oid = part.metric.oid
    }
  for (const table of plan.tables) table.stale = true
}

export function scalarOids(plan: PollPlan): string[] {
  return plan.scalars.filter((s) => s.presence !== 'missing').flatMap((s) => [s.oid, ...operandsOf(s.metric)])
}

export function columnOids(tables: readonly TableState[]): string[] {
  const wanted = tables.flatMap((t) => t.columns).filter((c) => c.presence !== 'missing')
  return [...new Set([...wanted.map((c) => c.oid), ...wanted.flatMap((c) => operandsOf(c.metric))])]
}

/** Tables whose time has come; a poll a little early counts. */
export function dueTables(plan: PollPlan, now: number): readonly TableState[] {
  return plan.tables.filter((t) => t.table.everyMs === 0 || t.stale || now - t.readAt >= t.table.everyMs - 1000)
}

/** The device has interfaces: when their table changes, their names do. */
export function hasInterfaces(plan: PollPlan): boolean {
  return plan.tables.some((t) => t.table.resource.prefix === 'if' && t.columns.some((c) => c.presence === 'present'))
}

/** An unknown part was asked: present, or the fallback comes next, or missing. True when there is more to ask. */
export function settle(part: ScalarState | ColumnState, found: boolean): boolean {
  if (part.presence !== 'unknown') return false
  if (found) part.presence = 'present'
  else if (part.metric.fallback !== undefined && part.oid !== part.metric.fallback) {
    part.oid = part.metric.fallback
    return true
  } else part.presence = 'missing'
  return false
}

function operandsOf(metric: ScalarMetric | ColumnMetric): string[] {
  return [...(metric.percentOf ?? []), ...(metric.times === undefined ? [] : [metric.times])]
}

function isPlain(metric: ColumnMetric): boolean {
  const { reading, valid, scaledBy } = metric
  if (valid || scaledBy) return false
  return reading.scale === 1 && !reading.constantOne && !metric.percentOf && !metric.times && !metric.inverse
}
