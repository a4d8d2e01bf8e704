// In the process of the tests: the same test file once for every mutant of a plan.
import { appendFileSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it, vi } from 'vitest'
import { namesOf, switches } from './switches.ts'
import type { Plan } from './trial.ts'

export function tryPlan(planFile: string, load: (path: string) => Promise<unknown>): void {
  const { test, mutants, log } = JSON.parse(readFileSync(planFile, 'utf8')) as Plan
  const say = (word: string, n: number) => appendFileSync(log, `${word} ${n}\n`)
  say('pid', process.pid)
  for (const { id, tests } of mutants) {
    const needed = tests === 'all' ? undefined : new Set(tests)
    let isKilled = false
    const kill = () => {
      if (!isKilled) say('killed', id)
      isKilled = true
    }
    describe(`mutant ${id}`, async () => {
      beforeAll(() => {
        say('begun', id)
        switches.on = id
      })
      beforeEach(({ task, skip }) => {
        switches.turns = 0
        if (isKilled || needed?.has(namesOf(task).slice(1).join(' > ')) === false) skip()
      })
      afterEach(({ task }) => {
        if (task.result?.state === 'fail') kill()
      })
      afterAll(() => {
        switches.on = 0
        vi.useRealTimers()
        if (!isKilled) say('survived', id)
      })
      it('is loaded', () => undefined)
      switches.on = needed === undefined ? id : 0
      switches.turns = 0
      try {
        if (needed === undefined) vi.resetModules()
        await load(`${test}?mutant=${id}`)
      } catch (error) {
        appendFileSync(log, `because ${String(error).replace(/\s+/g, ' ')}\n`)
        kill()
      }
      if (needed === undefined) switches.on = 0
    })
  }
}
