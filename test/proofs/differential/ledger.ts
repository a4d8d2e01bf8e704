// The independent ledger: what the agent's inputs recorded, noted before the outbox saw it; compared at the end with what the
// collector's database gives back.
import { hash } from 'node:crypto'
import type { CollectorStores } from '#collector/stores.ts'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { deviceIdOf } from '#shared/domain/identity.ts'
import { encodeEvent } from '#shared/wire/event-lines.ts'
import type { SimulatedSite } from './simulated-site.ts'

export interface Ledger {
  /** Notes it; returns the line for the outbox. */
  event(event: DeviceEvent): string
  sample(device: number, place: number, value: number): void
  compare(stores: CollectorStores, place: string): Balance
}

export interface Balance {
  readonly records: number
  readonly lost: number
  readonly twice: number
  readonly altered: number
}

export function createLedger(site: SimulatedSite): Ledger {
  const events = new Map<string, number>()
  const samples = site.devices.map((_, d) => site.series(d).map(() => ({ count: 0, sum: 0 })))
  let records = 0
  return {
    event(event) {
      const print = printOf(event)
      events.set(print, (events.get(print) ?? 0) + 1)
      records++
      return encodeEvent(event)
    },
    sample(device, place, value) {
      const own = samples[device]?.[place] as { count: number; sum: number }
      own.count++
      own.sum += value
      records++
    },
    compare(stores, place) {
      const balance = { records, lost: 0, twice: 0, altered: 0 }
      const found = new Map<string, number>()
      for (const row of stores.records.database.connection
        .prepare("select doc from device_event where epoch <> ''")
        .iterate()) {
        const doc = JSON.parse(row.doc as string) as { event?: DeviceEvent }
        const print = printOf(doc.event ?? (doc as unknown as DeviceEvent))
        found.set(print, (found.get(print) ?? 0) + 1)
      }
      for (const [print, n] of events) balance.lost += Math.max(0, n - (found.get(print) ?? 0))
      for (const [print, n] of found)
        if (!events.has(print)) balance.altered += n
        else balance.twice += Math.max(0, n - (events.get(print) as number))
      const ids = new Map(stores.rules.series().map((s) => [`${s.device} ${s.metric} ${s.resource}`, s.id] as const))
      for (const [d, device] of site.devices.entries())
        for (const [i, s] of site.series(d).entries()) {
          const noted = samples[d]?.[i] as { count: number; sum: number }
          const id = ids.get(`${deviceIdOf(place, device)} ${s.metric} ${s.resource}`)
          let count = 0
          let sum = 0
          if (id !== undefined)
            stores.records.samples.read(id, 0, Number.MAX_SAFE_INTEGER, (_, value) => {
              count++
              sum += value
            })
          balance.lost += Math.max(0, noted.count - count)
          balance.twice += Math.max(0, count - noted.count)
          if (count === noted.count && Math.abs(sum - noted.sum) > 1e-6 * Math.abs(sum)) balance.altered++
        }
      return balance
    },
  }
}

const printOf = (event: DeviceEvent): string => hash('sha256', JSON.stringify(sorted(event)), 'base64')

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}
