// What stands at all sites of a customer, added up.
import type { Severity } from '#shared/domain/severity.ts'
import type { SiteFigures } from '#shared/http/overview.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'

export interface CustomerFigures {
  readonly counts: Readonly<Record<Severity, number>>
  readonly worst: Severity | null
  readonly open: number
  readonly incidents: number
  readonly sites: number
  readonly silent: number
  readonly devices: { readonly down: number; readonly all: number }
}

/** By customer; one without a site has none. */
export function customerFigures(sites: readonly SiteFigures[]): ReadonlyMap<string, CustomerFigures> {
  const bySite = Map.groupBy(sites, (site) => site.customer)
  return new Map([...bySite].map(([id, own]) => [id, added(own)]))
}

/** How bad it is, for sorting: higher is worse. */
export function gravityOf(figures: Pick<CustomerFigures, 'counts' | 'silent'> | undefined): number {
  if (figures === undefined) return -1
  const digits = SEVERITY_ORDER.map((severity) => Math.min(figures.counts[severity], 999))
  return digits.reduce((sum, n) => sum * 1000 + n, 0) + (figures.silent > 0 ? 1e9 : 0)
}

function added(sites: readonly SiteFigures[]): CustomerFigures {
  const counts = { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0 }
  let [open, incidents, silent, down, all] = [0, 0, 0, 0, 0]
  for (const { alarms, agents, devices, ...site } of sites) {
    for (const severity of SEVERITY_ORDER) counts[severity] += alarms.counts[severity]
    open += alarms.open
    incidents += site.incidents
    silent += agents.unknown
    down += devices.down
    all += devices.up + devices.down + devices.unknown
  }
  const worst = SEVERITY_ORDER.find((severity) => counts[severity] > 0) ?? null
  return { counts, worst, open, incidents, silent, sites: sites.length, devices: { down, all } }
}
