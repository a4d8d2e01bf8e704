// Numbers of series. A definition travels in the first batch that uses its number, and again when it was lost or changed.

import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { sameMeaning } from '#shared/domain/series-meaning.ts'
import { MAX_SERIES_PER_AGENT } from '#shared/wire/limits.ts'

export interface SeriesBook {
  /** Number of a series; -1 when the agent or the device has reached its limit of series. */
  number(definition: Omit<SeriesDefinition, 'n'>): number
  /** The definition when the next batch that uses `n` must carry it, once. */
  takeUnsent(n: number): SeriesDefinition | undefined
  /** Undoes takeUnsent for a batch that was discarded. */
  unsend(n: number): void
  /** All definitions must travel again. */
  unsendAll(): void
  /** Definitions known on disk and already sent. Numbers given meanwhile stay as they are. */
  load(series: readonly (readonly [n: number, definition: string])[]): void
  readonly size: number
}

/** A device that names its rows anew at every poll must not use up the numbers of the others. */
const MAX_SERIES_PER_DEVICE = 100_000

export function createSeriesBook(limit = MAX_SERIES_PER_AGENT, perDevice = MAX_SERIES_PER_DEVICE): SeriesBook {
  const numbers = new Map<string, number>()
  const definitions: (SeriesDefinition | undefined)[] = []
  const unsent = new Set<number>()
  const ofDevice = new Map<string, number>()
  let last = 0

  return {
    number(definition) {
      const key = keyOf(definition)
      const known = numbers.get(key)
      if (known !== undefined) {
        if (sameFacts(definitions[known] as SeriesDefinition, definition)) return known
        definitions[known] = { ...definition, n: known }
        unsent.add(known)
        return known
      }
      const used = ofDevice.get(definition.device) ?? 0
      if (last >= limit || used >= perDevice) return -1
      const n = ++last
      ofDevice.set(definition.device, used + 1)
      numbers.set(key, n)
      definitions[n] = { ...definition, n }
      unsent.add(n)
      return n
    },
    takeUnsent: (n) => (unsent.size > 0 && unsent.delete(n) ? definitions[n] : undefined),
    unsend: (n) => void unsent.add(n),
    unsendAll() {
      for (const n of numbers.values()) unsent.add(n)
    },
    load(series) {
      for (const [n, text] of series) {
        last = Math.max(last, n)
        if (text === '') continue
        const definition = JSON.parse(text) as SeriesDefinition
        const key = keyOf(definition)
        if (numbers.has(key) || definitions[n] !== undefined) continue
        numbers.set(key, n)
        definitions[n] = definition
        ofDevice.set(definition.device, (ofDevice.get(definition.device) ?? 0) + 1)
      }
    },
    get size() {
      return numbers.size
    },
  }
}

function keyOf(d: Omit<SeriesDefinition, 'n'>): string {
  return `${d.device}\u001f${d.metric}\u001f${d.resource}\u001f${d.unit}\u001f${d.kind}`
}

function sameFacts(a: Omit<SeriesDefinition, 'n'>, b: Omit<SeriesDefinition, 'n'>): boolean {
  return sameRecord(a.states, b.states) && sameRecord(a.tags, b.tags) && sameMeaning(a, b)
}

function sameRecord(a: Record<string, string> | undefined, b: Record<string, string> | undefined): boolean {
  if (a === b) return true
  const left = Object.entries(a ?? {})
  return left.length === Object.keys(b ?? {}).length && left.every(([key, value]) => b?.[key] === value)
}
