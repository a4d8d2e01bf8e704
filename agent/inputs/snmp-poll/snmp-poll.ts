// Polls one device over SNMP as its profile says: sysUpTime and scalars in one question, then all columns together.
import type { Logger } from 'pino'
import { UPTIME_METRIC } from '#shared/domain/sample.ts'
import { meaningOf } from '#shared/domain/series-meaning.ts'
import type { MetricDefinition, Profile } from '#shared/profiles/profile.ts'
import type { AgentDevice } from '../../devices/device.ts'
import type { DeviceIdentity } from '../../devices/device-identity.ts'
import type { SnmpClient, SnmpValue } from '../../protocols/snmp/snmp-client.ts'
import type { Poller, PollResult, Recorder } from '../input.ts'
import { identify, isMissing } from './identify.ts'
import {
  type ColumnState,
  chooseAlternatives,
  createPlan,
  dueTables,
  NOT_WANTED,
  type PollPlan,
  refreshPlan,
  scalarOids,
  settle,
  type TableState,
  UNNAMED,
} from './poll-plan.ts'
import { createPortWatch, SYS_UPTIME } from './port-watch.ts'
import { type Cells, type ColumnReader, type Failure, readColumns } from './read-columns.ts'
import { roomForSamples } from './room-for-samples.ts'
import { computed, kindOf } from './sample-value.ts'
import { factorOf, isWanted, type Row, rowsOf, tagColumnsOf, tagsOfScalar } from './table-rows.ts'
import { totalOf } from './total-value.ts'
import { clientFor } from './without-bulk.ts'

export interface SnmpPollerDeps {
  readonly device: AgentDevice & { readonly snmp: NonNullable<AgentDevice['snmp']> }
  readonly client: SnmpClient
  /** Another map than before is a reason to identify the device again. */
  readonly profiles: () => ReadonlyMap<string, Profile>
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock: { wall(): number; mono(): number }
  /** Called when the device was identified for the first time and when something about it changed. */
  readonly onIdentity?: (identity: DeviceIdentity) => void
  /** The device restarted, or its ports may have other numbers now. */
  readonly onPortsChanged?: () => void
  readonly dropped?: (reason: SnmpPollDrop, count: number) => void
  readonly maxSeries?: number
}

/** series-limit: cells of a device beyond its limit; unnamed-row: rows newer than the last naming; table-limit. */
export type SnmpPollDrop = 'series-limit' | 'unnamed-row' | 'table-limit'

const IDENTIFY_EVERY_MS = 3_600_000
const NAME_ROWS_AT_MOST_EVERY_MS = 60_000
const MAX_SERIES = 20_000

/**
 * A poller for one device. `poll` identifies first (at the start, after a reboot, hourly), then records all samples of
 * the poll with one time; what the device did wrong is the outcome. What was read before a failure is recorded.
 */
