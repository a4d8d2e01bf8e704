// Every series by device and by name, in memory: what reads are resolved with.
import type { SeriesInfo } from '../../ingest/evaluation.ts'

export interface SeriesCatalogue {
  add(series: readonly SeriesInfo[]): void
  byId(id: number): SeriesInfo | undefined
  find(device: string, metric: string, resource: string): SeriesInfo | undefined
  ofDevice(device: string): readonly SeriesInfo[]
  /** Number of ids in use; ids are 1 to this. */
  size(): number
}

export function createSeriesCatalogue(): SeriesCatalogue {
  const byId: (SeriesInfo | undefined)[] = []
  const byDevice = new Map<string, Map<string, SeriesInfo>>()
  const nameOf = (metric: string, resource: string) => `${metric}\u001f${resource}`
  return {
    add(series) {
      for (const s of series) {
        byId[s.id] = s
        const device = byDevice.get(s.device) ?? new Map<string, SeriesInfo>()
        byDevice.set(s.device, device)
        device.set(nameOf(s.metric, s.resource), s)
      }
    },
    byId: (id) => byId[id],
    find: (device, metric, resource) => byDevice.get(device)?.get(nameOf(metric, resource)),
    ofDevice: (device) => [...(byDevice.get(device)?.values() ?? [])],
    size: () => byId.length,
  }
}
