// The machine of rules beside a slow and obvious one, over random stories with holes, repeats, samples out of order and restarts.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logOf, ruleEngine } from '#test/support/rule-engine.ts'
import { createWindowHistory } from './window-history.ts'

const RUNS = { numRuns: 150 }

interface Seen {
  readonly at: number
  readonly value: number
}

interface Limits {
  readonly side: 'above' | 'below'
  readonly raise: number
  readonly clear: number
  readonly hold: number
  readonly clearAfter: number
}

type Answer = 'met' | 'between' | 'over'

function answerOf({ side, raise, clear }: Limits, value: number): Answer {
  const sign = side === 'above' ? 1 : -1
  return sign * value > sign * raise ? 'met' : sign * value <= sign * clear ? 'over' : 'between'
}

/** After each known value: is there a run of like answers up to it that is long enough, and began after the last turn? */
function oracle(limits: Limits, seen: readonly Seen[]): string[] {
  const known = seen.filter(({ value }) => !Number.isNaN(value))
  const said: string[] = []
  let from = 0
  for (const [i, { at, value }] of known.entries()) {
    const stands = said.at(-1)?.startsWith('raise') ?? false
    const [wanted, long] = stands ? (['over', limits.clearAfter] as const) : (['met', limits.hold] as const)
    if (answerOf(limits, value) !== wanted) continue
    let first = i
    while (first > from && answerOf(limits, (known[first - 1] as Seen).value) === wanted) first--
    if (at - (known[first] as Seen).at < long) continue
    said.push(`${stands ? 'clear' : 'raise'} - @${at}`)
    from = i + 1
  }
  return said
}

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
/** Time since the newest sample (negative: out of order), the value, and whether the collector starts again after it. */
const step = fc.record({
  pause: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
    { weight: 1, arbitrary: fc.integer({ min: -200, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1000, max: 30_000 }) },
  ),
  value,
  restart: fc.boolean(),
})
const limitsArb = fc
  .record({
    side: fc.constantFrom('above' as const, 'below' as const),
    limits: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 4 })),
    hold: fc.constantFrom(0, 30, 60, 300),
    clearAfter: fc.constantFrom(0, 30, 120),
  })
  .map(({ side, limits: [raise, back], ...rest }) => {
    return { side, raise, clear: side === 'above' ? raise - back : raise + back, ...rest }
  })

function conditionOf({ side, raise, clear }: Limits, more: Record<string, unknown>) {
  return { ...more, [side]: raise, clear }
}

describe('hold, hysteresis, clearing, unknown and late samples', () => {
  it('of a threshold are what looking back over everything says', () => {
    fc.assert(
      fc.property(limitsArb, fc.array(step, { maxLength: 60 }), (limits, steps) => {
        const condition = conditionOf(limits, { type: 'threshold', metric: 'm' })
        const e = ruleEngine([{ condition, for: limits.hold, clearAfter: limits.clearAfter }])
        const seen: Seen[] = []
        const said: string[] = []
        let newest = 1000
        for (const { pause, value: v, restart } of steps) {
          const at = newest + pause
          said.push(...e.sample(at, v))
          if (seen.length === 0 || at >= newest) {
            seen.push({ at, value: v })
            newest = at
          }
          if (restart) e.restart()
        }
        expect(said.map((one) => one.replace(' late', ''))).toEqual(oracle(limits, seen))
        // what is remembered is only what runs
        if (said.at(-1)?.startsWith('raise')) expect(e.states()).toHaveLength(1)
      }),
      RUNS,
    )
  })

  it('of a rate are those of a threshold over what the window says', () => {
    fc.assert(
      fc.property(limitsArb, fc.array(step, { maxLength: 60 }), (limits, steps) => {
        const scaled = { ...limits, raise: limits.raise - 5, clear: limits.clear - 5 }
        const e = ruleEngine([
          {
            ...{ condition: conditionOf(scaled, { type: 'rate', metric: 'm', within: '5m', per: 'minute' }) },
            ...{ for: limits.hold, clearAfter: limits.clearAfter },
          },
        ])
        const window = createWindowHistory('w', 300_000, 'slope')
        window.open({ id: 1 } as never)
        const seen: Seen[] = []
        const said: string[] = []
        let newest = 1000
        for (const { pause, value: v } of steps) {
          const at = newest + Math.max(1, pause)
          said.push(...e.sample(at, v))
          window.take(1, v, at * 1000)
          seen.push({ at, value: Number.isNaN(v) ? v : window.read(1) * 60_000 })
          newest = at
        }
        expect(said).toEqual(oracle(scaled, seen))
      }),
      RUNS,
    )
  })

  it('an expression says what a threshold says', () => {
    fc.assert(
      fc.property(limitsArb, fc.array(step, { maxLength: 40 }), (limits, steps) => {
        const [more, less] = limits.side === 'above' ? ['>', '<='] : ['<', '>=']
        const test = { when: `value ${more} ${limits.raise}`, clear: `value ${less} ${limits.clear}` }
        const rule = { for: limits.hold, clearAfter: limits.clearAfter }
        const e = ruleEngine([{ ...rule, condition: { type: 'expression', metric: 'm', ...test } }])
        const seen: Seen[] = []
        const said: string[] = []
        let newest = 1000
        for (const { pause, value: v, restart } of steps) {
          // samples within two seconds are of one poll
          const at = newest + Math.max(3, pause)
          said.push(...e.sample(at, v))
          if (restart) said.push(...e.watermark(at + 2, 'telemetry'))
          if (restart) e.restart()
          seen.push({ at, value: v })
          newest = at
        }
        said.push(...e.watermark(newest + 9, 'telemetry'))
        expect(said).toEqual(oracle(limits, seen))
      }),
      RUNS,
    )
  })
})

