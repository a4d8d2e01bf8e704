// Which rules may be about an event, so that what an event costs does not grow with the number of rules.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { Condition } from './conditions/registry.ts'
import type { Match } from './event-matching.ts'
import { createLogIndex } from './log-index.ts'
import { createTrapRuleIndex } from './trap-rule-index.ts'

export interface EventIndex {
  /** Positions of rules that may match, rising; every rule that does match is among them. */
  candidates(event: DeviceEvent): readonly number[]
  /** Positions of rules that only ask for what no other rule has claimed; they are not among the candidates. */
  readonly unclaimed: readonly number[]
}

/** Builds the index of rules given by their conditions, in their order. */
export function createEventIndex(conditions: readonly Condition[]): EventIndex {
  const raising = conditions.map((c) => ('match' in c ? [c.match].flat() : []))
  const isRest = raising.map((matches) => matches.some((match) => match.unclaimed))
  const matches = conditions.map((c, i) => {
    const clearing = 'clear' in c && typeof c.clear === 'object' ? [c.clear].flat() : []
    const cancelling = 'cancel' in c && c.cancel !== undefined ? [c.cancel].flat() : []
    return isRest[i] ? [] : [...(raising[i] as Match[]), ...clearing, ...cancelling]
  })
  const ofKind = new Map<Match['kind'], number[]>()
  for (const [i, all] of matches.entries())
    for (const kind of new Set(all.map((match) => match.kind))) {
      const known = ofKind.get(kind) ?? []
      ofKind.set(kind, known)
      known.push(i)
    }
  const logs = createLogIndex(matches.map((all) => all.filter((match) => match.kind === 'log')))
  const traps = createTrapRuleIndex(matches.map((all) => all.filter((match) => match.kind === 'trap')))
  return {
    candidates(event) {
      if (event.kind === 'trap') return traps(event)
      if (event.kind === 'log') return logs(event)
      return ofKind.get(event.kind as Match['kind']) ?? NONE
    },
    unclaimed: isRest.flatMap((rest, i) => (rest ? [i] : [])),
  }
}

const NONE: readonly number[] = Object.freeze([])
