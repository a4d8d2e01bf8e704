// Puts mutants on, one after the other, and runs the tests that come by them, until one fails. Many mutants share a process;
// one that hangs costs its process and counts as noticed.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Copy } from './copy.ts'
import { type Hits, startVitest } from './hits.ts'
import type { Mutant } from './mutants.ts'

/** One process: these mutants, each with the tests it needs ('all': those of the whole file, modules loaded anew). */
export interface Plan {
  readonly test: string
  readonly log: string
  readonly mutants: readonly { readonly id: number; readonly tests: readonly string[] | 'all' }[]
}

interface TrialOptions {
  readonly copy: Copy
  readonly hits: readonly Hits[]
  readonly mutants: readonly Mutant[]
  readonly workers: number
  progress(text: string): void
}

/** Tests that one process may have to know. */
const MOST_TESTS = 4000
const MOST_MUTANTS = 150
const SILENT_MS = 20_000
/** Numbers of no mutant: the tests as they are. */
const WITHOUT = -1
const WITHOUT_LOADED_ANEW = -2

/** Ids of the mutants that some test noticed. */
export async function tryMutants({ copy, hits, mutants, workers, progress }: TrialOptions): Promise<Set<number>> {
  const killed = new Set<number>()
  let processes = 0
  for (const file of hits) {
    const of = mutants.filter((m) => file.ids.has(m.id) && !killed.has(m.id))
    if (of.length === 0) continue
    const known = Object.keys(file.tests)
    const each = Math.max(1, Math.min(MOST_MUTANTS, Math.floor(MOST_TESTS / Math.max(1, known.length))))
    const queue: number[][] = []
    const size = Math.max(1, Math.min(each, Math.ceil(of.length / workers)))
    for (let at = 0; at < of.length; at += size) queue.push(of.slice(at, at + size).map((m) => m.id))
    await Promise.all(
      Array.from({ length: workers }, async () => {
        for (let ids = queue.shift(); ids !== undefined; ids = queue.shift())
          queue.push(...(await tryTogether(copy, file, ids, killed, ++processes)))
      }),
    )
    const found = of.filter((m) => killed.has(m.id)).length
    progress(`${file.file}: ${found} of ${of.length} noticed; ${killed.size} of ${mutants.length} in all`)
  }
  return killed
}

/** One process; answers what must be tried again in smaller groups. */
async function tryTogether(copy: Copy, file: Hits, ids: number[], killed: Set<number>, n: number): Promise<number[][]> {
  const log = join(copy.dir, 'out', `log-${n}`)
  rmSync(log, { force: true })
  const plan: Plan = {
    test: join(copy.dir, file.file),
    log,
    mutants: [WITHOUT_LOADED_ANEW, WITHOUT, ...ids].map((id) => ({ id, tests: testsFor(file, id) })),
  }
  const planFile = join(copy.dir, 'out', `plan-${n}.json`)
  writeFileSync(planFile, JSON.stringify(plan))
  const wrapper = join(dirname(file.file), `mutants-${n}.trial.ts`)
  const text = [
    "import { tryPlan } from '#test/mutation/try-plan.ts'",
    `tryPlan(${JSON.stringify(planFile)}, (path) => import(/* @vite-ignore */ path))`,
  ]
  writeFileSync(join(copy.dir, wrapper), `${text.join('\n')}\n`)
  const child = startVitest(copy, [wrapper], {})
  let [size, changed] = [0, performance.now()]
  const watch = setInterval(() => {
    const now = existsSync(log) ? readFileSync(log, 'utf8').length : 0
    if (now !== size) [size, changed] = [now, performance.now()]
    else if (performance.now() - changed > SILENT_MS) void child.kill()
  }, 500)
  await child.gone
  clearInterval(watch)
  rmSync(join(copy.dir, wrapper))
  const said = (existsSync(log) ? readFileSync(log, 'utf8') : '').split('\n').map((line) => line.split(' '))
  const of = (word: string) => said.filter(([w]) => w === word).map(([, id]) => Number(id))
  // without any mutant nothing may fail: else what fails says nothing
  if (of('killed').some((id) => id < 0)) return []
  for (const id of of('killed')) killed.add(id)
  const settled = new Set([...of('killed'), ...of('survived')])
  const left = ids.filter((id) => !settled.has(id))
  if (left.length === 0) return []
  const pid = Number(said.find(([w]) => w === 'pid')?.[1])
  if (pid > 0) endQuietly(pid)
  const current = of('begun').at(-1)
  if (current !== undefined && current < 0) return []
  if (current !== undefined && left.includes(current)) {
    killed.add(current)
    return [left.filter((id) => id !== current)].filter((some) => some.length > 0)
  }
  // the tests could not even be collected: the fault of one of them
  if (left.length === 1) {
    killed.add(left[0] as number)
    return []
  }
  return [left.slice(0, left.length >> 1), left.slice(left.length >> 1)]
}

function testsFor(file: Hits, id: number): string[] | 'all' {
  if (id === WITHOUT) return Object.keys(file.tests)
  if (id === WITHOUT_LOADED_ANEW || file.always.has(id)) return 'all'
  return Object.keys(file.tests).filter((test) => file.tests[test]?.includes(id))
}

/** The process of the tests may hang in a loop of its own. */
function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended
  }
}
