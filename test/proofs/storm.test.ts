// The short form of `npm run proof -- storm`, so that every change meets it.
import { expect, it } from 'vitest'
import { startChild } from '../support/child.ts'

it('a flood of traps and log lines starves nobody, is counted exactly and leaves no alarm open', async () => {
  const run = startChild(['node', 'test/proofs/proof.ts', 'storm', '--rounds', '2', '--brisk'])
  await run.gone
  const verdict = JSON.parse(run.output().match(/^\{"name".*\}$/m)?.[0] ?? '{}') as Record<string, unknown>
  expect(verdict, run.output()).toMatchObject({ wrongCounts: [], dropped: 0 })
  // how quickly depends on what else this machine does: the proof asks for that
  expect(verdict.incidentMs).toBeDefined()
  expect(verdict.lostClears).toMatchObject({ openAfterOneInterval: 0 })
}, 120_000)
