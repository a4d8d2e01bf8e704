// The steps of a test in their order: told when they begin and when they end, with the time they took.
import type { TestStep } from '#shared/domain/device-test.ts'
import { cleanText } from '../inputs/device-text.ts'

export type StepEnd = Pick<TestStep, 'code'> & {
  readonly state: Exclude<TestStep['state'], 'running'>
  readonly detail?: string | undefined
  readonly facts?: Readonly<Record<string, string>>
  readonly values?: TestStep['values']
}

export interface Steps {
  /** True when the step ended well. Never rejects: what breaks is a failed step. */
  run(step: TestStep['step'], about: string, work: () => Promise<StepEnd>): Promise<boolean>
  all(): TestStep[]
}

export function createSteps(tell: (step: TestStep) => void): Steps {
  const steps: TestStep[] = []
  const put = (step: TestStep) => {
    steps[step.n] = step
    tell(step)
  }
  return {
    async run(step, about, work) {
      const base = { n: steps.length, step, about, values: [], facts: {}, detail: '' }
      put({ ...base, state: 'running', code: 'running', tookMs: null })
      const began = performance.now()
      const end = await work().catch((error: unknown): StepEnd => {
        return { state: 'failed', code: 'cancelled', detail: error instanceof Error ? error.message : 'broke' }
      })
      const tookMs = Math.round((performance.now() - began) * 10) / 10
      put({
        ...{ ...base, tookMs, state: end.state, code: end.code, detail: clean(end.detail ?? '') },
        ...{ facts: cleanFacts(end.facts ?? {}), values: end.values ?? [] },
      })
      return end.state === 'ok'
    },
    all: () => [...steps],
  }
}

function cleanFacts(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).flatMap(([k, v]) => (clean(v) === '' ? [] : [[k, clean(v)]])))
}

const clean = (text: string) => cleanText(text, 512).trim()
