// Which devices pass on what others send: those that tell a forwarding table, and those that announce themselves as such.
import type { SiteReadings } from './found-links.ts'
import { whoIs } from './who-is.ts'

const PASSING: ReadonlySet<string> = new Set(['bridge', 'router', 'wlan-access-point', 'repeater', 'switch'])

/** Ids of the devices of a site that do; of the others nobody knows. */
export function forwardersOf({ nodes, viewOf, ports }: SiteReadings): ReadonlySet<string> {
  const found = new Set<string>()
  const who = whoIs(nodes, viewOf, ports.macs)
  for (const { id } of nodes) {
    const view = viewOf(id)
    if (view === undefined) continue
    if (view.fdb.length > 0) found.add(id)
    for (const row of [...view.lldp, ...view.cdp]) {
      if (!row.caps?.some((cap) => PASSING.has(cap))) continue
      const announcer = who.announcer(row)
      if (announcer !== undefined) found.add(announcer)
    }
  }
  return found
}
