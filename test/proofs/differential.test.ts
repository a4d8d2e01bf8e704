// The short form of `npm run proof -- differential`: less of a day, fewer devices, two disturbed runs beside the straight one.
import { expect, it } from 'vitest'
import { startChild } from '../support/child.ts'

it('the same alarms with a cut, and with everything at once; nothing lost, one page per cut', async () => {
  const run = startChild(['node', 'test/proofs/proof.ts', 'differential', '--brisk', '--seed', '3'])
  await run.gone
  const verdict = JSON.parse(run.output().match(/^\{"name".*\}$/m)?.[0] ?? '{}')
  expect(verdict, run.output()).toMatchObject({
    ...{ ok: true, runs: 2, differences: 0, lost: 0, doubled: 0, cuts: 2, sitePages: 2, wrongSitePages: 0 },
    ...{ latePages: 0, toldTwice: 0, missed: 0, staleOpen: 0 },
  })
  // the days were not empty
  expect(verdict.steps).toBeGreaterThan(30)
}, 300_000)
