import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ruleEngine } from '#test/support/rule-engine.ts'
import { Rule } from './rule.ts'
import { createWindowHistory } from './window-history.ts'

const rate = (of: Record<string, unknown>) => ({ type: 'rate', metric: 'm', within: '10m', ...of })

describe('a rate of change', () => {
  it('is over the window, per unit, with a limit of its own to clear', () => {
    const e = ruleEngine([{ condition: rate({ per: 'hour', above: 60, clear: 30 }), text: '{{rate}}' }])
    // half of the window must be known: 1 a minute is 60 an hour, which is not above it
    for (let minute = 0; minute <= 20; minute++) expect(e.sample(minute * 60, minute)).toEqual([])
    expect(e.sample(1260, 25)).toEqual(['raise - @1260'])
    expect(e.said()[0]?.text).toBe('84')
    expect(e.said()[0]?.inputs).toMatchObject({ metric: 'm', rate: 84 })
    const cleared: string[] = []
    for (let minute = 22; minute <= 60; minute++) cleared.push(...e.sample(minute * 60, 25))
    // 5 in ten minutes is 30 an hour as long as the step is in the window
    expect(cleared).toEqual(['clear - @1800'])
  })

  it('tells that it fell, also step by step, and forgets that with the window', () => {
    const e = ruleEngine([{ condition: rate({ fellBy: 20 }) }])
    expect([...e.sample(0, 100), ...e.sample(60, 92), ...e.sample(120, 85), ...e.sample(180, 80)]).toEqual([])
    expect(e.sample(240, 79)).toEqual(['raise - @240'])
    expect([...e.sample(300, 79), ...e.sample(540, 79)]).toEqual([])
    expect(e.sample(700, 79)).toEqual(['clear - @700'])
  })

  it('knows nothing in the first half of a window or after a hole, and then keeps what stands', () => {
    const e = ruleEngine([{ condition: rate({ per: 'second', below: -1 }) }])
    expect([...e.sample(0, 1000), ...e.sample(240, 0)]).toEqual([])
    expect(e.sample(300, 0)).toEqual(['raise - @300'])
    expect([...e.sample(5000, 0), ...e.sample(5060, Number.NaN), ...e.sample(5200, 0)]).toEqual([])
    expect(e.rules().evaluations('rule-0')[0]).toMatchObject({ answer: 'met', gate: 'raise' })
    expect(e.sample(5300, 0)).toEqual(['clear - @5300'])
  })

  it('is not asked of counters and states, which have rates and words of their own', () => {
    const e = ruleEngine([{ condition: rate({ roseBy: 5 }) }])
    for (const [kind, at] of [
      ['counter64', 0],
      ['state', 60],
    ] as const) {
      const of = { kind, resource: kind }
      expect([...e.sample(at, 0, 'm', of), ...e.sample(at + 30, 100, 'm', of)]).toEqual([])
    }
    expect([...e.sample(100, 0), ...e.sample(160, 100)]).toEqual(['raise - @160'])
  })

  it('looks ahead as it goes on now', () => {
    const ahead = { risesTo: 100, clear: 95, ahead: '1h' }
    const e = ruleEngine([{ condition: rate(ahead), text: '{{value}}, then {{forecast}}' }])
    const said: string[] = []
    // half a per cent a minute: at 70 it will be 100 in an hour
    for (let minute = 0; minute <= 25; minute++) said.push(...e.sample(minute * 60, 60 + minute / 2))
    expect(said).toEqual(['raise - @1260'])
    for (let minute = 26; minute <= 50; minute++) said.push(...e.sample(minute * 60, 72.5))
    expect(said.slice(1)).toEqual(['clear - @1680'])
    const f = ruleEngine([{ condition: rate({ fallsTo: 0, ahead: '1h' }) }])
    for (let minute = 0; minute < 5; minute++) expect(f.sample(minute * 60, 50 - minute)).toEqual([])
    expect(f.sample(300, 45)).toEqual(['raise - @300'])
  })

  it('is not blind after a restart, and a new rule knows what was before it', () => {
    const raw = [{ condition: rate({ fellBy: 20 }) }]
    const e = ruleEngine(raw, { stored: true })
    e.sample(0, 100)
    e.sample(60, 90)
    e.restart()
    expect(e.sample(120, 79)).toEqual(['raise - @120'])
    e.restart()
    expect([...e.sample(300, 79), ...e.sample(700, 79)]).toEqual(['clear - @700'])
    const f = ruleEngine([], { stored: true })
    f.sample(0, 100)
    f.sample(60, 90)
    f.replace(raw, 70)
    expect(f.sample(120, 79)).toEqual(['raise - @120'])
  })

  it('goes on when another rule is changed', () => {
    const one = { id: 'one', condition: rate({ roseBy: 5 }) }
    const e = ruleEngine([one])
    e.sample(0, 1)
    e.replace([one, { id: 'two', condition: rate({ roseBy: 500 }) }], 30)
    expect(e.sample(60, 10)).toEqual(['raise - @60'])
  })

  it('must be written so that it can be meant', () => {
    const problems = (of: Record<string, unknown>) => {
      const raw = { id: 'x', title: 't', severity: 'minor', alarmType: 'a.b', text: 't', condition: rate(of) }
      return Rule.safeParse(raw).error?.issues.map((i) => i.path.join('.'))
    }
    expect(problems({ per: 'hour', above: 1 })).toBeUndefined()
    expect(problems({ above: 1 })).toEqual(['condition.per'])
    expect(problems({ above: 1, below: 2, per: 'hour' })).toEqual(['condition.above'])
    expect(problems({ fellBy: 1, per: 'hour' })).toEqual(['condition.per'])
    expect(problems({ risesTo: 1 })).toEqual(['condition.ahead'])
    expect(problems({ fellBy: 1, ahead: '1h' })).toEqual(['condition.ahead'])
    expect(problems({ fallsTo: 1, ahead: '1h', clear: 0 })).toEqual(['condition.clear'])
    expect(problems({ fellBy: 1, clear: 2 })).toEqual(['condition.clear'])
    expect(problems({ below: -5, per: 'hour', clear: -6 })).toEqual(['condition.clear'])
  })
})

