import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { RuleSink } from './compiled-rule.ts'
import type { Input } from './conditions/expression.ts'
import { globTest } from './glob.ts'

/** Which series of the device an input means. */
export function reads({ on, tag, resources }: Input, of: SeriesInfo): (series: SeriesInfo) => boolean {
  if (on === 'device') return (series) => series.resource === ''
  if (on === 'resource') return (series) => series.resource === of.resource
  const among = resources && globTest(resources)
  return (series) =>
    among?.(series.resource) !== false &&
    (tag === undefined || (of.tags?.[tag] !== undefined && series.tags?.[tag] === of.tags[tag]))
}

/** Tags of the device, and over them those of the series. */
export function tagsOf({ tags, device }: SeriesInfo, sink: RuleSink): Map<string, string> {
  return new Map(Object.entries({ ...sink.places.device(device)?.tags, ...tags }))
}