describe('no fault stays without its end', () => {
  it('DOWN was sent and the recovery lost: every raise of any rule is followed by a clear when all is well', () => {
    const rules = [
      { condition: { type: 'threshold', metric: 'm', above: 5, clear: 3 }, for: '30s' },
      { condition: { type: 'state', metric: 's', values: [0] }, resource: 'link' },
      { condition: { type: 'event-match', match: { kind: 'log', contains: 'lost' } }, resource: 'link' },
      { condition: { type: 'rate', metric: 'm', within: '2m', fellBy: 4 }, resource: 'rate' },
      { condition: { type: 'expression', metric: 'm', when: 'value > 7' }, resource: 'expression' },
      { condition: { type: 'no-data', metric: 'm', for: '5m' }, resource: 'silent' },
    ]
    const act = fc.record({
      pause: fc.integer({ min: 3, max: 400 }),
      what: fc.constantFrom('samples', 'lost', 'restart', 'edit', 'device', 'watermark'),
      m: fc.integer({ min: 0, max: 10 }),
      s: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const e = ruleEngine(rules, { devices: { 's.d': {} } })
        const open = new Set<string>()
        const take = (said: readonly string[]) => {
          for (const one of said) {
            const name = one.split(' ')[1] as string
            if (one.startsWith('raise')) open.add(name)
            else open.delete(name)
          }
        }
        let at = 1000
        take([...e.samples(at, { m: 1, s: 1 }), ...e.watermark(at + 1, 'telemetry')])
        for (const { pause, what, m, s } of acts) {
          at += pause
          if (what === 'samples') take(e.samples(at, { m, s }))
          else if (what === 'lost') take(e.log(at, 'link lost'))
          else if (what === 'restart') e.restart()
          else if (what === 'edit')
            take(e.replace(m > 5 ? rules : [...rules, { id: 'x', condition: rules[0]?.condition }], at))
          else if (what === 'device') take(e.device('s.d', { tags: { n: String(m) } }, at))
          else take([...e.watermark(at, 'telemetry'), ...e.watermark(at, 'event')])
        }
        for (let n = 0; n < 20; n++) {
          at += 30
          take([...e.samples(at, { m: 1, s: 1 }), ...e.watermark(at + 5, 'telemetry')])
        }
        expect([...open]).toEqual([])
      }),
      RUNS,
    )
  })
})

describe('what is expected and what is cancelled', () => {
  const act = fc.record({
    pause: fc.integer({ min: 0, max: 100 }),
    /** How long after it the watermark passes it. */
    mark: fc.option(fc.integer({ min: 0, max: 50 })),
    restart: fc.boolean(),
  })

  it('is missing exactly while too few came, however they were ordered between two watermarks', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (acts, count) => {
        const within = 60
        const match = { kind: 'log', contains: 'backup done' }
        const e = ruleEngine([{ condition: { type: 'event-count', match, expect: 'seen', count, within } }])
        const times: number[] = []
        const said: { kind: string; at: number }[] = []
        const take = () => said.push(...e.said().map(({ kind, at }) => ({ kind, at: at / 1000 })))
        let now = 1000
        let waiting: number[] = []
        const come = (mark: number) => {
          // those between two watermarks come in the wrong order
          for (const at of waiting.reverse()) e.group({ events: [logOf(at, 'backup done')] })
          waiting = []
          e.watermark(mark, 'event')
          take()
        }
        for (const { pause, mark, restart } of acts) {
          now += pause
          times.push(now)
          waiting.push(now)
          if (mark === null) continue
          now += mark
          come(now)
          if (restart) e.restart()
        }
        const end = now + 200
        come(end)
        const stands = (t: number) => said.filter(({ at }) => at <= t).at(-1)?.kind === 'raise'
        const missing = (t: number) =>
          t > (times[0] as number) + within && times.filter((at) => at >= t - within && at <= t).length < count
        for (let t = times[0] as number; t <= end; t++) expect([t, stands(t)]).toEqual([t, missing(t)])
        expect(said.every(({ kind }, i) => kind === (i % 2 === 0 ? 'raise' : 'clear'))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('a count is full exactly when so many came within the window since the last that cancelled', () => {
    const one = fc.record({
      pause: fc.integer({ min: 0, max: 40 }),
      cancels: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      restart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), fc.integer({ min: 2, max: 4 }), (events, count) => {
        const match = { kind: 'log', contains: 'failed' }
        const condition = {
          type: 'event-count',
          match,
          cancel: { kind: 'log', contains: 'accepted' },
          count,
          within: 60,
        }
        const e = ruleEngine([{ condition, clearAfter: '30d' }])
        let at = 1000
        const counted: number[] = []
        let full: number | undefined
        let raised: number | undefined
        for (const { pause, cancels, restart } of events) {
          at += pause
          const said = e.log(at, cancels ? 'accepted' : 'failed')
          if (said.length > 0) raised ??= at
          if (cancels) counted.length = 0
          else counted.push(at)
          if (counted.filter((t) => t > at - 60).length >= count) full ??= at
          if (restart) e.restart()
        }
        expect(raised).toBe(full)
      }),
      RUNS,
    )
  })
})
