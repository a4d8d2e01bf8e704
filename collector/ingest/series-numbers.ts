// From the series numbers of one agent's stream to the collector's own series ids.
import { deviceIdOf, LocalId } from '#shared/domain/identity.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { createMeanings, meaningOf, sameMeaning } from '#shared/domain/series-meaning.ts'
import { MAX_SERIES_PER_AGENT } from '#shared/wire/limits.ts'
import type { SeriesInfo } from './evaluation.ts'
import type { SeriesNumberRow } from './record-store.ts'

export interface SeriesNumbers {
  /**
   * Gives the number of a definition a series. Returns what must be written: the series when it is new or changed, the
   * number when it was not known; or why the definition cannot be taken.
   */
  define(agent: string, site: string, epoch: string, definition: SeriesDefinition): Defined
  /** Series ids by number for one stream; 0 means unknown. */
  of(agent: string, epoch: string): Int32Array
  /** Lets go of the numbers of one stream. */
  forget(agent: string, epoch: string): void
  all(): Iterable<SeriesInfo>
}

export type Defined =
  | { readonly ok: true; readonly series?: SeriesInfo; readonly number?: SeriesNumberRow }
  | { readonly ok: false; readonly reason: string }

export function createSeriesNumbers(series: readonly SeriesInfo[], numbers: readonly SeriesNumberRow[]): SeriesNumbers {
  const byName = new Map<string, SeriesInfo>()
  const streams = new Map<string, Int32Array>()
  const perAgent = new Map<string, number>()
  const meanings = createMeanings()
  let lastId = 0
  for (const s of series) {
    byName.set(nameOf(s.device, s.metric, s.resource), s)
    perAgent.set(s.agent, (perAgent.get(s.agent) ?? 0) + 1)
    lastId = Math.max(lastId, s.id)
  }
  const put = (agent: string, epoch: string, n: number, id: number): void => {
    const key = `${agent} ${epoch}`
    let ids = streams.get(key) ?? new Int32Array(256)
    if (n >= ids.length) {
      const more = new Int32Array(Math.max(n + 1, ids.length * 2))
      more.set(ids)
      ids = more
    }
    ids[n] = id
    streams.set(key, ids)
  }
  for (const row of numbers) put(row.agent, row.epoch, row.n, row.series)

  return {
    define(agent, site, epoch, d) {
      if (d.n >= MAX_SERIES_PER_AGENT) return { ok: false, reason: `series number ${d.n} is over the limit` }
      if (!LocalId.safeParse(d.device).success) return { ok: false, reason: `series ${d.n}: bad device name` }
      const device = deviceIdOf(site, d.device)
      const metric = clean(d.metric)
      const resource = clean(d.resource)
      const known = byName.get(nameOf(device, metric, resource))
      const count = perAgent.get(agent) ?? 0
      if (!known && count >= MAX_SERIES_PER_AGENT) return { ok: false, reason: 'too many series' }
      const id = known?.id ?? lastId + 1
      const facts = { ...(d.states ? { states: d.states } : {}), ...(d.tags ? { tags: d.tags } : {}) }
      const info: SeriesInfo = {
        id,
        agent,
        site,
        device,
        metric,
        resource,
        unit: clean(d.unit),
        kind: d.kind,
        ...facts,
        ...meanings(meaningOf(d)),
      }
      const changed = !known || !same(known, info)
      if (changed) byName.set(nameOf(device, metric, resource), info)
      if (!known) {
        lastId = id
        perAgent.set(agent, count + 1)
      }
      const newNumber = streams.get(`${agent} ${epoch}`)?.[d.n] !== id
      if (newNumber) put(agent, epoch, d.n, id)
      return {
        ok: true,
        ...(changed ? { series: info } : {}),
        ...(newNumber ? { number: { agent, epoch, n: d.n, series: id } } : {}),
      }
    },
    of: (agent, epoch) => streams.get(`${agent} ${epoch}`) ?? NONE,
    forget: (agent, epoch) => void streams.delete(`${agent} ${epoch}`),
    all: () => byName.values(),
  }
}

const NONE = new Int32Array(0)
const nameOf = (device: string, metric: string, resource: string): string => `${device}\u001f${metric}\u001f${resource}`
/** Device text: control characters could forge the parts of a key. */
const clean = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

function same(a: SeriesInfo, b: SeriesInfo): boolean {
  if (a.agent !== b.agent || a.unit !== b.unit || a.kind !== b.kind) return false
  return sameMeaning(a, b) && JSON.stringify([a.states, a.tags]) === JSON.stringify([b.states, b.tags])
}
