import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RuleEngine, ruleEngine } from '#test/support/rule-engine.ts'
import { medianOf, spreadOf } from './median.ts'
import { Rule } from './rule.ts'
import { createSeasonHistory } from './season-history.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 2, 2) / 1000

const baseline = (of: Record<string, unknown> = {}) => ({ type: 'baseline', metric: 'm', ...of })

/** Office hours: busy from 8 to 18 local time on working days, with some noise. */
function usual(at: number, offset = 0): number {
  const local = at + offset
  const hour = Math.floor(local / HOUR) % 24
  const day = Math.floor((local - MONDAY) / DAY) % 7
  const busy = day < 5 && hour >= 8 && hour < 18
  return (busy ? 600 : 50) + ((Math.floor(at / 600) * 37) % 21) - 10
}

/** Six samples an hour. */
function live(e: RuleEngine, from: number, to: number, of = usual): string[] {
  const said: string[] = []
  for (let at = from; at < to; at += 600) said.push(...e.sample(at, of(at)))
  return said
}

const weeks = (n: number) => MONDAY + n * 7 * DAY

describe('a baseline', () => {
  it('is unknown until there is history, then knows the hour of the day, then of the week', () => {
    const e = ruleEngine([{ condition: baseline(), text: '{{value}} instead of {{expected}}' }])
    const seasonAt = () => e.rules().evaluations('rule-0')[0]?.inputs
    expect(live(e, MONDAY, MONDAY + 6 * DAY)).toEqual([])
    expect(e.sample(MONDAY + 6 * DAY, 99_999)).toEqual([])
    expect(seasonAt()).toMatchObject({ why: 'too little history' })
    expect(live(e, MONDAY + 6 * DAY + 600, weeks(1) + HOUR)).toEqual([])
    expect(seasonAt()).toMatchObject({ season: 'hour-of-day', hours: 7 })
    expect(live(e, weeks(1) + HOUR, weeks(3) + HOUR)).toEqual([])
    expect(seasonAt()).toMatchObject({ season: 'hour-of-week', hours: 3 })
    // Monday at ten it is busy, Sunday at ten it is not
    live(e, weeks(3) + HOUR, weeks(3) + 10 * HOUR)
    expect(e.sample(weeks(3) + 10 * HOUR, 50)).toEqual([`raise - @${weeks(3) + 10 * HOUR}`])
    expect(e.said()[0]).toMatchObject({
      text: expect.stringMatching(/^50 instead of (59|60)\d/),
      inputs: { season: 'hour-of-week' },
    })
    expect(live(e, weeks(3) + 10 * HOUR + 600, weeks(3) + 11 * HOUR)).toEqual([
      `clear - @${weeks(3) + 10 * HOUR + 600}`,
    ])
    expect(live(e, weeks(3) + 11 * HOUR, weeks(4) - 14 * HOUR)).toEqual([])
    expect(e.sample(weeks(4) - 14 * HOUR, 600)).toEqual([`raise - @${weeks(4) - 14 * HOUR}`])
  }, 20_000)

  it('is not moved by one bad week, and goes on exactly after a restart', () => {
    const raw = [{ condition: baseline({ side: 'above' }) }]
    const e = ruleEngine(raw)
    live(e, MONDAY, weeks(2))
    live(e, weeks(2), weeks(3), () => 100_000)
    const said = live(e, weeks(3), weeks(3) + HOUR)
    expect(said.filter((s) => s.startsWith('raise'))).toEqual([])
    const states = e.states().filter((s) => s.rule === 'season 4')
    expect(states).toHaveLength(7)
    expect(JSON.stringify(states).length).toBeLessThan(9000)
    e.restart()
    expect(live(e, weeks(3) + HOUR, weeks(3) + 20 * HOUR)).toEqual([])
    expect(e.sample(weeks(3) + 20 * HOUR, 200)).toEqual([`raise - @${weeks(3) + 20 * HOUR}`])
    // a changed rule keeps what was learned
    e.replace([{ condition: baseline({ side: 'above', deviations: 80 }) }])
    expect(e.sample(weeks(3) + 20 * HOUR + 600, 60)).toEqual([`clear - @${weeks(3) + 20 * HOUR + 600}`])
    // what no rule needs is forgotten
    e.replace([])
    e.sample(weeks(3) + 21 * HOUR, 1)
    expect(e.states()).toEqual([])
  }, 20_000)

  it('of a new rule begins with the weeks that are stored', () => {
    for (const kind of ['gauge', 'counter64'] as const) {
      const e = ruleEngine([], { stored: true })
      // the rate of a counter is what is usual
      let sum = 0
      for (let at = MONDAY; at < weeks(3); at += 1200) {
        sum += usual(at) * 1200
        e.sample(at, kind === 'gauge' ? usual(at) : sum, 'm', { kind })
      }
      e.replace([{ condition: baseline({ atLeast: 40 }) }], weeks(3))
      e.sample(weeks(3), kind === 'gauge' ? 52 : Number.NaN)
      expect(e.sample(weeks(3) + 60, 50)).toEqual([])
      expect(e.sample(weeks(3) + 120, 300)).toEqual([`raise - @${weeks(3) + 120}`])
      expect(e.states().filter((s) => s.rule === 'season 4')).toHaveLength(7)
    }
  })

  it('writes what an hour has taught once an hour, not with every sample', () => {
    const e = ruleEngine([{ condition: baseline() }])
    live(e, MONDAY, MONDAY + DAY)
    expect(e.written()).toBe(23)
  })

  it('follows local time over the end of summer time', () => {
    const berlin = (at: number) => usual(at, at < Date.UTC(2026, 9, 25, 1) / 1000 ? 2 * HOUR : HOUR)
    const from = Date.UTC(2026, 9, 5) / 1000 - 2 * HOUR
    const e = ruleEngine([{ condition: baseline() }], { zone: 'Europe/Berlin' })
    expect(live(e, from, from + 24 * DAY, berlin)).toEqual([])
    expect(e.rules().evaluations('rule-0')[0]).toMatchObject({ inputs: { season: 'hour-of-week' } })
  }, 20_000)

  it('takes no small change of a steady value for a fault, unless it is told to', () => {
    const flat = (at: number) => 200 + (at % 1200 === 0 ? 0.5 : 0)
    for (const [of, raised] of [
      [{}, 0],
      [{ atLeast: 10 }, 1],
    ] as const) {
      const e = ruleEngine([{ condition: baseline(of) }])
      live(e, MONDAY, weeks(1) + HOUR, flat)
      expect(e.sample(weeks(1) + HOUR, 215)).toHaveLength(raised)
      expect(e.sample(weeks(1) + HOUR + 60, 230).length + raised).toBe(1)
    }
  })
})

