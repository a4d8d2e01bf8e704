// What each device told last of its neighbours, by table: parts put together, bounded, with when it was told.
import {
  type AnnouncedRow,
  type ArpRow,
  type LearnedRow,
  type NeighboursEvent,
  type NeighbourTable,
  neighbourKey,
  type ObservedRow,
  type SelfFacts,
} from '#shared/domain/neighbours.ts'

/** One table of one device; the form in which it is stored. */
export interface Observation {
  readonly device: string
  readonly table: NeighbourTable
  /** Corrected event time of the last part, ms. */
  readonly at: number
  readonly note: string | null
  readonly self: SelfFacts | null
  /** In the order of their keys. */
  readonly rows: readonly ObservedRow[]
}

/** What one device tells, all tables together. */
export interface DeviceView {
  readonly self: SelfFacts | undefined
  readonly lldp: readonly AnnouncedRow[]
  readonly cdp: readonly AnnouncedRow[]
  readonly fdb: readonly LearnedRow[]
  readonly arp: readonly ArpRow[]
  at(table: NeighbourTable): number
}

export interface Observations {
  /** Takes a part in; answers the whole table as it is now, undefined when it was older than what is known. */
  take(device: string, at: number, event: NeighboursEvent): Observation | undefined
  put(observation: Observation): void
  of(device: string): readonly Observation[]
  view(device: string): DeviceView | undefined
  devices(): Iterable<string>
  /** Forgets a device. */
  drop(device: string): void
  clear(): void
}

/** Rows of one table of one device. */
const MOST_ROWS = 8_192

export function createObservations(): Observations {
  const byDevice = new Map<string, Map<NeighbourTable, Observation>>()

  function put(observation: Observation): void {
    const tables = byDevice.get(observation.device) ?? new Map<NeighbourTable, Observation>()
    byDevice.set(observation.device, tables.set(observation.table, observation))
  }

  return {
    put,
    take(device, at, event) {
      const before = byDevice.get(device)?.get(event.table)
      if (before !== undefined && at < before.at) return undefined
      const { after, upTo } = event.range
      const isHere = (key: string) => (after === null || key > after) && (upTo === null || key <= upTo)
      const kept = (before?.rows ?? []).filter((row) => !isHere(neighbourKey(row)))
      const told: readonly ObservedRow[] = event.announced ?? event.learned ?? event.arp ?? []
      const byKey = new Map([...kept, ...told].map((row) => [neighbourKey(row), row]))
      const rows = [...byKey.keys()].sort().map((key) => byKey.get(key) as ObservedRow)
      const next = {
        ...{ device, table: event.table, at, note: event.note ?? null, self: event.self ?? null },
        rows: rows.slice(0, MOST_ROWS),
      }
      put(next)
      return next
    },
    of: (device) => [...(byDevice.get(device)?.values() ?? [])],
    view(device) {
      const tables = byDevice.get(device)
      if (tables === undefined) return undefined
      const rows = <T>(table: NeighbourTable) => (tables.get(table)?.rows ?? []) as unknown as readonly T[]
      return {
        self: tables.get('self')?.self ?? undefined,
        ...{ lldp: rows<AnnouncedRow>('lldp'), cdp: rows<AnnouncedRow>('cdp') },
        ...{ fdb: rows<LearnedRow>('fdb'), arp: rows<ArpRow>('arp') },
        at: (table) => tables.get(table)?.at ?? 0,
      }
    },
    devices: () => byDevice.keys(),
    drop: (device) => void byDevice.delete(device),
    clear: () => byDevice.clear(),
  }
}
