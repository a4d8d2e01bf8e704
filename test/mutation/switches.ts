// In the process of the tests: which mutant is on, and which ones a test comes by while none is.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, type TestContext } from 'vitest'

export interface Switches {
  /** 0: none. */
  on: number
  /** Turns of loops in this test. */
  turns: number
  seen: Set<number>
}

interface WithSwitches {
  __switches?: Switches
  __m?: (id: number) => boolean
  __l?: () => void
}

/** Far more than any unit test needs: a loop that a mutant made endless. */
const MOST_TURNS = 2_000_000

const world = globalThis as WithSwitches
world.__switches ??= { on: 0, turns: 0, seen: new Set() }
export const switches: Switches = world.__switches
world.__m = (id) => {
  if (switches.on === 0) switches.seen.add(id)
  return switches.on === id
}
world.__l = () => {
  if (++switches.turns > MOST_TURNS && switches.on !== 0) throw new Error('an endless loop')
}

/** Names of the test and its suites, outermost first. */
export function namesOf(task: TestContext['task']): string[] {
  const names = [task.name]
  for (let suite = task.suite; suite; suite = suite.suite) if (suite.name !== '') names.unshift(suite.name)
  return names
}

const SLOWEST_MS = Number(process.env.MUTATION_SLOWEST_MS)

const out = process.env.MUTATION_HITS
if (out !== undefined) {
  const tests: Record<string, number[]> = {}
  let ms = 0
  let always: number[] = []
  let file = ''
  let isFirst = true
  let begun = 0
  beforeEach(({ task }) => {
    file = task.file.filepath
    if (isFirst) always = [...switches.seen]
    isFirst = false
    switches.seen.clear()
    begun = performance.now()
  })
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') return
    const took = performance.now() - begun
    if (took > SLOWEST_MS) return
    ms += took
    const name = namesOf(task).join(' > ')
    tests[name] = [...new Set([...(tests[name] ?? []), ...switches.seen])]
  })
  afterAll(() => {
    if (file === '') return
    const name = file.slice(process.cwd().length).replaceAll('/', '~')
    writeFileSync(join(out, `${name}.json`), JSON.stringify({ file, always, tests, ms }))
  })
}
