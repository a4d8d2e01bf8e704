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
  /** People removed it; its agent has not said yet that it let go of it. */
  readonly leaving?: true
}

/** `managed` undefined: who asks may not see what is kept. By name. Devices no agent lists any more are left out unless the collector keeps them. */
export function mergedDevices(
  managed: readonly ConfigDeviceRow[] | undefined,
  watched: readonly DeviceRow[],
): SiteDevice[] {
  const knowsKept = managed !== undefined
  const seen = new Map(watched.map((row) => [row.id.slice(row.site.length + 1), row]))
  const kept = (managed ?? []).map((row): SiteDevice => {
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
      const { name, address, agent, origin = 'file' } = row
      const leaving = origin === 'collector' && knowsKept ? ({ leaving: true } as const) : {}
      return { id, name, address, origin, agent, problems: [], watched: row, ...leaving }
    })
  return [...kept, ...own].sort((a, b) => a.name.localeCompare(b.name))
}
