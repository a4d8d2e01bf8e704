// One set of rules over groups of the past: the same rule engine and the same alarm list as live, with an empty memory.
import { type Alarm, shadowQualifier } from '#shared/domain/alarm.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import { createAlarms } from '../alarms/alarms.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { DefinedRule } from '../rules/rule.ts'
import { createRules, type RulesOutcome } from '../rules/rules.ts'
import type { Places } from '../rules/selector.ts'
import type { ReplayGroup } from './timeline.ts'

export interface Judge {
  take(group: ReplayGroup): void
  /** From now on these rules hold. */
  replace(rules: readonly DefinedRule[], now: number): void
  standing(): Iterable<Alarm>
}

export interface JudgeOptions {
  readonly places: Places
  readonly language: 'zh-CN' | 'en'
  readonly rules: readonly DefinedRule[]
  /** Series that rules knew before the replay begins. */
  readonly known: readonly SeriesInfo[]
  changed(change: AlarmChange): void
}

const HOUR_MS = 3_600_000

export function createJudge({ places, language, rules, known, changed }: JudgeOptions): Judge {
  const engine = createRules({ places, language })
  const alarms = createAlarms({ listCleared: 'until-ack', forgetAfterDays: 36_500 })
  engine.restore({ rules, states: [], series: known })
  let lookedAt = Number.NEGATIVE_INFINITY

  function follow({ signals }: RulesOutcome, now: number): void {
    for (const said of signals) {
      const signal = said.shadow ? { ...said, qualifier: shadowQualifier(said.rule, said.qualifier) } : said
      const change = alarms.apply(signal, now)
      if (change) changed(change)
    }
  }

  return {
    take(group) {
      const { now } = group
      follow(engine.evaluate(group), now)
      if (now - lookedAt < HOUR_MS) return
      if (lookedAt > 0) follow(engine.endVanished(now), now)
      lookedAt = now
    },
    replace: (next, now) => follow(engine.replace(next, now), now),
    standing: () => alarms.active(),
  }
}

/** Which series a set of rules looks at; the engine itself answers. */
export function seriesOfRules(
  options: Pick<JudgeOptions, 'places' | 'language' | 'rules'>,
  series: readonly SeriesInfo[],
): SeriesInfo[] {
  const engine = createRules(options)
  engine.restore({ rules: options.rules, states: [], series })
  return series.filter((one) => engine.concerns(one))
}
