// Links over time: what is found is current, what is no longer found is stale and stays, what people drew stays as they drew it.
import { hash } from 'node:crypto'
import type { Link } from '#shared/domain/topology.ts'
import type { FoundLink } from './found-links.ts'

/** So much older may the stored `seenAt` be than the real one. */
const SEEN_EVERY_MS = 6 * 3_600_000
/** Stale links are kept this long. */
const STALE_KEPT_MS = 90 * 86_400_000
/** Links of one site. */
const MOST_LINKS = 20_000

/** By the same ends it is the same link, whoever found it. */
export function linkId(site: string, { a, aPort, b, bPort }: Pick<FoundLink, 'a' | 'aPort' | 'b' | 'bPort'>): string {
  return hash('sha256', [site, a, aPort, b, bPort].join('\u001f'), 'hex').slice(0, 20)
}

export interface LinkChange {
  readonly id: string
  /** null: it is no link any more. */
  readonly link: Link | null
}

/**
 * Brings `kept` (links of one site by id) up to date with what is found now; answers what must be written. Stored is what
 * changed in kind, and how long ago a link was seen now and then.
 */
export function keepLinks(
  kept: Map<string, Link>,
  stored: Map<string, number>,
  site: string,
  found: readonly FoundLink[],
  now: number,
): LinkChange[] {
  const changes: LinkChange[] = []
  const put = (link: Link, before: Link | undefined) => {
    kept.set(link.id, link)
    const seenStored = stored.get(link.id) ?? 0
    if (before !== undefined && sameKind(before, link) && link.seenAt - seenStored < SEEN_EVERY_MS) return
    stored.set(link.id, link.seenAt)
    changes.push({ id: link.id, link })
  }
  const drop = (id: string) => {
    kept.delete(id)
    stored.delete(id)
    changes.push({ id, link: null })
  }
  const byId = new Map(withKnownPorts(kept, found).map((link) => [linkId(site, link), link]))
  for (const [id, link] of byId) {
    const before = kept.get(id)
    if (before === undefined && kept.size >= MOST_LINKS) continue
    put(linkNow(id, site, link, before, now), before)
  }
  const ports = new Map<string, FoundLink[]>()
  for (const link of found)
    for (const end of [`${link.a} ${link.aPort}`, `${link.b} ${link.bPort}`])
      ports.set(end, [...(ports.get(end) ?? []), link])
  for (const [id, link] of [...kept]) {
    if (byId.has(id)) continue
    if (link.drawnBy !== null) put({ ...link, ...DRAWN }, link)
    else if (found.some((other) => isSame(link, other))) drop(id)
    else if (link.state === 'stale' && now - (link.staleSince ?? now) > STALE_KEPT_MS) drop(id)
    else {
      const isTaken = (device: string, port: string) => port !== '' && ports.has(`${device} ${port}`)
      const replaced = isTaken(link.a, link.aPort) || isTaken(link.b, link.bPort)
      const staleBecause = replaced ? ('replaced' as const) : (link.staleBecause ?? 'gone')
      put({ ...link, state: 'stale', staleBecause, staleSince: link.staleSince ?? now }, link)
    }
  }
  return changes
}

/** What was known of a port is not forgotten because a reading cannot tell it now. */
function withKnownPorts(kept: ReadonlyMap<string, Link>, found: readonly FoundLink[]): FoundLink[] {
  const pairs = Map.groupBy(kept.values(), ({ a, b }) => `${a} ${b}`)
  const whole = new Set(found.map(({ a, aPort, b, bPort }) => [a, aPort, b, bPort].join(' ')))
  return found.map((link) => {
    if (link.aPort !== '' && link.bPort !== '') return link
    const known = pairs.get(`${link.a} ${link.b}`)?.find((old) => {
      const fits = (now: string, then: string) => now === '' || now === then
      const more = old.aPort !== link.aPort || old.bPort !== link.bPort
      const own = !whole.has([old.a, old.aPort, old.b, old.bPort].join(' '))
      return (
        more && own && old.staleBecause !== 'replaced' && fits(link.aPort, old.aPort) && fits(link.bPort, old.bPort)
      )
    })
    return known === undefined ? link : { ...link, aPort: known.aPort, bPort: known.bPort }
  })
}

const DRAWN = { state: 'current', staleBecause: null, staleSince: null } as const

/** The same link of which more is known now: same two devices, one port in common or one not known before. */
function isSame(old: Link, link: FoundLink): boolean {
  if (old.a !== link.a || old.b !== link.b) return false
  const fits = (x: string, y: string) => x === '' || y === '' || x === y
  if (!fits(old.aPort, link.aPort) || !fits(old.bPort, link.bPort)) return false
  return old.aPort === '' || old.bPort === '' || link.aPort === '' || link.bPort === ''
}

function linkNow(id: string, site: string, found: FoundLink, before: Link | undefined, now: number): Link {
  const drawnBy = before?.drawnBy ?? null
  const sources = drawnBy === null ? [...found.sources] : (['manual', ...found.sources] as const)
  return {
    ...{ id, site, a: found.a, aPort: found.aPort, b: found.b, bPort: found.bPort },
    by: sources[0] ?? 'lldp',
    sources: [...sources],
    toldBy: [...found.toldBy],
    confidence: drawnBy === null ? found.confidence : 1,
    ...DRAWN,
    firstSeenAt: before?.firstSeenAt ?? now,
    seenAt: Math.max(found.seenAt, before?.seenAt ?? 0),
    drawnBy,
    note: before?.note ?? '',
  }
}

function sameKind(x: Link, y: Link): boolean {
  return JSON.stringify({ ...x, seenAt: 0 }) === JSON.stringify({ ...y, seenAt: 0 })
}
