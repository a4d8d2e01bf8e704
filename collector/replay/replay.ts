// Door of the room: runs rules over the stored past with the engine that judges the present. One step does a bounded piece of
// work, so that whoever drives it decides how much of a processor it gets.
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { DefinedRule } from '../rules/rule.ts'
import type { Places } from '../rules/selector.ts'
import type { History } from './history.ts'
import { createJudge, type Judge } from './judge.ts'
import { type NeededSeries, neededSeries } from './needed-series.ts'
import { timeline } from './timeline.ts'

export interface ReplayPlan {
  readonly from: number
  readonly to: number
  /** So long before `from` it begins to look, so that holds and rates are as they were, ms. */
  readonly warmUpMs: number
  readonly language: 'zh-CN' | 'en'
  /** Sets of rules, each judged by itself over the same records. */
  readonly sets: readonly RuleSet[]
  /** Reads every series that is stored, also those that no rule looks at. */
  readonly everything?: boolean
  /** Samples in memory at once, about; default 2 million. */
  readonly sliceSamples?: number
}

export interface RuleSet {
  readonly rules: readonly DefinedRule[]
  /** Other rules that hold from a moment on, in order of time. */
  readonly changes?: readonly { readonly at: number; readonly rules: readonly DefinedRule[] }[]
}

export interface ReplayProgress {
  /** Event time reached. */
  readonly at: number
  /** 0 to 1. */
  readonly share: number
  readonly samples: number
  readonly events: number
  readonly series: number
  readonly devices: number
}

/** Most series of one replay: more are left out and counted. */
const MAX_SERIES = 250_000
/** Samples and events of one step, about: some milliseconds. */
const STEP = 5000

/**
 * Replays; every `yield` is the end of a short step. `changed` is called for each change of an alarm, with the number of its
 * rule set. The caller stops by asking no more. Answers the last progress and what was left out.
 */
export function* replay(
  history: History,
  plan: ReplayPlan,
  changed: (set: number, change: AlarmChange) => void,
): Generator<ReplayProgress, ReplayProgress & { readonly leftOut: number }> {
  const { from, to, language, warmUpMs } = plan
  const places = placesOf(history)
  const begin = Math.max(0, from - warmUpMs)
  const wanted: NeededSeries = neededSeries(history, plan, places)
  const series = wanted.series.slice(0, MAX_SERIES)
  history.open(
    series.map((one) => one.id),
    begin,
    to,
  )
  const fresh = new Set(series.filter((one) => !history.isOlder(one.id, begin)).map((one) => one.id))
  const known = knownBefore(history, fresh)
  const judges: Judge[] = plan.sets.map(({ rules }, set) =>
    createJudge({ places, language, rules, known, changed: (change) => changed(set, change) }),
  )
  const waiting = plan.sets.map(({ changes = [] }) => [...changes])
  const read = { samples: 0, events: 0 }
  const devices = new Set(series.map((one) => one.device)).size
  const progress = (at: number): ReplayProgress => ({
    ...{ at, share: Math.min(1, Math.max(0, (at - begin) / (to - begin))), ...read, series: series.length, devices },
  })
  let done = 0
  const options = {
    from: begin,
    to,
    series,
    fresh,
    withEvents: wanted.withEvents,
    withRestarts: plan.everything === true,
  }
  const slices = plan.sliceSamples === undefined ? options : { ...options, sliceSamples: plan.sliceSamples }
  for (const group of timeline(history, slices)) {
    for (const [set, judge] of judges.entries()) {
      for (
        const list = waiting[set] as { at: number; rules: readonly DefinedRule[] }[];
        list[0] && list[0].at <= group.now;
      ) {
        const change = list.shift() as { at: number; rules: readonly DefinedRule[] }
        judge.replace(change.rules, change.at)
      }
      judge.take(group)
    }
    if (group.events.length > 0) read.events += group.count
    else read.samples += group.count
    done += group.count
    if (done < STEP) continue
    done = 0
    yield progress(group.now)
  }
  return { ...progress(to), leftOut: wanted.series.length - series.length }
}

/** What rules may know of equipment, as it is now. */
export function placesOf(history: History): Places {
  const devices = new Map(history.devices.map((device) => [device.id, device]))
  return {
    device: (id) => devices.get(id),
    customerOf: (site) => history.customerOf(site),
    zoneOf: (site) => history.zoneOf(site),
  }
}

/** All but those whose first sample lies in the replayed time: names of ports are known from all of them. */
const knownBefore = (history: History, fresh: ReadonlySet<number>): SeriesInfo[] =>
  history.series.filter((one) => !fresh.has(one.id))
