// Turns local times without a zone into UTC. Temporal answers once per quarter of an hour; lines only look that up.

export interface SiteClock {
  /** UTC ms of a local time given as ms since 1970 as if it were UTC. In a gap or overlap: as Temporal's 'compatible'. */
  toUtc(localMs: number): number
}

/** Every zone's changes fall on quarter hours. */
const SLOT_MS = 15 * 60_000
const MAX_SLOTS = 1024

/** Clock of an IANA zone. Throws RangeError for a zone that does not exist. */
export function createSiteClock(timeZone: string): SiteClock {
  const offsets = new Map<number, number>()
  let lastSlot = Number.NaN
  let lastOffset = 0
  ask(Date.now())

  function ask(localMs: number): number {
    const plain = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime()
    return localMs - plain.toZonedDateTime(timeZone).epochMilliseconds
  }

  return {
    toUtc(localMs) {
      const slot = Math.floor(localMs / SLOT_MS)
      if (slot !== lastSlot) {
        let offset = offsets.get(slot)
        if (offset === undefined) {
          offset = ask(slot * SLOT_MS)
          if (offsets.size >= MAX_SLOTS) offsets.clear()
          offsets.set(slot, offset)
        }
        lastSlot = slot
        lastOffset = offset
      }
      return localMs - lastOffset
    },
  }
}
