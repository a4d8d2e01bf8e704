// Short runs of the long proofs, so that every change meets them; the long ones are `npm run proof`.
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { startChild } from '../support/child.ts'
import { programOrSkip } from '../support/programs.ts'

describe('proofs', () => {
  it('influx-outage, 3 rounds', async (context) => {
    programOrSkip(context, 'influxd')
    programOrSkip(context, 'victoria-metrics')
    const run = startChild(['node', 'test/proofs/proof.ts', 'influx-outage', '--rounds', '3', '--seed', '7', '--brisk'])
    await run.gone
    const last = run.output().match(/^\{"name".*\}$/m)?.[0] ?? '{}'
    const verdict = JSON.parse(last) as Record<string, unknown>
    expect(verdict, run.output()).toMatchObject({ ok: true, missing: 0, doubled: 0, altered: 0, extra: 0 })
    expect(verdict.samples).toBeGreaterThan(100_000)
    expect(verdict.kills).toBeGreaterThanOrEqual(8)
  }, 400_000)

  it('names what it can prove when asked for something else', () => {
    const run = spawnSync(process.execPath, ['test/proofs/proof.ts', 'no-such-proof'], { encoding: 'utf8' })
    expect(run.status).toBe(2)
    expect(run.stderr).toContain('influx-outage')
  })
})
