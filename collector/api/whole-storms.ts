// An agent tells of a storm every second; who reads sees it once.
import type { EventRow } from '#shared/http/records.ts'

/**
 * Records of one storm and kind of message that follow each other in a page become its newest row, with the sum of their
 * counts and the time of the first: sums over pages stay exact. Rows come newest first. Agents before 0.3 tell no
 * beginning; their records stay as they are.
 */
export function wholeStorms(rows: readonly EventRow[]): EventRow[] {
  const places = new Map<string, number>()
  const whole: EventRow[] = []
  for (const row of rows) {
    const { event } = row
    if (event.kind !== 'storm' || event.since === undefined) {
      whole.push(row)
      continue
    }
    const key = [row.agent, row.device, event.source, event.what, event.key, event.since].join('\u001f')
    const place = places.get(key)
    const newest = place === undefined ? undefined : (whole[place] as EventRow)
    if (place === undefined || newest?.event.kind !== 'storm') {
      places.set(key, whole.push(row) - 1)
      continue
    }
    const count = newest.event.count + event.count
    whole[place] = {
      ...newest,
      event: { ...newest.event, count, firstAt: Math.min(newest.event.firstAt, event.firstAt) },
    }
  }
  return whole
}
