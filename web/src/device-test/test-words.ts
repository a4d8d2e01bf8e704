// What a step of a test means in words: what happened, why that may be, what to do next.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { TestStep } from '#shared/domain/device-test.ts'
import type { DeviceTestRow } from '#shared/http/device-test.ts'

export interface StepWords {
  readonly title: string
  /** What happened; empty while it runs. */
  readonly told: string
  /** Cause and next action of what did not go well; empty otherwise. */
  readonly next: string
}

export function useTestWords(): {
  step(of: TestStep): StepWords
  verdict(row: DeviceTestRow): { readonly title: string; readonly next: string }
} {
  const { t } = useTranslation()
  return useMemo(
    () => ({
      step(of) {
        const { step, code, about, state } = of
        if (state === 'running') return { title: t(`deviceTest.step.${step}`, { about }), told: '', next: '' }
        const words = { ...of.facts, about, defaultValue: '' }
        return {
          title: t(`deviceTest.step.${step}`, { about }),
          told: t(`deviceTest.told.${step}.${code}`, words) || t(`deviceTest.outcome.${code}`, { defaultValue: code }),
          next:
            state === 'ok' || (state === 'noted' && step === 'snmp')
              ? ''
              : t(`deviceTest.next.${step}.${code}`, words) || t(`deviceTest.next.any.${code}`, words),
        }
      },
      verdict(row) {
        const kind = row.failure?.code ?? row.verdict ?? 'running'
        const noted = row.verdict === 'read' && wrongVersion(row.steps) !== undefined
        return {
          title: t(`deviceTest.verdict.${kind}`),
          next: noted
            ? t('deviceTest.otherVersion', { version: wrongVersion(row.steps) })
            : t(`deviceTest.verdictNext.${kind}`, { defaultValue: '' }),
        }
      },
    }),
    [t],
  )
}

/** How it ended says all of it; the time it took stands beside it. */
const SAYS_ALL: ReadonlySet<TestStep['code']> = new Set(['timeout', 'refused', 'no-answer', 'cancelled'])

/** What was said in English, for those who know; empty where it only repeats the words. */
export function detailOf({ state, code, detail }: Pick<TestStep, 'state' | 'code' | 'detail'>): string {
  return state === 'ok' || SAYS_ALL.has(code) ? '' : detail
}

/** `one (why), two (why)`: the reasons in the reader's language by `say`. */
export function othersIn(text: string, say: (message: string) => string): string {
  return text.replace(/\((sysObjectID [^()]*)\)/g, (_, why: string) => `(${say(why)})`)
}

/** The version that answers where the chosen one does not; undefined: the chosen one does, or none. */
export function wrongVersion(steps: readonly TestStep[]): string | undefined {
  const [chosen, ...others] = steps.filter((step) => step.step === 'snmp')
  return chosen?.state === 'failed' ? others.find((step) => step.state === 'ok')?.about : undefined
}

/** A device that can be kept as it is: it gives values with the version that was chosen, or answers where there is no SNMP. */
export function isGood(row: DeviceTestRow): boolean {
  if (row.state !== 'done' || wrongVersion(row.steps) !== undefined) return false
  const asked = row.steps.some((step) => step.step === 'snmp')
  return asked ? row.verdict === 'read' : row.verdict !== 'silent'
}
