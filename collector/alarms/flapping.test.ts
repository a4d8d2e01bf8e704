import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FLAPPING, type FlapSettings, flapsNow, shareOfTurns, withTurn } from './flapping.ts'

const PLAIN: FlapSettings = { ...FLAPPING, weighted: false }
const MINUTE = 60_000

/** Turns every so many ms, and when it was said to begin and to end. */
function run(everyMs: number, count: number, settings: FlapSettings) {
  let turns: number[] = []
  let flaps = false
  const began: number[] = []
  for (let n = 1; n <= count; n++) {
    const at = n * everyMs
    flaps = flapsNow(flaps, turns, at, settings)
    turns = withTurn(turns, at, settings)
    const now = flapsNow(flaps, turns, at, settings)
    if (now && !flaps) began.push(n)
    flaps = now
  }
  return { began, turns, flaps }
}

describe('flapping', () => {
  it('begins at the share that is set and ends below the other, without stops in between', () => {
    expect(run(10_000, 50, PLAIN).began).toEqual([5])
    expect(run(10_000, 50, FLAPPING).began).toEqual([5])
    const { turns } = run(10_000, 5, PLAIN)
    const over = (after: number) => !flapsNow(true, turns, (turns[4] as number) + after, PLAIN)
    expect(over(9 * MINUTE)).toBe(false)
    expect(over(10 * MINUTE)).toBe(true)
  })

  it('does not begin for a fault that comes and goes rarely', () => {
    expect(run(3 * MINUTE, 100, PLAIN).began).toEqual([])
    expect(run(3 * MINUTE, 100, FLAPPING).began).toEqual([])
  })

  it('weighs what is new more than what is old', () => {
    const now = 10 * MINUTE
    const fresh = [1, 2, 3].map((s) => now - s * 1000)
    const stale = [1, 2, 3].map((s) => s * 1000)
    expect(shareOfTurns(fresh, now, FLAPPING)).toBeGreaterThan(shareOfTurns(stale, now, FLAPPING))
    expect(shareOfTurns(fresh, now, PLAIN)).toBe(shareOfTurns(stale, now, PLAIN))
  })

  it('has a share between 0 and 1 that only falls while nothing happens, and keeps few changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 200 }),
        fc.boolean(),
        (gaps, weighted) => {
          const settings = { ...FLAPPING, weighted }
          let turns: number[] = []
          let at = 0
          for (const gap of gaps) {
            at += gap
            turns = withTurn(turns, at, settings)
          }
          expect(turns.length).toBeLessThanOrEqual(64)
          let before = 1
          for (let later = 0; later <= 11 * MINUTE; later += MINUTE) {
            const share = shareOfTurns(turns, at + later, settings)
            expect(share).toBeGreaterThanOrEqual(0)
            expect(share).toBeLessThanOrEqual(before)
            before = share
          }
          expect(before).toBe(0)
        },
      ),
    )
  })
})
