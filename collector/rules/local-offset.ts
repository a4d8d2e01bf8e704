// Local time at sites, for what follows the habits of people. Asked per sample, so one answer holds for a quarter of an hour.
const QUARTER_MS = 900_000

/** `zoneOf`: IANA zone of a site, undefined when unknown (then UTC). Answers the offset from UTC at a time, ms. */
export function localOffset(zoneOf: (site: string) => string | undefined): (site: string, at: number) => number {
  const known = new Map<string, { readonly quarter: number; readonly offset: number }>()
  return (site, at) => {
    const quarter = Math.floor(at / QUARTER_MS)
    const last = known.get(site)
    if (last?.quarter === quarter) return last.offset
    const offset = offsetIn(zoneOf(site), quarter * QUARTER_MS)
    known.set(site, { quarter, offset })
    return offset
  }
}

function offsetIn(zone: string | undefined, at: number): number {
  if (zone === undefined) return 0
  try {
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6
  } catch {
    return 0 // a zone that this program does not know
  }
}
