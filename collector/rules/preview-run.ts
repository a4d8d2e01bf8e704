// Runs a look at a rule a little at a time: ingest and people go on meanwhile.
import { setImmediate as giveWay } from 'node:timers/promises'
import type { RulePreview } from '#shared/http/rules.ts'
import { Rule } from './rule.ts'

/** Milliseconds at a time. */
const AT_ONCE = 15

/** A rule that is not right costs nothing: its problems are the answer. */
export async function runPreview(
  raw: Record<string, unknown>,
  look: (rule: Rule) => Generator<undefined, RulePreview>,
): Promise<RulePreview> {
  const parsed = Rule.safeParse({ ...raw, enabled: true })
  if (!parsed.success) {
    const problems = parsed.error.issues.map((i) => ({ path: `rule.${i.path.join('.')}`, message: i.message }))
    return { ...NOTHING, problems }
  }
  const steps = look(parsed.data)
  for (;;) {
    const until = performance.now() + AT_ONCE
    while (performance.now() < until) {
      const step = steps.next()
      if (step.done) return step.value
    }
    await giveWay()
  }
}

const NOTHING: RulePreview = {
  ...{ problems: [], about: 'samples', devices: 0, resources: 0, series: 0, of: { devices: 0, series: 0 } },
  ...{ selectsNothing: true, selectsEverything: false, notes: [], items: [], notLookedAt: 0 },
  answers: { met: 0, notMet: 0, between: 0, unknown: 0 },
}
