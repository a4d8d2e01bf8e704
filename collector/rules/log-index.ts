// Which rules may be about a log line: by the vendor's name of the message, by the program, else by words that must
// occur. What a line costs does not grow with the number of rules.
import type { LogEvent } from '#shared/domain/device-event.ts'
import { globTest } from './glob.ts'
import type { LogMatch } from './log-matching.ts'
import { createWordFinder } from './word-finder.ts'

/** Positions of rules that may match, rising. Every rule that does match is among them. */
export type LogIndex = (event: LogEvent) => readonly number[]

/** Names of messages and programs remembered; a device that invents names costs time, not memory. */
const MAX_REMEMBERED = 4096

/** Builds the index. `matches[i]` are the log matches of rule i, raising and clearing; a rule without any is never found. */
export function createLogIndex(matches: readonly (readonly LogMatch[])[]): LogIndex {
  const always = new Set<number>()
  const byMnemonic = createNames()
  const byApp = createNames()
  const words = new Map<string, Set<number>>()
  for (const [rule, ofRule] of matches.entries())
    for (const match of ofRule) {
      const needed = wordsOf(match)
      if (match.mnemonic !== undefined) byMnemonic.add([match.mnemonic].flat(), rule)
      else if (match.app !== undefined) byApp.add([match.app].flat(), rule)
      else if (needed === undefined) always.add(rule)
      else for (const word of needed) words.set(word, (words.get(word) ?? new Set()).add(rule))
    }
  const find = createWordFinder([...words.keys()])
  const ofWord = [...words.values()]
  const constant = [...always].sort((a, b) => a - b)

  return (event) => {
    // `*` fits a line without a name too
    const named = byMnemonic.get(event.mnemonic ?? '')
    const ofApp = byApp.get(event.app ?? '')
    const found = find(event.message)
    if (found.length === 0 && ofApp.length === 0 && constant.length === 0) return named
    if (found.length === 0 && named.length === 0 && ofApp.length === 0) return constant
    const all = new Set([...named, ...ofApp, ...constant])
    for (const word of found) for (const rule of ofWord[word] as Set<number>) all.add(rule)
    return [...all].sort((a, b) => a - b)
  }
}

/** Words of which one must occur in every line that matches; undefined when nothing can be said. */
function wordsOf(match: LogMatch): readonly string[] | undefined {
  if (match.contains !== undefined) return [match.contains].flat()
  // a field's value stands in the text as it is written, but for quotes and case: its key is what can be relied on
  const key = Object.keys(match.fields ?? {}).find((name) => ![match.fields?.[name]].flat().some(fitsNothing))
  if (key === undefined) return undefined
  const values = [match.fields?.[key] ?? ''].flat()
  return values.every((value) => /^[0-9][0-9.:_-]{2,}$/.test(value)) ? values : [`${key}=`]
}

/** Whether a glob also fits a field that is not there. */
const fitsNothing = (glob: string | undefined): boolean => glob === undefined || glob.replaceAll('*', '') === ''

/** Rules by names with `*`. Each name that occurs is compared once and remembered. */
function createNames() {
  const entries: { readonly test: (name: string) => boolean; readonly rule: number }[] = []
  const remembered = new Map<string, readonly number[]>()
  return {
    add(globs: readonly string[], rule: number) {
      entries.push({ test: globTest(globs, true), rule })
    },
    get(name: string): readonly number[] {
      const before = remembered.get(name)
      if (before !== undefined) return before
      const rules = [...new Set(entries.filter((e) => e.test(name)).map((e) => e.rule))].sort((a, b) => a - b)
      if (remembered.size >= MAX_REMEMBERED) remembered.clear()
      remembered.set(name, rules)
      return rules
    },
  }
}
