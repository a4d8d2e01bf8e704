// Mutants that nobody could tell from the original, each with the reason. They are found by their text, so that they outlive
// lines that move; one that no longer fits simply counts again.
import type { Mutant } from './mutants.ts'

interface Equivalent {
  readonly file: string
  /** Text of the mutated place, spaces made one. */
  readonly from: string
  readonly what: string
  readonly why: string
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    ...{ file: 'collector/rules/silences.ts', from: 'false', what: 'returns undefined' },
    why: 'its only reader asks whether it is true',
  },
  {
    ...{ file: 'collector/rules/profile-rules.ts', from: 'compiled.size >= MAX_COMPILED', what: 'condition to true' },
    why: 'a memory of pure answers that is emptied more often: they are computed again, alike',
  },
  {
    ...{ file: 'collector/rules/local-offset.ts', from: 'last?.quarter === quarter', what: 'condition to false' },
    why: 'a memory of pure answers that is never asked: they are computed again, alike',
  },
  {
    ...{ file: 'collector/rules/histories.ts', from: 'queues.delete(name)', what: 'statement removed' },
    why: 'an empty queue stays and is used again',
  },
  {
    ...{ file: 'collector/rules/event-rules.ts', from: 'at <= subject.due', what: '<= to <' },
    why: 'an entry of the same time is there twice, and the second is passed over',
  },
  {
    ...{ file: 'collector/rules/glob.ts', from: "patterns.includes('*')", what: 'condition to false' },
    why: 'a shortcut: a pattern of one star fits everything on the long way too',
  },
]

export function isEquivalent({ file, what, start, end }: Mutant, source: string): boolean {
  const from = source.slice(start, end).replace(/\s+/g, ' ')
  return EQUIVALENT.some((e) => e.file === file && e.what === what && e.from === from)
}
