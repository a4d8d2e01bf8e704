// The last evaluations of each rule that decided something, so that "why did it (not) fire" has an answer.

export interface RuleEvaluation {
  /** Event time. */
  readonly at: number
  /** Site, device, resource of the subject. */
  readonly site: string
  readonly device: string | null
  readonly resource: string
  readonly answer: 'met' | 'not-met' | 'between' | 'unknown'
  /** Which gate decided: `raise`, `clear`, `hold`, `guard`, `older-than-notice` ... */
  readonly gate: string
  readonly inputs: Readonly<Record<string, unknown>>
}

export interface EvaluationRings {
  note(rule: string, evaluation: RuleEvaluation): void
  /** Newest first. */
  of(rule: string): readonly RuleEvaluation[]
  forget(rule: string): void
}

/** Keeps `perRule` evaluations for each of at most `rules` rules (the longest silent rule makes room). */
export function createEvaluationRings(perRule = 20, rules = 5000): EvaluationRings {
  const rings = new Map<string, { items: RuleEvaluation[]; next: number }>()
  return {
    note(rule, evaluation) {
      let ring = rings.get(rule)
      if (!ring) {
        if (rings.size >= rules) rings.delete(rings.keys().next().value as string)
        ring = { items: [], next: 0 }
        rings.set(rule, ring)
      }
      ring.items[ring.next] = evaluation
      ring.next = (ring.next + 1) % perRule
    },
    of(rule) {
      const ring = rings.get(rule)
      if (!ring) return []
      return [...ring.items.slice(ring.next), ...ring.items.slice(0, ring.next)].reverse()
    },
    forget: (rule) => void rings.delete(rule),
  }
}
