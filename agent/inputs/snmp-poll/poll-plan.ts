// What is asked of one device, and what it turned out not to have: missing objects are not asked again until the plan is
// refreshed. Holds the series number of every cell, so that a sample costs one lookup and no text.
import type { ColumnMetric, MetricDefinition, Profile, ScalarMetric, TableMetric } from '#shared/profiles/profile.ts'

/** unknown: not yet asked. */
export type Presence = 'unknown' | 'present' | 'missing'

export interface ScalarState {
  readonly metric: ScalarMetric
  oid: string
  presence: Presence
  series: number | undefined
  /** Monotonic ms of the last reading. */
  readAt: number
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
  readonly totals: readonly TotalState[]
  /** Parts that count only where those before them, of the same name, do not answer. */
  readonly alternatives: readonly Alternative[]
}

export interface TotalState {
  readonly metric: MetricDefinition
  readonly parts: readonly { readonly part: ScalarState | ColumnState; readonly table?: TableState }[]
  series: number | undefined
}

interface Alternative {
  readonly part: ScalarState | ColumnState
  readonly before: readonly (ScalarState | ColumnState)[]
}

export const NOT_WANTED = -1
export const UNNAMED = -2
/** Thousands of devices lack most columns. */
const NO_SERIES = new Int32Array(0)
const NO_FACTORS = new Float64Array(0)

export function createPlan(profile: Profile): PollPlan {
  const scalars: ScalarState[] = profile.scalars.map((metric) => ({
    ...{ metric, oid: metric.oid, presence: 'unknown', series: undefined, readAt: Number.NEGATIVE_INFINITY },
  }))
  const tables: TableState[] = profile.tables.map((table) => ({
    table,
    columns: table.columns.map((metric) => ({
      metric,
      oid: metric.oid,
      presence: 'unknown',
      series: NO_SERIES,
      factors: NO_FACTORS,
      plain: isPlain(metric),
    })),
    places: new Map<string, number>(),
    stale: true,
    namedAt: Number.NEGATIVE_INFINITY,
    readAt: Number.NEGATIVE_INFINITY,
  }))
  const parts: TotalState['parts'] = [
    ...scalars.map((part) => ({ part })),
    ...tables.flatMap((table) => table.columns.map((part) => ({ part, table }))),
  ]
  const totals = profile.totals.map(({ metric, unit, parts: summed }) => ({
    metric: { metric, source: metric, unit, kind: 'gauge' as const, reading: { scale: 1, constantOne: false } },
    parts: parts.filter(({ part }) => summed.includes(part.metric)),
    series: undefined,
  }))
  const alternatives = [scalars, ...tables.map((table) => table.columns)].flatMap(alternativesIn)
  return { profile, scalars, tables, totals, alternatives }
}

function alternativesIn(parts: readonly (ScalarState | ColumnState)[]): Alternative[] {
  return parts.flatMap((part, n) => {
    if (!part.metric.alternative) return []
    const before = parts.slice(0, n).filter((other) => other.metric.metric === part.metric.metric)
    return before.length === 0 ? [] : [{ part, before }]
  })
}

/** Of several of one name the first that answers is kept; the others are not asked again. */
export function chooseAlternatives(plan: PollPlan): void {
  for (const { part, before } of plan.alternatives)
    if (part.presence === 'present' && before.some((other) => other.presence === 'present')) part.presence = 'missing'
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

/** Those whose time has come, with what they are computed from; their tags until they have a series. */
export function scalarOids(plan: PollPlan, now: number): string[] {
  const isNew = (s: ScalarState) => s.presence === 'unknown'
  const due = plan.scalars.filter(
    (s) => s.presence !== 'missing' && (isNew(s) || isDue(s.metric.everyMs, s.readAt, now)),
  )
  return due.flatMap((s) => [
    ...[s.oid, ...operandsOf(s.metric)],
    ...(s.series === undefined ? s.metric.tags.map((tag) => tag.oid) : []),
  ])
}

export function columnOids(tables: readonly TableState[]): string[] {
  const wanted = tables.flatMap((t) => t.columns).filter((c) => c.presence !== 'missing')
  return [...new Set([...wanted.map((c) => c.oid), ...wanted.flatMap((c) => operandsOf(c.metric))])]
}

/** Tables whose time has come; a poll a little early counts. */
export function dueTables(plan: PollPlan, now: number): readonly TableState[] {
  return plan.tables.filter((t) => t.stale || isDue(t.table.everyMs, t.readAt, now))
}

function isDue(everyMs: number, readAt: number, now: number): boolean {
  return everyMs === 0 || now - readAt >= everyMs - 1000
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
  const { percentOf = [], plus = [], times } = metric
  return [...percentOf, ...plus, ...(times === undefined ? [] : [times])]
}

function isPlain(metric: ColumnMetric): boolean {
  const { reading, valid, scaledBy, plus } = metric
  if (valid || scaledBy || plus || reading.special) return false
  return reading.scale === 1 && !metric.percentOf && !metric.times && !metric.inverse
}
