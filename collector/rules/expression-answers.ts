// The two tests of an expression and what they say together.
import { type CelValues, compileCel } from './cel.ts'
import type { Answer } from './conditions/condition.ts'
import { type Expression, GIVEN } from './conditions/expression.ts'

export type ExpressionTest = ReturnType<typeof compileExpression>

export interface ExpressionAnswer {
  readonly answer: Answer
  /** `when`, `clear`, `expression-error`. */
  readonly gate: string
  /** Of an error. */
  readonly why: string
}

/** Throws when it does not compile; the schema of rules has tried that. */
export function compileExpression({ when, clear, inputs }: Expression) {
  const variables = new Set([...GIVEN, ...Object.keys(inputs)])
  const compile = (text: string) => {
    const cel = compileCel(text, variables)
    if (!cel.ok) throw new Error(cel.message)
    return cel
  }
  const tests = { when: compile(when), clear: clear === undefined ? undefined : compile(clear) }
  const uses = new Set([...tests.when.uses, ...(tests.clear?.uses ?? [])])
  return { when: tests.when.test, clear: tests.clear?.test, uses }
}

/** What the tests say to the values. A name whose value is missing is unknown to them. */
export function answerOf(test: ExpressionTest, values: CelValues): ExpressionAnswer {
  const when = test.when(values)
  if (!when.ok) return { answer: 'unknown', gate: 'expression-error', why: when.why }
  if (when.value) return { answer: 'met', gate: 'when', why: '' }
  const clear = test.clear?.(values)
  if (clear?.ok === false) return { answer: 'unknown', gate: 'expression-error', why: clear.why }
  return { answer: clear?.value === false ? 'between' : 'not-met', gate: 'clear', why: '' }
}
