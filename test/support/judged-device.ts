// A device from its answers to its alarms, in memory: the real poller, the numbering of series and the rates of ingest, the
// collector's own judgement with its stock rules. For goldens, recorded walks and the proof of them.
import { createRates } from '#collector/ingest/rates.ts'
import { createSeriesNumbers } from '#collector/ingest/series-numbers.ts'
import type { DefinedRule } from '#collector/rules/rule.ts'
import { readStockRules } from '#collector/rules/rule-folder.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { AGENT, SITE, type Story, tell } from './judgement-story.ts'

/** What was polled: definitions by their number, and samples of one poll or several. */
export interface PolledSamples {
  readonly definitions: readonly SeriesDefinition[]
  readonly samples: readonly { readonly n: number; readonly value: number }[]
}

export interface Judged {
  readonly alarms: readonly Alarm[]
  readonly incidents: readonly Incident[]
  readonly story: Story
}

/**
 * Judges the samples of one poll as if the device answered the same at every poll for `minutes`, one a minute: every hold
 * ends, every counter stands still. `rules`: default the shipped ones.
 */
export async function judgeDevice(
  polled: PolledSamples,
  options: {
    readonly minutes?: number
    readonly rules?: readonly DefinedRule[]
    readonly language?: 'zh-CN' | 'en'
  } = {},
): Promise<Judged> {
  const { rules = readStockRules().rules, language = 'en' } = options
  const story = await tell({ rules, language })
  const poll = createPolls(story)
  for (let minute = 0; minute <= (options.minutes ?? 20); minute++) poll(minute * 60, polled)
  return { alarms: [...story.store.alarms.values()], incidents: story.incidents(), story }
}

/** Hands polls to a story: definitions as they travel, samples as ingest judges them. */
export function createPolls(story: Story): (seconds: number, polled: PolledSamples) => void {
  const numbers = createSeriesNumbers([], [])
  const rates = createRates()
  let sent: readonly SeriesDefinition[] | undefined
  return (seconds, { definitions, samples }) => {
    story.at(seconds)
    // a definition travels once
    const newSeries = (definitions === sent ? [] : definitions).flatMap((definition) => {
      const defined = numbers.define(AGENT, SITE, 'e1', { ...definition, n: definition.n + 1 })
      if (!defined.ok) throw new Error(defined.reason)
      return defined.series ?? []
    })
    sent = definitions
    for (const series of newSeries) rates.define(series)
    const ids = numbers.of(AGENT, 'e1')
    const series = Uint32Array.from(samples, ({ n }) => ids[n + 1] as number)
    const at = new Float64Array(samples.length).fill(story.wall())
    const values = Float64Array.from(samples, ({ value }) => value)
    const judged = Float64Array.from(series, (id, i) => rates.judge(id, at[i] as number, values[i] as number))
    const batch = { agent: AGENT, site: SITE, length: samples.length, series, at, values, judged }
    story.group({ newSeries, samples: [batch] })
  }
}

/** Alarms as lines, sorted: `critical env.temperature sensor:Inlet: core: Temperature Inlet 50 °C (limit 45 °C)`. */
export function alarmLines(alarms: readonly Alarm[]): string[] {
  const standing = alarms.filter((alarm) => !alarm.isCleared)
  return standing
    .map((a) => {
      const name = [a.alarmType, a.qualifier].filter((part) => part !== '').join('/')
      return `${a.perceivedSeverity} ${name} ${a.resource === '' ? '-' : a.resource} | ${a.text}`
    })
    .sort()
}
