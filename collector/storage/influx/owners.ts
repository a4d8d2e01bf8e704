// Whose a site is, as a tag of points: what a point was sent with once it keeps, so that sending it again does not make a
// second one after the site has changed hands.
import type { Database } from '../sqlite/database.ts'

export interface SiteOwner {
  readonly id: string
  readonly customer: string
}

export interface Owners {
  /** Takes over the sites as they are now; true when one has changed hands. */
  refresh(sites: Iterable<SiteOwner>, now: number): boolean
  /** Customer of a site at a time and since when, '' when nobody said. */
  at(site: string, at: number): { readonly customer: string; readonly since: number; readonly until: number }
}

export function createOwners(db: Database): Owners {
  const insert = db.prepare('insert or replace into influx_site values (?, ?, ?)')
  const known = new Map<string, { since: number; customer: string }[]>()
  for (const r of db.prepare('select site, since, customer from influx_site order by since').all()) {
    const list = known.get(r.site as string) ?? []
    list.push({ since: Number(r.since), customer: r.customer as string })
    known.set(r.site as string, list)
  }
  const add = (site: string, since: number, customer: string): void => {
    insert.run(site, since, customer)
    known.set(site, [...(known.get(site) ?? []), { since, customer }])
  }
  /** Owners follow each other, also when the clock went back. */
  const after = (site: string, now: number): number => {
    const last = known.get(site)?.at(-1)
    return last ? Math.max(now, last.since + 1) : 0
  }
  return {
    refresh(sites, now) {
      const changed = [...sites].filter((s) => known.get(s.id)?.at(-1)?.customer !== s.customer)
      if (changed.length > 0)
        db.transaction(() => {
          for (const s of changed) add(s.id, after(s.id, now), s.customer)
        })
      return changed.length > 0
    },
    at(site, at) {
      if (!known.has(site)) add(site, 0, '')
      const list = known.get(site) ?? []
      const i = list.findLastIndex((o) => o.since <= at)
      const owner = list[i] ?? { customer: '', since: 0 }
      return { ...owner, until: list[i + 1]?.since ?? Number.POSITIVE_INFINITY }
    },
  }
}
