// Where people left the symbols of a site, on this device. A broken memory is no memory.
import type { Place, Places } from './map-places.ts'

const KEY = 'outrider-site-maps'
const MOST_SITES = 20
const MOST_NODES = 2000

type Stored = Record<string, readonly (readonly [id: string, x: number, y: number])[]>

export interface MapMemory {
  read(site: string): Places
  write(site: string, places: Places): void
  forget(site: string): void
}

export function mapMemory(storage: Pick<Storage, 'getItem' | 'setItem'>): MapMemory {
  const all = (): Stored => {
    try {
      const known: unknown = JSON.parse(storage.getItem(KEY) ?? '{}')
      return typeof known === 'object' && known !== null && !Array.isArray(known) ? (known as Stored) : {}
    } catch {
      return {}
    }
  }
  const keep = (stored: Stored) => {
    try {
      storage.setItem(KEY, JSON.stringify(stored))
    } catch {
      // no room, or not allowed: it is arranged anew next time
    }
  }
  return {
    read(site) {
      const rows = all()[site]
      const places = new Map<string, Place>()
      if (Array.isArray(rows))
        for (const row of rows.slice(0, MOST_NODES)) {
          if (!Array.isArray(row)) continue
          const [id, x, y] = row as unknown[]
          if (typeof id === 'string' && Number.isFinite(x) && Number.isFinite(y))
            places.set(id, { x: x as number, y: y as number })
        }
      return places
    },
    write(site, places) {
      const { [site]: _, ...others } = all()
      const rows = [...places].slice(0, MOST_NODES).map(([id, { x, y }]) => [id, Math.round(x), Math.round(y)] as const)
      // the newest last: the oldest goes first
      keep(Object.fromEntries([...Object.entries(others).slice(1 - MOST_SITES), [site, rows]]))
    },
    forget(site) {
      const { [site]: _, ...others } = all()
      keep(others)
    },
  }
}
