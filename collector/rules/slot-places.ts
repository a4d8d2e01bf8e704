// Makes slots: one for each rule and series it judges, and of rules by device profiles one for each fault of a series.

import { alarmKeyOf } from '#shared/domain/alarm.ts'
import { isSharedName } from '#shared/domain/alarm-types.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { type CompiledRule, type RuleSink, selects, variantOf } from './compiled-rule.ts'
import type { LevelGroup, SeriesTest } from './conditions/condition.ts'
import { answerOfLevels } from './levels.ts'
import { BY_PROFILE } from './rule.ts'
import { describe } from './series-facts.ts'
import type { Slot } from './slot.ts'
import {
  ABOVE,
  BELOW,
  DEGREES,
  DERIVED_ABOVE,
  DERIVED_BELOW,
  EXPRESSION,
  isSmall,
  LIMITS,
  maskOf,
  NO_DATA,
  NORMAL,
  type SlotTable,
  STATES,
  UNSEEN,
} from './slot-table.ts'

export interface SlotPlaces {
  /** A slot for a rule of one metric; undefined when it does not judge this series. */
  ofRule(rule: CompiledRule, series: SeriesInfo, fresh: boolean): number | undefined
  ofProfile(rule: CompiledRule, group: LevelGroup, series: SeriesInfo, fresh: boolean): number
  /** Alarm types that several rules speak of. */
  share(alarmTypes: ReadonlySet<string>): void
}

export function slotPlaces(table: SlotTable, slots: (Slot | undefined)[], sink: RuleSink): SlotPlaces {
  let shared: ReadonlySet<string> = new Set()

  function put(series: SeriesInfo, slot: Omit<Slot, 'series' | 'key'>, isShared: boolean): number {
    const { site, device } = series
    // what a rule in shadow thinks changes nothing of an alarm that is told
    const { shadow } = slot.rule.rule
    const s = table.add(series.id)
    slots[s] = { ...slot, series, key: isShared && !shadow ? alarmKeyOf({ ...slot, site, device }) : undefined }
    table.guarded[s] = slot.guard ? 1 : 0
    return s
  }

  return {
    share(alarmTypes) {
      shared = alarmTypes
    },
    ofRule(base, series, fresh) {
      const rule = selects(base.selector, series) ? variantOf(base, series) : undefined
      if (rule === undefined) return undefined
      const { condition, alarmType } = rule.rule
      const test = rule.series?.compile(condition, series)
      if (!test) return undefined
      if (rule.derived?.open(series) === false) sink.drop('history-full')
      const get = describe(series, sink.places, sink.language)
      const s = put(
        series,
        {
          rule,
          alarmType,
          resource: rule.resource(get),
          qualifier: rule.qualifier(get),
          guard: rule.series?.guard?.(condition),
          subject: undefined,
          wideRaise: undefined,
          wideClear: null,
          verdict: undefined,
          levels: undefined,
          machine: undefined,
        },
        shared.has(alarmType),
      )
      fill(s, slots[s] as Slot, test)
      if (condition.type === 'state' && condition.onceGood) table.phase[s] = fresh ? UNSEEN : NORMAL
      return s
    },
    ofProfile(rule, { name, levels }, series, fresh) {
      const alarmType = rule.rule.alarmType === BY_PROFILE ? name.alarmType : rule.rule.alarmType
      const get = describe(series, sink.places, sink.language)
      const resource = rule.rule.resource === undefined ? (name.whole ? '' : series.resource) : rule.resource(get)
      const qualifier = rule.rule.qualifier === '' ? name.qualifier : rule.qualifier(get)
      const plain = {
        guard: undefined,
        subject: undefined,
        wideRaise: undefined,
        wideClear: null,
        verdict: undefined,
        machine: undefined,
      }
      const named = series.alarmType !== undefined || series.alarms !== undefined
      const isShared = shared.has(alarmType) || name.whole || named || isSharedName(alarmType, qualifier)
      const s = put(series, { rule, alarmType, resource, qualifier, levels, ...plain }, isShared)
      if (levels[0]?.side === 'state') {
        table.kind[s] = DEGREES
        table.raise[s] = maskOf([...new Set(levels.flatMap((level) => [...level.bad]))])
      } else {
        table.kind[s] = LIMITS
        table.raise[s] = Math.min(...levels.filter((l) => l.side === 'high').map((l) => l.raise))
        table.clear[s] = Math.max(...levels.filter((l) => l.side === 'low').map((l) => l.raise))
      }
      const { condition } = rule.rule
      if (condition.type !== 'states' || !condition.onceGood) return s
      // new to us, or bad as long as anybody can say
      const isBad = answerOfLevels(levels, table.lastValue[series.id] as number) === 'met'
      if (fresh || isBad) table.phase[s] = UNSEEN
      return s
    },
  }

  function fill(s: number, slot: Slot, test: SeriesTest): void {
    if (test.test === 'states') {
      table.kind[s] = STATES
      table.raise[s] = maskOf(test.raise)
      table.clear[s] = test.clear ? maskOf(test.clear) : ~maskOf(test.raise)
      slot.wideRaise = test.raise.some((v) => !isSmall(v)) ? new Set(test.raise) : undefined
      slot.wideClear = test.clear ? new Set(test.clear) : null
    } else if (test.test === 'no-data') {
      table.kind[s] = NO_DATA
      table.clear[s] = test.afterMs
    } else if (test.test === 'expression') {
      table.kind[s] = EXPRESSION
    } else if (test.test === 'derived') {
      table.kind[s] = test.side === 'above' ? DERIVED_ABOVE : DERIVED_BELOW
      table.raise[s] = test.raise
      table.clear[s] = test.clear
    } else {
      table.kind[s] = test.test === 'above' ? ABOVE : BELOW
      table.raise[s] = test.raise
      table.clear[s] = test.clear
    }
  }
}
