// Short runs of the proofs about the console, so that every change meets them.
import { expect, it } from 'vitest'
import { startChild } from '../support/child.ts'
import { CHROMIUM } from '../support/open-console.ts'

async function verdictOf(name: string): Promise<Record<string, unknown>> {
  const run = startChild(['node', 'test/proofs/proof.ts', name, '--brisk'])
  await run.gone
  return JSON.parse(run.output().match(/^\{"name".*\}$/m)?.[0] ?? '{}') as Record<string, unknown>
}

it.skipIf(!CHROMIUM)('hostile-text, one in six of the texts', { timeout: 180_000 }, async () => {
  const verdict = await verdictOf('hostile-text')
  expect(verdict).toMatchObject({ findings: [], failed: [], escapes: [], unseen: [], exported: { formulas: [] } })
  expect(verdict.ok).toBe(true)
})

it.skipIf(!CHROMIUM)('console-scale, 100 devices and 1,000 alarms', { timeout: 180_000 }, async () => {
  const verdict = await verdictOf('console-scale')
  expect(verdict).toMatchObject({ wrong: [], complaints: [] })
  expect(verdict.alarms).toBeGreaterThanOrEqual(1000)
  // how long things take is for the proof on a quiet machine to say
  expect(verdict).toHaveProperty('longTaskMs.p95')
  expect(verdict).toHaveProperty('answerMs.p95')
})
