// Portions of samples as lines. Of samples of one series with the same time the last one is written: InfluxDB keeps one
// point for a series and a time.
import type { EachSample, Portion } from './backlog.ts'
import { lineHead, lineOf } from './line.ts'
import type { Owners } from './owners.ts'

interface Head {
  readonly since: number
  readonly until: number
  readonly text: string
}

/** Thread time spent before others are let go, ms. */
const SLICE_MS = 4

export function createLineWriter(owners: Pick<Owners, 'at'>, pause: () => Promise<void>) {
  let heads: (Head | undefined)[] = []

  return {
    /** Lines of a portion; values that are no numbers are left out and counted. */
    async lines(portion: Portion): Promise<{ readonly lines: string[]; readonly unwritable: number }> {
      const lines: string[] = []
      // where a series was first, and all places of those that come again
      const first = new Map<number, number>()
      const places = new Map<number, Map<number, number>>()
      const times: number[] = []
      let unwritable = 0
      const each: EachSample = (series, at, value) => {
        let head = heads[series.id]
        if (!head || at < head.since || at >= head.until) {
          const { customer, since, until } = owners.at(series.site, at)
          head = { since, until, text: lineHead(series, customer) }
          heads[series.id] = head
        }
        const line = lineOf(head.text, at, value)
        if (line === undefined) {
          unwritable++
          return
        }
        const before = first.get(series.id)
        if (before === undefined) first.set(series.id, lines.length)
        else {
          let known = places.get(series.id)
          if (!known) {
            known = new Map([[times[before] as number, before]])
            places.set(series.id, known)
          }
          const place = known.get(at)
          if (place !== undefined) {
            lines[place] = line
            return
          }
          known.set(at, lines.length)
        }
        times.push(at)
        lines.push(line)
      }
      let started = performance.now()
      for (const piece of portion.pieces) {
        piece(each)
        if (performance.now() - started < SLICE_MS) continue
        await pause()
        started = performance.now()
      }
      return { lines, unwritable }
    },
    /** Owners have changed. */
    forget(): void {
      heads = []
    },
  }
}
