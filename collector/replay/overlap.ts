// Would-be alarms beside what really happened: incidents they go with, incidents they say nothing of, and two sets of rules
// beside each other.
import type { PastIncident } from './history.ts'
import type { WouldBe } from './would-be.ts'

export interface Overlap {
  /** Incidents an alarm goes with, by time. */
  of(alarm: WouldBe): readonly PastIncident[]
  /** The first alarm that goes with an incident. */
  first(incident: PastIncident): WouldBe | undefined
  readonly noise: number
}

/** An alarm that ended so shortly before an incident was opened has told of it. */
const AHEAD_MS = 15 * 60_000

/** An alarm goes with an incident of the same device (or of its site, for one of the site) that was open while it stood. */
export function overlapOf(alarms: readonly WouldBe[], incidents: readonly PastIncident[]): Overlap {
  const byPlace = Map.groupBy(incidents, placeOf)
  const found = new Map<WouldBe, readonly PastIncident[]>()
  const firsts = new Map<string, WouldBe>()
  for (const one of alarms) {
    const { site, device } = one.alarm
    const here = [...(byPlace.get(`d ${device}`) ?? []), ...(byPlace.get(`s ${site}`) ?? [])]
    const with_ = here.filter((incident) => isAtOnce(one, incident))
    found.set(one, with_)
    for (const { id } of with_) {
      const before = firsts.get(id)
      if (before === undefined || one.raisedAt < before.raisedAt) firsts.set(id, one)
    }
  }
  return {
    of: (alarm) => found.get(alarm) ?? [],
    first: (incident) => firsts.get(incident.id),
    noise: alarms.filter((one) => found.get(one)?.length === 0).length,
  }
}

const placeOf = ({ site, device }: PastIncident): string => (device === null ? `s ${site}` : `d ${device}`)

function isAtOnce({ raisedAt, clearedAt }: WouldBe, { openedAt, endedAt }: PastIncident): boolean {
  return (
    raisedAt <= (endedAt ?? Number.POSITIVE_INFINITY) && (clearedAt ?? Number.POSITIVE_INFINITY) >= openedAt - AHEAD_MS
  )
}

/** Alarms of `one` at no time of which `other` has an alarm of the same identity. */
export function lackingIn(one: readonly WouldBe[], other: readonly WouldBe[]): WouldBe[] {
  const byKey = Map.groupBy(other, (alarm) => alarm.key)
  return one.filter((alarm) => {
    const end = alarm.clearedAt ?? Number.POSITIVE_INFINITY
    return !(byKey.get(alarm.key) ?? []).some(
      (there) => there.raisedAt <= end && (there.clearedAt ?? Number.POSITIVE_INFINITY) >= alarm.raisedAt,
    )
  })
}