export function createSnmpPoller(deps: SnmpPollerDeps): Poller {
  const { device, client, recorder, clock, log } = deps
  const deadlineMs = deadlineOf(device.snmp)
  const uptimeSeries = recorder.series({
    device: device.id,
    metric: UPTIME_METRIC,
    resource: '',
    unit: 's',
    kind: 'gauge',
  })
  let plan: PollPlan | undefined
  let identity: DeviceIdentity | undefined
  let identifiedAt = Number.NEGATIVE_INFINITY
  let identifiedBy: ReadonlyMap<string, Profile> | undefined
  const ports = createPortWatch(clock.mono, () => deps.onPortsChanged?.())
  let seriesCount = 0
  let reader: ColumnReader = {
    client,
    onTableLeftOut(table, detail) {
      log.warn({ device: device.id, table, detail }, 'table left out')
      deps.dropped?.('table-limit', 1)
    },
  }

  return {
    input: 'snmp',
    device: device.id,
    intervalMs: device.snmp.intervalMs,
    deadlineMs,
    async poll(signal): Promise<PollResult> {
      const due = clock.mono() - identifiedAt >= IDENTIFY_EVERY_MS || identifiedBy !== deps.profiles()
      if (plan === undefined || due) {
        const failure = await learn(signal)
        if (failure !== undefined) return failure
      }
      return (await collect(plan as PollPlan, signal)) ?? { outcome: 'ok' }
    },
    async probe(signal): Promise<PollResult> {
      const answer = await client.get([SYS_UPTIME], signal)
      return answer.outcome === 'ok' ? { outcome: 'ok' } : answer
    },
  }

  async function learn(signal: AbortSignal): Promise<Failure | undefined> {
    const profiles = deps.profiles()
    const found = await identify(device.id, client, profiles, device.snmp.profile, signal)
    if (found.outcome !== 'ok') return found
    identifiedAt = clock.mono()
    identifiedBy = profiles
    if (plan?.profile === found.value.profile) refreshPlan(plan)
    else {
      plan = createPlan(found.value.profile)
      reader = { ...reader, client: clientFor(plan.profile, client) }
      seriesCount = 0
    }
    const next = found.value.identity
    if (JSON.stringify(next) !== JSON.stringify(identity)) deps.onIdentity?.(next)
    identity = next
    return undefined
  }

  async function collect(current: PollPlan, signal: AbortSignal): Promise<Failure | undefined> {
    const values = new Map<string, SnmpValue>()
    const at = await readScalars(current, values, signal)
    if (typeof at !== 'number') return at
    const cells: Cells = new Map()
    const tables = dueTables(current, clock.mono())
    const columnsFailure = await readColumns(reader, tables, cells, signal)
    if (columnsFailure !== undefined) return columnsFailure
    chooseAlternatives(current)
    for (const table of tables) table.readAt = clock.mono()
    const names: Cells = new Map()
    const full = roomForSamples(recorder, clock, deadlineMs / 4)
    for (const table of tables) {
      if (!table.columns.some((column) => column.presence === 'present')) continue
      if (table.stale || ports.hasOthers(table, cells) || hasNewRows(table, cells)) {
        const namingFailure = await nameRows(table, cells, names, signal)
        if (namingFailure !== undefined) return namingFailure
      }
      for (let wait = full(); wait !== undefined; wait = full()) await wait
      for (const column of table.columns) recordColumn(table, column, cells, at)
    }
    for (const total of current.totals) {
      const sum = totalOf(total, values, cells)
      if (Number.isNaN(sum)) continue
      total.series ??= series(total.metric, 'Gauge32', { resource: '', tags: {} })
      recordNumber(total.series, at, sum)
    }
    return undefined
  }

  /** Answers the time of the poll, wall ms: that of the scalars, since the uptime among them must not be newer. */
  async function readScalars(
    current: PollPlan,
    values: Map<string, SnmpValue>,
    signal: AbortSignal,
  ): Promise<Failure | number> {
    for (let more = true, first = true; more; first = false) {
      const oids = [...(first ? ports.questions(current) : []), ...scalarOids(current, clock.mono())]
      const answer = await client.get(
        oids.filter((oid) => !values.has(oid)),
        signal,
      )
      if (answer.outcome !== 'ok') return answer
      for (const value of answer.value) values.set(value.oid, value)
      more = false
      for (const scalar of current.scalars) if (settle(scalar, isThere(values.get(scalar.oid)))) more = true
    }
    chooseAlternatives(current)
    const at = clock.wall()
    if (ports.answers(current, values)) identifiedAt = Number.NEGATIVE_INFINITY
    const ticks = values.get(SYS_UPTIME)?.value
    if (typeof ticks === 'number') recorder.sample(uptimeSeries, at, ticks / 100)
    for (const scalar of current.scalars) {
      const value = values.get(scalar.oid)
      if (scalar.presence !== 'present' || value === undefined || isMissing(value)) continue
      scalar.readAt = clock.mono()
      scalar.series ??= series(scalar.metric, value.type, { resource: '', tags: tagsOfScalar(scalar.metric, values) })
      const operand = (oid: string) => values.get(oid)?.value
      recordNumber(scalar.series, at, computed(scalar.metric, value, operand))
    }
    return at
  }

  /** The first column that is there speaks for the table; a row only another column has shows while recording. */
  function hasNewRows(table: TableState, cells: Cells): boolean {
    const column = table.columns.find((c) => c.presence === 'present')
    for (const index of cells.get(column?.oid ?? '')?.keys() ?? [])
      if (!table.places.has(index)) return clock.mono() - table.namedAt >= NAME_ROWS_AT_MOST_EVERY_MS
    return false
  }

  /** `names`: columns that were read to name rows in this poll. */
  async function nameRows(
    table: TableState,
    cells: Cells,
    names: Cells,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const oids = tagColumnsOf([table.table]).filter((oid) => !names.has(oid))
    const answer = oids.length === 0 ? undefined : await reader.client.columns(oids, signal)
    if (answer !== undefined && answer.outcome !== 'ok') return answer
    for (const [oid, column] of answer?.value ?? []) names.set(oid, column)
    const named: Cells = new Map([...cells, ...names])
    const indexes = new Set(table.columns.flatMap((column) => [...(cells.get(column.oid)?.keys() ?? [])]))
    const rows = rowsOf(table.table, indexes, named)
    table.places = new Map([...indexes].map((index, place) => [index, place]))
    for (const column of table.columns) {
      for (const known of column.series) if (known >= 0) seriesCount--
      column.series = new Int32Array(indexes.size).fill(UNNAMED)
      if (column.metric.scaledBy)
        column.factors = Float64Array.from(indexes, (index) => factorOf(column.metric, index, named))
      for (const [index, cell] of cells.get(column.oid) ?? [])
        column.series[table.places.get(index) as number] = isWanted(column.metric.where, index, named)
          ? limited(() => series(column.metric, cell.type, rows.get(index) as Row))
          : NOT_WANTED
    }
    table.stale = false
    ports.named(table, named)
    table.namedAt = clock.mono()
    return undefined
  }

  function recordColumn(table: TableState, column: ColumnState, cells: Cells, at: number): void {
    if (column.presence !== 'present') return
    let unnamed = 0
    cells.get(column.oid)?.forEach((cell, index) => {
      const place = table.places.get(index)
      const number = place === undefined ? UNNAMED : (column.series[place] as number)
      if (number >= 0) {
        const { value } = cell
        if (column.plain && typeof value === 'number') recorder.sample(number, at, value)
        else
          recordNumber(
            number,
            at,
            computed(column.metric, cell, (oid) => cells.get(oid)?.get(index)?.value, column.factors[place as number]),
          )
      } else if (number === UNNAMED) unnamed++
    })
    if (unnamed === 0) return
    deps.dropped?.('unnamed-row', unnamed)
    if (clock.mono() - table.namedAt >= NAME_ROWS_AT_MOST_EVERY_MS) table.stale = true
  }

  /** Text where a number was hoped for is no loss: there was no number. */
  function recordNumber(number: number, at: number, value: number): void {
    if (number >= 0 && Number.isFinite(value)) recorder.sample(number, at, value)
  }

  function limited(make: () => number): number {
    if (seriesCount < (deps.maxSeries ?? MAX_SERIES)) {
      seriesCount++
      return make()
    }
    deps.dropped?.('series-limit', 1)
    return NOT_WANTED
  }

  function series(metric: MetricDefinition, type: SnmpValue['type'], row: Row): number {
    return recorder.series({
      device: device.id,
      metric: metric.metric,
      resource: row.resource,
      unit: metric.unit,
      kind: kindOf(metric, type),
      ...(metric.states ? { states: metric.states } : {}),
      ...meaningOf(metric),
      ...(Object.keys(row.tags).length > 0 ? { tags: row.tags } : {}),
    })
  }
}

function isThere(value: SnmpValue | undefined): boolean {
  return value !== undefined && !isMissing(value)
}

/** Time for one poll: not into the next interval, but long enough for one lost answer. */
function deadlineOf(snmp: NonNullable<AgentDevice['snmp']>): number {
  return Math.max(Math.min(snmp.intervalMs * 0.9, 60_000), snmp.timeoutMs * (snmp.retries + 1) + 500)
}
