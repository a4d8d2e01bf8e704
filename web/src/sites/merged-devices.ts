// Kept by the collector and watched by an agent: two lists of one thing, put together by its id.
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { ConfigDeviceRow } from '#shared/http/site-config.ts'

export interface SiteDevice {
  /** Inside the site. */
  readonly id: string
  readonly name: string
  readonly address: string
  /** Who says that it is watched: the collector, or the site's own file. */
  readonly origin: 'collector' | 'file'
  readonly agent: string | null
  readonly problems: readonly { readonly path: string; readonly message: string }[]
  readonly managed?: ConfigDeviceRow
  readonly watched?: DeviceRow
}

/** By name. Devices no agent lists any more are left out unless the collector keeps them. */
export function mergedDevices(managed: readonly ConfigDeviceRow[], watched: readonly DeviceRow[]): SiteDevice[] {
  const seen = new Map(watched.map((row) => [row.id.slice(row.site.length + 1), row]))
  const kept = managed.map((row): SiteDevice => {
    const { id, name, address } = row.device
    const found = seen.get(id)
    seen.delete(id)
    return {
      ...{ id, name: name ?? id, address, origin: 'collector', agent: row.agent, problems: row.problems, managed: row },
      ...(found ? { watched: found } : {}),
    }
  })
  const own = [...seen]
    .filter(([, row]) => row.active)
    .map(([id, row]): SiteDevice => {
      const { name, address, agent } = row
      return { id, name, address, origin: 'file', agent, problems: [], watched: row }
    })
  return [...kept, ...own].sort((a, b) => a.name.localeCompare(b.name))
}
