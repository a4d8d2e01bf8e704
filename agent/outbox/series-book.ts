// Numbers of series. A definition travels in the first batch that uses its number, and again when it was lost or changed.

import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { meaningOf, sameMeaning } from '#shared/domain/series-meaning.ts'
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

/** What the definitions of many series have in common: in memory once. */
type Family = Omit<SeriesDefinition, 'n' | 'device' | 'resource' | 'tags'>

/** A part of a device with its series. */
interface Place {
  readonly device: string
  readonly resource: string
  readonly series: number[]
}

/**
 * Half a million series are usual for a large site: of each the book keeps references to its place, family and tags,
 * and makes the definition anew when it must travel.
 */
export function createSeriesBook(limit = MAX_SERIES_PER_AGENT, perDevice = MAX_SERIES_PER_DEVICE): SeriesBook {
  const families = createFamilies()
  const devices = new Map<string, { readonly places: Map<string, Place>; used: number }>()
  const placeOf: (Place | undefined)[] = [undefined]
  const familyOf: (Family | undefined)[] = [undefined]
  const tagsOf: (SeriesDefinition['tags'] | undefined)[] = [undefined]
  let unsent = new Uint8Array(1024)
  let unsentCount = 0
  let last = 0
  let size = 0

  const deviceOf = (device: string) => {
    const known = devices.get(device) ?? { places: new Map<string, Place>(), used: 0 }
    devices.set(device, known)
    return known
  }

  function find(place: Place | undefined, definition: Omit<SeriesDefinition, 'n'>): number | undefined {
    const { metric, unit, kind } = definition
    return place?.series.find((n) => {
      const family = familyOf[n] as Family
      return family.metric === metric && family.unit === unit && family.kind === kind
    })
  }

  function keep(n: number, definition: Omit<SeriesDefinition, 'n'>): void {
    const device = deviceOf(definition.device)
    const known = device.places.get(definition.resource)
    const place = known ?? { device: definition.device, resource: definition.resource, series: [] }
    if (known === undefined) device.places.set(definition.resource, place)
    place.series.push(n)
    device.used++
    size++
    // Numbers without a definition leave no holes: arrays with holes are slow and large.
    for (let hole = placeOf.length; hole < n; hole++) {
      placeOf.push(undefined)
      familyOf.push(undefined)
      tagsOf.push(undefined)
    }
    placeOf[n] = place
    describe(n, definition)
  }

  function describe(n: number, definition: Omit<SeriesDefinition, 'n'>): void {
    const { tags } = definition
    // Series of one row mostly come one after another and say the same of it.
    const before = tagsOf[n - 1]
    familyOf[n] = families(definition)
    tagsOf[n] = before && sameRecord(before, tags) ? before : tags
  }

  function unsend(n: number): void {
    if (n >= unsent.length) {
      const larger = new Uint8Array(Math.max(n + 1, unsent.length * 2))
      larger.set(unsent)
      unsent = larger
    }
    if (unsent[n] === 1) return
    unsent[n] = 1
    unsentCount++
  }

  return {
    number(definition) {
      const device = deviceOf(definition.device)
      const known = find(device.places.get(definition.resource), definition)
      if (known !== undefined) {
        const family = familyOf[known] as Family
        if (sameRecord(tagsOf[known], definition.tags) && sameFamily(family, definition)) return known
        describe(known, definition)
        unsend(known)
        return known
      }
      if (last >= limit || device.used >= perDevice) return -1
      const n = ++last
      keep(n, definition)
      unsend(n)
      return n
    },
    takeUnsent(n) {
      if (unsentCount === 0 || unsent[n] !== 1) return undefined
      unsent[n] = 0
      unsentCount--
      const place = placeOf[n]
      if (place === undefined) return undefined
      const { device, resource } = place
      const { metric, unit, kind, ...rest } = familyOf[n] as Family
      const tags = tagsOf[n]
      return { device, metric, resource, unit, kind, ...rest, ...(tags ? { tags } : {}), n }
    },
    unsend,
    unsendAll() {
      for (let n = 1; n < placeOf.length; n++) if (placeOf[n] !== undefined) unsend(n)
    },
    load(series) {
      for (const [n, text] of series) {
        last = Math.max(last, n)
        if (text === '') continue
        const definition = JSON.parse(text) as SeriesDefinition
        const known = find(devices.get(definition.device)?.places.get(definition.resource), definition)
        if (known === undefined && placeOf[n] === undefined) keep(n, definition)
      }
    },
    get size() {
      return size
    },
  }
}

/** The same object for definitions that say the same of their metric. */
function createFamilies(): (definition: Omit<SeriesDefinition, 'n'>) => Family {
  const byName = new Map<string, Family[]>()
  return (definition) => {
    const { metric, unit, kind, states } = definition
    const name = `${metric}\u001f${unit}\u001f${kind}`
    const known = byName.get(name) ?? []
    byName.set(name, known)
    const same = known.find((family) => sameFamily(family, definition))
    if (same !== undefined) return same
    const family = { metric, unit, kind, ...(states ? { states } : {}), ...meaningOf(definition) }
    // Profiles change now and then: what nobody looks for any more is left to the series that still have it.
    if (known.length >= FAMILIES_OF_A_NAME) known.shift()
    known.push(family)
    return family
  }
}

const FAMILIES_OF_A_NAME = 32

function sameFamily(a: Family, b: Family): boolean {
  return sameRecord(a.states, b.states) && sameMeaning(a, b)
}

function sameRecord(a: Record<string, string> | undefined, b: Record<string, string> | undefined): boolean {
  if (a === b) return true
  const left = Object.entries(a ?? {})
  return left.length === Object.keys(b ?? {}).length && left.every(([key, value]) => b?.[key] === value)
}
