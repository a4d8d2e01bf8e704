// What a replay reads: the records as they were stored. Storage implements it; slices are asked for in rising order.
import type { Device } from '#shared/domain/inventory.ts'
import type { ReceivedEvent, SeriesInfo } from '../ingest/evaluation.ts'
import type { MaintenanceWindow } from '../suppression/maintenance-gate.ts'

export interface History {
  /** Every series there is, by rising id. */
  readonly series: readonly SeriesInfo[]
  readonly devices: readonly Device[]
  customerOf(site: string): string
  /** IANA name of a site's time zone; undefined: none is known. */
  zoneOf(site: string): string | undefined
  /** Only these will be read; before anything is read. */
  open(series: readonly number[], from: number, to: number): void
  /** Raw samples of one series with from <= at < to, in the order in which they came. Slices rise and do not overlap. */
  read(series: number, from: number, to: number, each: (at: number, value: number) => void): void
  /** Whether a series had samples before `at`, raw or rolled up. */
  isOlder(series: number, at: number): boolean
  /** Events with from <= at < to, by time; at most `limit`. */
  events(from: number, to: number, limit: number): readonly ReceivedEvent[]
  /** Samples that agents reported as lost. */
  losses(from: number, to: number): readonly Loss[]
  /** First moment from which all raw samples are kept; null: all there ever were. */
  rawFrom(): number | null
  eventsFrom(): number | null
  /** Incidents that were open at any time within, at most `limit`, newest first. */
  incidents(from: number, to: number, limit: number): readonly PastIncident[]
  /** Maintenance windows as they are now. */
  windows(): readonly MaintenanceWindow[]
  close(): void
}

export interface PastIncident {
  readonly id: string
  readonly number: number
  readonly title: string
  readonly site: string
  readonly device: string | null
  readonly openedAt: number
  /** Null: it is open. */
  readonly endedAt: number | null
  readonly rule: string | null
  /** Of the alarm that opened it; null when that is not kept any more. */
  readonly alarmType: string | null
}

export interface Loss {
  readonly agent: string
  readonly lane: 'event' | 'telemetry' | 'result'
  readonly count: number
  readonly at: number
}
