// What templates may name for a sample, and how a series is found by its place.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { Places } from './selector.ts'

/** What templates may name for a sample of a series. */
export function describe(series: SeriesInfo, places: Places, value?: number, resource = series.resource) {
  return (name: string): string | undefined => {
    if (name.startsWith('tag.')) {
      const tag = name.slice(4)
      return series.tags?.[tag] ?? places.device(series.device)?.tags[tag]
    }
    switch (name) {
      case 'resource':
        return series.resource
      case 'interface':
      case 'name':
        return resource.slice(resource.indexOf(':') + 1)
      case 'metric':
        return series.metric
      case 'unit':
        return series.unit
      case 'value':
        return value === undefined || Number.isNaN(value) ? '' : String(Math.round(value * 100) / 100)
      case 'label':
        return value === undefined ? '' : (series.states?.[String(value)] ?? String(value))
      case 'device':
        return places.device(series.device)?.name ?? series.device
      case 'site':
        return series.site
      default:
        return undefined
    }
  }
}

/** Name of a series by its place, to find the guard beside it. */
export function placeKey(series: Pick<SeriesInfo, 'device' | 'resource'>, metric: string): string {
  return `${series.device}\u001f${metric}\u001f${series.resource}`
}