describe('the side of a baseline', () => {
  it('is what is meant: too much, too little, or both', () => {
    const flat = (at: number) => 200 + (at % 1200 === 0 ? 5 : 0)
    for (const [side, high, low] of [
      ['above', 1, 0],
      ['below', 0, 1],
      ['both', 1, 1],
    ] as const) {
      const e = ruleEngine([{ condition: baseline({ side, atLeast: 50 }) }])
      live(e, MONDAY, weeks(1) + HOUR, flat)
      expect([side, e.sample(weeks(1) + HOUR, 400).length]).toEqual([side, high])
      e.sample(weeks(1) + HOUR + 60, 200)
      expect([side, e.sample(weeks(1) + HOUR + 120, 20).length]).toEqual([side, low])
    }
  })

  it('has its limit to clear on the good side, default half way back', () => {
    const problems = (of: Record<string, unknown>) => {
      const raw = { id: 'x', title: 't', severity: 'minor', alarmType: 'a.b', text: 't', condition: baseline(of) }
      return Rule.safeParse(raw).error?.issues.map((i) => i.path.join('.'))
    }
    expect(problems({ deviations: 5, clear: 5 })).toBeUndefined()
    expect(problems({ deviations: 5, clear: 6 })).toEqual(['condition.clear'])
    expect(problems({ clear: 2 })).toBeUndefined()
    const e = ruleEngine([{ condition: baseline({ atLeast: 50 }) }])
    live(e, MONDAY, weeks(1) + HOUR, () => 200)
    const at = weeks(1) + HOUR
    expect([e.sample(at, 251).length, e.sample(at + 60, 226), e.sample(at + 120, 225).length]).toEqual([1, [], 1])
  })
})

describe('the seasonal history', () => {
  it('knows slow polls, and hours of which too little was seen are none', () => {
    const history = createSeasonHistory({ name: 's', weeks: 3, offsetAt: () => 0 })
    history.open({ id: 5, site: 's' } as never)
    for (let hour = 0; hour < 8 * 24; hour++) history.take(5, hour % 24, (MONDAY + hour * HOUR) * 1000)
    expect(history.usual(5)).toMatchObject({ season: 'hour-of-day', hours: 7, centre: 23 })
    history.open({ id: 6, site: 's' } as never)
    for (let day = 0; day < 30; day++) for (const s of [0, 60, 120]) history.take(6, 1, (MONDAY + day * DAY + s) * 1000)
    expect(history.usual(6)).toBeUndefined()
  })

  it('has room for so many series', () => {
    const history = createSeasonHistory({ name: 's', weeks: 3, offsetAt: () => 0, maxSeries: 2 })
    const open = (id: number) => history.open({ id, site: 's' } as never)
    expect([open(1), open(2), open(3)]).toEqual(['fresh', 'fresh', 'full'])
    expect(history.usual(3)).toBeUndefined()
    history.close(1)
    expect([open(3), history.changes().every((c) => c.state === null)]).toEqual(['fresh', true])
  })

  it('has the median and the median distance of a slow look', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(values, (some) => {
        const middle = medianOf(Float64Array.from(some))
        const below = some.filter((v) => v <= middle).length
        const above = some.filter((v) => v >= middle).length
        expect(below * 2).toBeGreaterThanOrEqual(some.length)
        expect(above * 2).toBeGreaterThanOrEqual(some.length)
        const near = spreadOf(Float64Array.from(some), middle)
        expect(some.filter((v) => Math.abs(v - middle) <= near).length * 2).toBeGreaterThanOrEqual(some.length)
      }),
    )
  })
})
