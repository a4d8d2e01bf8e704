// A database with a past in it, for replays: samples of minutes, events and incidents, written as a collector writes them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { SeriesInfo } from '#collector/ingest/evaluation.ts'
import { emptyChangeSet } from '#collector/storage/change-set.ts'
import { createIncidentStore } from '#collector/storage/sqlite/incident-store.ts'
import { openStores } from '#collector/storage/storage.ts'
import type { Incident } from '#shared/domain/incident.ts'
import { createSampleWriter, type Row, seriesInfo } from './sample-writer.ts'

export const PAST = Date.UTC(2026, 5, 1)
export const MINUTE = 60_000

export interface StoredPast extends Disposable {
  /** The database file. */
  readonly file: string
}

export async function storedPast(past: {
  readonly series?: readonly SeriesInfo[]
  readonly rows: readonly Row[]
  readonly incidents?: readonly Incident[]
  /** All but the newest samples are in chunks. */
  readonly fold?: boolean
}): Promise<StoredPast> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-past-'))
  const stores = await openStores({ dir, log: pino({ level: 'silent' }) })
  await stores.load()
  stores.addWriter(createIncidentStore(stores.database))
  const writer = createSampleWriter(stores)
  const now = Math.max(PAST, ...past.rows.map(([, at]) => at)) + MINUTE
  const { rows, series = [seriesInfo(1)] } = past
  // chunks are written in the turn that follows the one that filled them
  const parts = past.fold ? [rows.slice(0, -50), rows.slice(-50, -10), rows.slice(-10)] : [rows]
  for (const [i, part] of parts.entries()) await writer.commit([part], now, i === 0 ? series : [])
  await stores.commit(null, { ...emptyChangeSet(), incidents: [...(past.incidents ?? [])] }, now)
  await stores.stop()
  return { file: join(dir, 'collector.db'), [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
}

/** One sample of series 1 a minute. */
export const minutes = (count: number, value: (minute: number) => number): Row[] =>
  Array.from({ length: count }, (_, m) => [1, PAST + m * MINUTE, value(m)] as const)

export function pastIncident(number: number, openedMinute: number, more: Partial<Incident> = {}): Incident {
  return {
    ...{ id: `incident-${number}`, number, customer: 'acme', site: 's', device: 's.d', title: `Incident ${number}` },
    ...{ state: 'closed', impact: 'medium', urgency: 'medium', priority: 3, tier: 1, assignee: null },
    ...{ openedAt: PAST + openedMinute * MINUTE, resolvedAt: PAST + (openedMinute + 30) * MINUTE, closedAt: null },
    ...{ rule: null, causeAlarm: null, alarms: [], openAlarms: 0, follows: null, reopened: 0 },
    ...more,
  }
}