describe('the window', () => {
  const sample = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: -100, max: 100 }))

  it('says what looking at every sample says, as exactly as its slices are wide', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 80 }), (steps) => {
        const window = 600
        const histories = (['slope', 'fall', 'rise'] as const).map((kind) => createWindowHistory('w', window, kind))
        for (const history of histories) history.open({ id: 3 } as never)
        const all: { at: number; value: number }[] = []
        let at = 1000
        for (const [pause, value] of steps) {
          at += pause
          all.push({ at, value })
          for (const history of histories) history.take(3, value, at)
          const [slope, fall, rise] = histories.map((history) => history.read(3)) as [number, number, number]
          const slice = window / 16
          const inside = (since: number) => all.filter((s) => s.at >= at - since)
          const furthest = (since: number, sign: number) =>
            Math.max(...inside(since).map((s) => sign * (s.value - value)))
          // a slice that is half out of the window may have kept a sample that is out of it
          if (!Number.isNaN(fall)) {
            expect(fall).toBeLessThanOrEqual(furthest(window, 1))
            expect(fall).toBeGreaterThanOrEqual(furthest(window - slice, 1))
          } else expect(inside(window - slice).length <= 1 || furthest(window - slice, 1) === 0).toBe(true)
          if (!Number.isNaN(rise)) expect(rise).toBeGreaterThanOrEqual(furthest(window - slice, -1))
          const latest = inside(window - slice)[0]?.at as number
          if (!Number.isNaN(slope)) {
            const starts = inside(window).filter((s) => s.at <= latest)
            expect(starts.some((s) => Math.abs(slope - (value - s.value) / (at - s.at)) < 1e-9)).toBe(true)
          } else expect(at - latest).toBeLessThan(window / 2)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('refuses more series than there is room for, and gives the room of those that go', () => {
    const history = createWindowHistory('w', 60, 'fall', 2)
    const open = (id: number) => history.open({ id } as never)
    expect([open(1), open(70_000), open(3), open(1)]).toEqual(['fresh', 'fresh', 'full', 'known'])
    history.take(70_000, 9, 1)
    history.take(70_000, 5, 30)
    history.close(70_000)
    expect(open(3)).toBe('fresh')
    history.take(3, 1, 31)
    expect([history.read(3), history.read(70_000)]).toEqual([Number.NaN, Number.NaN])
  })
})
