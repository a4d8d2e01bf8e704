// What templates may name for a sample, and how a series is found by its place.
import { stateWord } from '#shared/domain/state-words.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { Level } from './levels.ts'
import { type Language, readingOf } from './reading.ts'
import type { Places } from './selector.ts'

const BOUNDS = { 'zh-CN': { high: '上限', low: '下限' }, en: { high: 'limit', low: 'lower limit' } }

/** What templates may name for a sample of a series. `resource`: of the alarm; `level`: the limit that was passed. */
export function describe(
  series: SeriesInfo,
  places: Places,
  language: Language,
  value?: number,
  resource = series.resource,
  level?: Level,
) {
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
        return partOf(resource)
      case 'metric':
        return series.metric
      case 'title':
        return titleOf(series, language)
      case 'what':
        return [titleOf(series, language), partOf(series.resource)].filter((part) => part !== '').join(' ')
      case 'unit':
        return series.unit
      case 'value':
        return value === undefined || Number.isNaN(value) ? '' : String(Math.round(value * 100) / 100)
      case 'reading':
        return value === undefined ? '' : readingOf(value, unitOf(series), language)
      case 'limit':
        return level === undefined ? '' : readingOf(level.raise, unitOf(series), language)
      case 'bound':
        return level === undefined || level.side === 'state' ? '' : BOUNDS[language][level.side]
      case 'label':
        return labelOf(series, value)
      case 'state':
        return stateWord(labelOf(series, value), language)
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

const labelOf = ({ states }: SeriesInfo, value: number | undefined): string =>
  value === undefined ? '' : (states?.[String(value)] ?? String(value))

const titleOf = ({ labels, metric }: SeriesInfo, language: Language): string =>
  labels?.[language] ?? labels?.en ?? metric

const partOf = (resource: string): string => resource.slice(resource.indexOf(':') + 1)

/** Counters are judged as rates. */
const unitOf = ({ kind, unit }: SeriesInfo): string => (kind.startsWith('counter') ? `${unit}/s` : unit)
