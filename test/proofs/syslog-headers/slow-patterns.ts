// Patterns that take for ever where expressions are tried in all ways, on 2 KB of text: what they cost in our rules, and
// what they cost RegExp, which gets a worker of its own and a time limit.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { compileTextPattern } from '#collector/rules/text-pattern.ts'

const AS = 'a'.repeat(2047)
const CASES: readonly (readonly [pattern: string, text: string])[] = [
  ['(a+)+$', `${AS}!`],
  ['^(a|aa)+$', `${AS}!`],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', AS],
  ['(x+x+)+y', 'x'.repeat(2048)],
  ['^(\\w+\\s?)*$', `${'word '.repeat(409)}!`],
  // these do match, and their parts are wanted
  ['(?P<all>(a+)+)!$', `${AS}!`],
  ['(?P<a>.*)(?P<b>.*)(?P<c>.*)[^a]$', `${AS}!`],
  ['(?P<user>([a-zA-Z0-9]+)*)@(?P<host>([a-z]+)*)\\d$', `${AS}@`],
]

export interface SlowPattern {
  readonly pattern: string
  /** The first use of a pattern nobody has used; median and worst of the uses after it. The worst has the machine in it. */
  readonly firstMs: number
  readonly usualMs: number
  readonly worstMs: number
  /** undefined: stopped at the limit. */
  readonly regExpMs: number | undefined
}

/** Measures all; RegExp is stopped after `limitMs`. */
export async function slowPatterns(limitMs: number): Promise<SlowPattern[]> {
  // the engine itself is warm in a collector: it has read thousands of lines
  const warm = compileTextPattern('(?P<a>\\w+) (down|up)$')
  for (let i = 0; i < 300; i++) warm.find(`${'port '.repeat(i)} down`)
  const out: SlowPattern[] = []
  for (const [pattern, text] of CASES) {
    const compiled = compileTextPattern(pattern)
    const time = () => {
      const started = performance.now()
      compiled.find(text)
      return performance.now() - started
    }
    const firstMs = time()
    const uses = Array.from({ length: 41 }, time).sort((x, y) => x - y)
    const [usualMs, worstMs] = [uses[20] as number, uses[40] as number]
    out.push({
      pattern,
      firstMs,
      usualMs,
      worstMs,
      regExpMs: await regExpTime(pattern.replaceAll('?P<', '?<'), text, limitMs),
    })
  }
  return out
}

async function regExpTime(pattern: string, text: string, limitMs: number): Promise<number | undefined> {
  const source = `const { parentPort, workerData } = require('node:worker_threads')
    const { pattern, text } = workerData
    const regex = new RegExp(pattern)
    const started = performance.now()
    regex.test(text)
    parentPort.postMessage(performance.now() - started)`
  const worker = new Worker(source, { eval: true, workerData: { pattern, text } })
  try {
    const [ms] = await once(worker, 'message', { signal: AbortSignal.timeout(limitMs) })
    return ms as number
  } catch {
    return undefined
  } finally {
    await worker.terminate()
  }
}
