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

export const EQUIVALENT: readonly Equivalent[] = []

export function isEquivalent({ file, what, start, end }: Mutant, source: string): boolean {
  const from = source.slice(start, end).replace(/\s+/g, ' ')
  return EQUIVALENT.some((e) => e.file === file && e.what === what && e.from === from)
}
