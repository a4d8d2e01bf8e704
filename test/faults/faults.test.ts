// Short runs of the fault proofs, so that every change meets them; the long ones are `npm run faults`.
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { startChild } from '../support/child.ts'
import { programOrSkip } from '../support/programs.ts'

const SHORT: readonly (readonly [name: string, rounds: number])[] = [
  ['agent-kill', 2],
  ['collector-kill', 2],
  ['broker-kill', 2],
  ['site-cut', 1],
  ['disk-full', 1],
]

describe('fault proofs', () => {
  it.for(SHORT)('%s, %i rounds', async ([name, rounds], context) => {
    programOrSkip(context, 'mosquitto')
    const run = startChild(['node', 'test/faults/faults.ts', name, '--rounds', String(rounds), '--seed', '7'])
    await run.gone
    // 3: cannot run on this machine (no root, no loop devices); it says why.
    if (run.exited()?.code === 3) context.skip(run.output().trim())
    const verdict = JSON.parse(
      run
        .output()
        .trim()
        .match(/^\{"name".*\}$/m)?.[0] ?? '{}',
    ) as Record<string, unknown>
    expect(verdict, run.output()).toMatchObject({
      ok: true,
      missing: 0,
      missingInforms: 0,
      duplicate: 0,
      altered: 0,
      inverted: 0,
    })
    expect(verdict.found).toBeGreaterThan(100)
  })

  it('names what it can do when asked for something else', () => {
    const run = spawnSync(process.execPath, ['test/faults/faults.ts', 'no-such-fault'], { encoding: 'utf8' })
    expect(run.status).toBe(2)
    for (const [name] of SHORT) expect(run.stderr).toContain(name)
  })
})
