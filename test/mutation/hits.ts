// The run without mutants: which tests are well, and which mutants each comes by.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../support/child.ts'
import type { Copy } from './copy.ts'

export interface Hits {
  /** Test file, relative to the tree. */
  readonly file: string
  /** Mutants that are met when modules are loaded: these need them loaded anew. */
  readonly always: ReadonlySet<number>
  /** By test, the mutants it comes by itself; a test that fails without any is not here. */
  readonly tests: Readonly<Record<string, readonly number[]>>
  readonly ids: ReadonlySet<number>
  /** Of all its tests together. */
  readonly ms: number
}

const CONFIG = `export default { test: { include: process.env.MUTATION_TESTS.split(','), pool: 'forks', maxWorkers: Number(process.env.MUTATION_WORKERS ?? 1),
  setupFiles: ['test/mutation/switches.ts'], testTimeout: 15000, hookTimeout: 15000, reporters: ['dot'], cache: false } }
`

interface HitsOptions {
  readonly copy: Copy
  readonly tests: readonly string[]
  /** A test that takes longer would be run hundreds of times: others must notice what it does. */
  readonly slowestMs: number
  readonly workers: number
  progress(text: string): void
}

export async function readHits({ copy, tests, slowestMs, workers, progress }: HitsOptions): Promise<Hits[]> {
  const out = mkdtempSync(join(copy.dir, 'out', 'hits-'))
  writeFileSync(join(copy.dir, 'mutation.config.ts'), CONFIG)
  const child = startVitest(copy, tests, {
    MUTATION_HITS: out,
    MUTATION_SLOWEST_MS: String(slowestMs),
    MUTATION_WORKERS: String(workers),
  })
  await child.gone
  const hits = readdirSync(out).map((name): Hits => {
    const { file, always, tests, ms } = JSON.parse(readFileSync(join(out, name), 'utf8')) as {
      file: string
      always: number[]
      tests: Record<string, number[]>
      ms: number
    }
    const ids = new Set([...always, ...Object.values(tests).flat()])
    return { file: file.slice(copy.dir.length + 1), always: new Set(always), tests, ids, ms }
  })
  if (hits.length === 0) throw new Error(`no test ran:\n${child.output().slice(-4000)}`)
  const failed =
    child.exited()?.code === 0 ? '' : '; some fail without any mutant and are left out, as are those that take long'
  progress(`${hits.reduce((n, h) => n + Object.keys(h.tests).length, 0)} tests in ${hits.length} files${failed}`)
  if (failed)
    progress(
      child
        .output()
        .match(/ FAIL .*/g)
        ?.slice(0, 20)
        .join('\n') ?? child.output().slice(-2000),
    )
  // what is quick goes first
  return hits.sort((a, b) => a.ms - b.ms)
}

export function startVitest(copy: Copy, files: readonly string[], env: Record<string, string>) {
  return startChild(['node', 'node_modules/vitest/vitest.mjs', 'run', '--config', 'mutation.config.ts'], {
    cwd: copy.dir,
    env: { MUTATION_TESTS: files.join(','), NO_COLOR: '1', ...env },
  })
}
