import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Severity, severityRank } from '#shared/domain/severity.ts'
import { createLevelMachine, type KeptLevel, type Level, worstFirst } from './levels.ts'

const NONE: ReadonlySet<number> = new Set()

function limit(side: 'high' | 'low', severity: Severity, raise: number, hysteresis: number, holdMs: number): Level {
  const clear = side === 'high' ? raise - hysteresis : raise + hysteresis
  return { severity, side, raise, clear, bad: NONE, good: NONE, holdMs, text: undefined }
}

function state(severity: Severity, bad: readonly number[], good: readonly number[], holdMs: number): Level {
  const sets = { bad: new Set(bad), good: new Set(good) }
  return { severity, side: 'state', raise: Number.NaN, clear: Number.NaN, ...sets, holdMs, text: undefined }
}

const temperature = (hysteresis = 3, holdMs = 0) =>
  worstFirst([limit('high', 'warning', 75, hysteresis, holdMs), limit('high', 'critical', 90, hysteresis, holdMs)])

function run(levels: readonly Level[], values: readonly number[], clearAfterMs = 0, stepMs = 60_000) {
  const machine = createLevelMachine(levels, clearAfterMs)
  return values.map((value, i) => {
    machine.step(value, i * stepMs, false)
    return machine.standing()?.severity ?? '-'
  })
}

describe('limits one behind the other', () => {
  it('get worse, better, and end beyond the hysteresis', () => {
    expect(run(temperature(), [74, 75, 89, 90, 88, 87, 73, 72, 75])).toEqual([
      ...['-', 'warning', 'warning', 'critical', 'critical', 'warning', 'warning', '-', 'warning'],
    ])
  })

  it('without hysteresis end on the good side of the limit only', () => {
    expect(run(temperature(0), [75, 74.9, 75])).toEqual(['warning', '-', 'warning'])
  })

  it('wait for their hold, each level for itself', () => {
    const levels = temperature(3, 120_000)
    expect(run(levels, [80, 80, 95, 95, 95, 80])).toEqual(['-', '-', 'warning', 'warning', 'critical', 'warning'])
    expect(run(levels, [80, 80, 74, 80, 80, 80])).toEqual(['-', '-', '-', '-', '-', 'warning'])
  })

  it('may have to be over for a while', () => {
    expect(run(temperature(), [80, 70, 80, 70, 70, 70], 120_000)).toEqual([
      ...['warning', 'warning', 'warning', 'warning', 'warning', '-'],
    ])
  })

  it('take over what stood by other limits: the next value decides, without hysteresis', () => {
    const before = createLevelMachine(temperature(), 0)
    before.step(92, 0, false)
    const raised = worstFirst([limit('high', 'warning', 95, 10, 0), limit('high', 'critical', 99, 10, 0)])
    const after = createLevelMachine(raised, 0, before.kept())
    expect(after.standing()).toBeDefined()
    after.step(92, 60_000, false)
    expect(after.standing()).toBeUndefined()
    const same = createLevelMachine(temperature(), 0, before.kept())
    same.step(88, 60_000, false)
    expect(same.standing()?.severity).toBe('critical')
  })
})

describe('states', () => {
  // 1 ok, 2 degraded (minor), 3 failed (critical), 4 unknown
  const levels = worstFirst([state('minor', [2, 3], [1], 0), state('critical', [3], [1, 2], 0)])

  it('get worse and better; a state that says nothing changes nothing', () => {
    expect(run(levels, [1, 2, 3, 4, 9, 2, 4, 1, 4])).toEqual([
      ...['-', 'minor', 'critical', 'critical', 'critical', 'minor', 'minor', '-', '-'],
    ])
  })
})

/** A second opinion: looks at the whole past for each answer. */
function oracle(levels: readonly Level[], values: readonly number[], times: readonly number[]): string {
  let worst: Severity | undefined
  for (const { side, raise, clear, severity, holdMs } of levels) {
    const sign = side === 'high' ? 1 : -1
    const passed = (v: number) => sign * (v - raise) >= 0
    const over = (v: number) => sign * (v - clear) <= 0 && !passed(v)
    let on = false
    let first: number | undefined
    for (const [i, value] of values.entries()) {
      const at = times[i] as number
      if (on) {
        if (over(value)) on = false
        first = undefined
        continue
      }
      first = passed(value) ? (first ?? at) : undefined
      if (first !== undefined && at - first >= holdMs) on = true
    }
    if (on && (worst === undefined || severityRank(severity) > severityRank(worst))) worst = severity
  }
  return worst ?? '-'
}

describe('whatever is measured', () => {
  const limits = fc.record({
    warning: fc.integer({ min: 40, max: 60 }),
    above: fc.integer({ min: 0, max: 20 }),
    hysteresis: fc.integer({ min: 0, max: 10 }),
    holdMs: fc.constantFrom(0, 60_000, 120_000),
    low: fc.boolean(),
  })
  const values = fc.array(fc.tuple(fc.integer({ min: 20, max: 100 }), fc.integer({ min: 1, max: 90_000 })), {
    minLength: 1,
    maxLength: 60,
  })

  it('the severity is that of the worst limit passed after its hold; nothing ends inside the hysteresis', () => {
    fc.assert(
      fc.property(limits, values, fc.nat(59), ({ warning, above, hysteresis, holdMs, low }, steps, restartAt) => {
        const side = low ? 'low' : 'high'
        const critical = low ? warning - above : warning + above
        const levels = worstFirst([
          limit(side, 'warning', warning, hysteresis, holdMs),
          limit(side, 'critical', critical, hysteresis, holdMs),
        ])
        let machine = createLevelMachine(levels, 0)
        let at = 0
        const seen: number[] = []
        const times: number[] = []
        for (const [i, [value, gap]] of steps.entries()) {
          // a restart in between, through JSON as the store keeps it, changes nothing
          if (i === restartAt)
            machine = createLevelMachine(levels, 0, JSON.parse(JSON.stringify(machine.kept())) as KeptLevel[])
          at += gap
          seen.push(value)
          times.push(at)
          const before = machine.standing()?.severity
          machine.step(value, at, false)
          const after = machine.standing()?.severity
          expect(after ?? '-').toBe(oracle(levels, seen, times))
          const inside = low ? value < warning + hysteresis : value > warning - hysteresis
          if (before !== undefined && inside) expect(after).toBeDefined()
        }
      }),
      { numRuns: 500 },
    )
  })
})
