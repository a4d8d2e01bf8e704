// The short form of `npm run proof -- sweep`, so that every change meets it.
import { expect, it } from 'vitest'
import { startChild } from '../support/child.ts'

it.skipIf(process.platform !== 'linux')(
  'sweep of a /26: all found, each in its own time, at the pace asked for',
  async () => {
    const run = startChild(['node', 'test/proofs/proof.ts', 'sweep', '--brisk'])
    await run.gone
    const verdict = JSON.parse(run.output().match(/^\{"name".*\}$/m)?.[0] ?? '{}')
    expect(verdict, run.output()).toMatchObject({
      ok: true,
      devices: 10,
      missing: [],
      wrong: [],
      notThere: [],
      late: [],
    })
    expect(verdict.busiestSecond).toBeLessThanOrEqual(verdict.packetsPerSecond)
  },
  60_000,
)
