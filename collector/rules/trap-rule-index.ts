// Which rules may be about a trap, by its OID: what a trap costs does not grow with the number of rules.
import type { TrapEvent } from '#shared/domain/device-event.ts'
import type { Match } from './event-matching.ts'

/** Positions of rules that may match, rising. Every rule that does match is among them. */
export type TrapRuleIndex = (event: Pick<TrapEvent, 'trapOid'>) => readonly number[]

/** Builds the index. `matches[i]` are the trap matches of rule i, raising and clearing; a rule without any is never found. */
export function createTrapRuleIndex(matches: readonly (readonly Pick<Match, 'trapOid'>[])[]): TrapRuleIndex {
  const always = new Set<number>()
  const exact = new Map<string, Set<number>>()
  const prefixes = new Map<string, Set<number>>()
  for (const [rule, ofRule] of matches.entries())
    for (const { trapOid } of ofRule) {
      if (trapOid === undefined) always.add(rule)
      for (const oid of trapOid === undefined ? [] : [trapOid].flat()) {
        const starred = oid.endsWith('*')
        const [map, key] = starred ? [prefixes, oid.slice(0, -1)] : [exact, oid]
        map.set(key, (map.get(key) ?? new Set()).add(rule))
      }
    }
  const below = [...prefixes]
  const under = (oid: string) => below.flatMap(([prefix, rules]) => (oid.startsWith(prefix) ? [...rules] : []))
  const rising = (rules: Iterable<number>) => [...new Set(rules)].sort((a, b) => a - b)
  // put together once, not per event
  const found = new Map([...exact].map(([oid, rules]) => [oid, rising([...rules, ...under(oid), ...always])]))
  const constant = rising(always)
  return ({ trapOid }) => {
    const known = found.get(trapOid)
    if (known) return known
    const more = below.length === 0 ? constant : under(trapOid)
    return more.length === 0 || more === constant ? constant : rising([...more, ...always])
  }
}
