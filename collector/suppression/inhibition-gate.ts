// Holds alarms that another alarm explains: while the device does not answer, nobody needs to hear that its disk cannot be
// read. An alarm never holds itself back, and of alarms that would hold back each other the oldest stays.
import { type Alarm, isShadow } from '#shared/domain/alarm.ts'
import type { InhibitionBody } from '#shared/http/suppression.ts'
import type { Places } from '../rules/selector.ts'
import { type AlarmTest, matchAlarms, tagOf } from './alarm-matcher.ts'
import type { Gate } from './gate.ts'
import { createInhibitionIndex, type Party } from './inhibition-index.ts'
import { awaitsCheck, GRACE_MS, type LastCheck, lookEvery } from './last-check.ts'

/** Where an inhibition is written; those of files are read-only in the console. */
export type InhibitionOrigin =
  | { readonly kind: 'stock' | 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'database'; readonly version: number }

export interface DefinedInhibition {
  readonly inhibition: InhibitionBody
  readonly origin: InhibitionOrigin
}

export interface InhibitionGate extends Gate {
  readonly name: 'inhibited'
  /** These hold from now on instead of those before. `alarms`: all that stand. */
  replace(defined: readonly DefinedInhibition[], alarms: Iterable<Alarm>): void
  list(): readonly DefinedInhibition[]
  /** The inhibition by which an alarm is held; undefined: by none. */
  holding(alarm: Alarm, now: number): string | undefined
}

/** Chains of inhibitions longer than this hold nothing back. */
const LONGEST_CHAIN = 64

export function createInhibitionGate(options: {
  readonly places: Pick<Places, 'device'>
  readonly lastCheck: LastCheck
}): InhibitionGate {
  const { places, lastCheck } = options
  let defined: readonly DefinedInhibition[] = []
  let compiled: { inhibition: InhibitionBody; source: AlarmTest; target: AlarmTest }[] = []
  const index = createInhibitionIndex()
  const news = new Set<string>()
  let lookedAt = Number.NEGATIVE_INFINITY

  function learn(alarm: Alarm): void {
    if (isShadow(alarm)) return
    const roles = compiled.flatMap(({ inhibition, source, target }, n) => {
      const isSource = source(alarm)
      const isTarget = !alarm.isCleared && target(alarm)
      const key = isSource || isTarget ? keyOf(alarm, inhibition, places) : undefined
      return key === undefined ? [] : [{ place: `${n}\u001f${key}`, isSource, isTarget }]
    })
    for (const id of index.put(alarm, roles)) news.add(id)
  }

  function judge(alarm: Alarm, now: number): { readonly n: number; readonly source: Party } | undefined {
    let waits: { n: number; source: Party } | undefined
    for (const place of index.targetPlaces(alarm.id)) {
      const n = Number(place.slice(0, place.indexOf('\u001f')))
      for (const source of index.sourcesAt(place)) {
        if (source.id === alarm.id) continue
        if (source.clearedAt === null) {
          if (mayHold(source, alarm)) return { n, source }
        } else if (now < source.clearedAt + GRACE_MS && awaitsCheck(alarm, source.clearedAt, lastCheck))
          waits ??= { n, source }
      }
    }
    return waits
  }

  /** It may unless the alarm itself, over others perhaps, holds it back too and is the older one. */
  function mayHold(source: Party, alarm: Alarm): boolean {
    if (source.raisedAt < alarm.raisedAt || (source.raisedAt === alarm.raisedAt && source.id < alarm.id)) return true
    const seen = new Set<string>([source.id])
    const queue = [source.id]
    for (const id of queue) {
      for (const at of index.targetPlaces(id))
        for (const other of index.sourcesAt(at)) {
          if (other.clearedAt !== null || other.id === id) continue
          if (other.id === alarm.id) return false
          if (seen.has(other.id)) continue
          seen.add(other.id)
          queue.push(other.id)
        }
      if (seen.size > LONGEST_CHAIN) return false
    }
    return true
  }

  return {
    name: 'inhibited',
    judge(alarm, now) {
      const found = judge(alarm, now)
      if (found === undefined) return undefined
      const { n, source } = found
      const { id, title, holds } = (compiled[n] as (typeof compiled)[number]).inhibition
      const named = `${title === '' ? id : title} (${source.alarmType})`
      const [why, until] =
        source.clearedAt === null
          ? [named, null]
          : [`${named} is over; it is told when the next check still finds it`, source.clearedAt + GRACE_MS]
      return { holds, ref: source.id, why, until, joins: source.id }
    },
    holding(alarm, now) {
      const found = judge(alarm, now)
      return found === undefined ? undefined : compiled[found.n]?.inhibition.id
    },
    heard: ({ alarm }) => learn(alarm),
    touched(now, held) {
      const ended = index.endedSince(now - GRACE_MS)
      if (ended > 0 && Math.abs(now - lookedAt) >= lookEvery(held.size)) {
        lookedAt = now
        for (const id of held) news.add(id)
      }
      if (news.size === 0) return undefined
      const touched = [...news]
      news.clear()
      return touched
    },
    replace(next, alarms) {
      defined = next
      compiled = next
        .filter(({ inhibition }) => inhibition.enabled)
        .map(({ inhibition }) => ({
          inhibition,
          source: matchAlarms(inhibition.source, places),
          target: matchAlarms(inhibition.target, places),
        }))
      index.clear()
      for (const alarm of alarms) {
        learn(alarm)
        news.add(alarm.id)
      }
    },
    list: () => defined,
    restore(alarms) {
      index.clear()
      news.clear()
      for (const alarm of alarms) learn(alarm)
    },
  }
}

/** What must be the same; undefined when the alarm has nothing there: then it neither holds nor is held. */
function keyOf(alarm: Alarm, { equal }: InhibitionBody, places: Pick<Places, 'device'>): string | undefined {
  const parts: string[] = []
  for (const label of equal) {
    const value = label.startsWith('tag.')
      ? tagOf(alarm, label.slice(4), places)
      : alarm[label as 'customer' | 'site' | 'device' | 'resource' | 'qualifier' | 'alarmType']
    if (value === undefined || value === null) return undefined
    parts.push(value)
  }
  return parts.join('\u001f')
}
