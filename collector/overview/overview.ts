// Door of the overview: what stands everywhere in one answer. Memory is gone through once a second at most, however many
// people look, and when a place is made, renamed or removed; the past comes from counts by hour. Changes nothing.
import type { Severity } from '#shared/domain/severity.ts'
import { SEVERITIES } from '#shared/domain/severity.ts'
import { SUPPRESSED_BY, type SuppressedBy } from '#shared/domain/suppression.ts'
import type { Overview, OverviewQuery, RunningWindow } from '#shared/http/overview.ts'
import { isInTrouble, noAlarms, type SiteTally, type TallySources, tallySites, worstFirst } from './site-tally.ts'
import { type AlarmHour, HOUR_MS, trendOf } from './trend.ts'

/** Ids of the customers whose things are wanted; null: of all. */
type Only = readonly string[] | null

export interface OverviewSources extends TallySources {
  /** Windows that run now, the one that ends first first. */
  windows(): readonly RunningWindow[]
  /** Alarms raised and cleared by hour from `fromHour` on, in any order. */
  hours(fromHour: number, only: Only): readonly AlarmHour[]
  /** When the last alarm cleared; null: none ever did, as far as is known. */
  lastClear(only: Only): number | null
}

export interface OverviewBook {
  /** `only`: customers whose things may be seen; null: all. */
  of(query: OverviewQuery, only: Only): Overview
}

const FRESH_MS = 1000
const PAST_FRESH_MS = 10_000
const MAX_CONCERNS = 20
const MAX_PASTS = 200

interface Past {
  readonly at: number
  readonly hours: readonly AlarmHour[]
  readonly lastClear: number | null
}

export function createOverview(sources: OverviewSources, now: () => number): OverviewBook {
  let tallied:
    | { readonly at: number; readonly places: readonly unknown[]; readonly sites: readonly SiteTally[] }
    | undefined
  const pasts = new Map<string, Past>()

  function worst(at: number): readonly SiteTally[] {
    // lists of places are other lists once one of them is another
    const places = [sources.customers(), sources.sites()]
    const same = tallied?.places.every((list, i) => list === places[i]) === true
    if (tallied === undefined || !same || Math.abs(at - tallied.at) >= FRESH_MS)
      tallied = { at, places, sites: [...tallySites(sources).values()].sort(worstFirst) }
    return tallied.sites
  }

  function past(hours: number, only: Only, at: number): Past {
    const key = JSON.stringify([hours, only])
    const known = pasts.get(key)
    if (known !== undefined && Math.abs(at - known.at) < PAST_FRESH_MS) return known
    const fresh = {
      at,
      hours: sources.hours(Math.floor(at / HOUR_MS) - hours + 1, only),
      lastClear: sources.lastClear(only),
    }
    if (pasts.size >= MAX_PASTS) pasts.clear()
    pasts.set(key, fresh)
    return fresh
  }

  return {
    of({ customer, hours, sites: wanted }, only) {
      const at = now()
      const seen = customer === undefined ? only : (only ?? [customer]).filter((id) => id === customer)
      const mine = worst(at).filter(({ figures }) => seen === null || seen.includes(figures.customer))
      const { hours: told, lastClear } = past(hours, seen, at)
      const sum = summed(mine)
      const heldSince = Math.max(0, ...mine.map((tally) => tally.heldSince))
      const quiet = Math.max(lastClear ?? 0, heldSince)
      return {
        now: at,
        ...sum,
        quietSince: sum.alarms.open > 0 || quiet === 0 ? null : quiet,
        sites: mine.slice(0, wanted).map(({ figures }) => figures),
        siteCount: mine.length,
        sitesInTrouble: mine.filter(isInTrouble).length,
        // a window may speak of any customer
        maintenance: seen === null ? [...sources.windows()] : null,
        trend: trendOf(
          told,
          hours,
          mine.reduce((n, tally) => n + tally.standing, 0),
          at,
        ),
      }
    },
  }
}

function summed(
  tallies: readonly SiteTally[],
): Pick<Overview, 'alarms' | 'heldBy' | 'incidents' | 'devices' | 'agents'> {
  const alarms = noAlarms()
  const heldBy = Object.fromEntries(SUPPRESSED_BY.map((by) => [by, 0])) as Record<SuppressedBy, number>
  const incidents = { open: 0, unassigned: 0, states: {} as Record<string, number> }
  const devices = { up: 0, down: 0, unknown: 0 }
  const agents = { online: 0, unknown: 0, never: 0, backlog: 0 }
  const concerns: Overview['agents']['concerns'] = []
  for (const tally of tallies) {
    const { figures } = tally
    for (const severity of SEVERITIES as readonly Severity[]) alarms.counts[severity] += figures.alarms.counts[severity]
    for (const key of ['open', 'unacknowledged', 'held'] as const) alarms[key] += figures.alarms[key]
    for (const by of SUPPRESSED_BY) heldBy[by] += tally.heldBy[by] ?? 0
    incidents.open += figures.incidents
    incidents.unassigned += tally.incidents.unassigned
    for (const [state, n] of Object.entries(tally.incidents.states))
      incidents.states[state] = (incidents.states[state] ?? 0) + n
    for (const key of ['up', 'down', 'unknown'] as const) devices[key] += figures.devices[key]
    for (const key of ['online', 'unknown', 'never'] as const) agents[key] += figures.agents[key]
    agents.backlog += tally.backlog
    concerns.push(...tally.concerns)
  }
  concerns.sort((a, b) => ORDER[a.presence] - ORDER[b.presence] || b.backlog - a.backlog || (a.id < b.id ? -1 : 1))
  return { alarms, heldBy, incidents, devices, agents: { ...agents, concerns: concerns.slice(0, MAX_CONCERNS) } }
}

const ORDER = { unknown: 0, online: 1, never: 2 } as const
