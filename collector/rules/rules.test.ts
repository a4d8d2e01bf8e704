import { describe, expect, it } from 'vitest'
import type { ReceivedEvent, SeriesInfo } from '../ingest/evaluation.ts'
import { Rule } from './rule.ts'
import { createRules, type Rules } from './rules.ts'

const AGENT = 'agent-shanghai'

function engine(...raw: Record<string, unknown>[]) {
  const defined = raw.map((r, n) => ({
    rule: Rule.parse({
      id: `rule-${n}`,
      title: 't',
      severity: 'minor',
      alarmType: 'test.fault',
      text: '{{device}} {{value}}',
      ...r,
    }),
    origin: { kind: 'database' as const },
  }))
  let states = new Map<string, { rule: string; subject: string; state: unknown }>()
  const series = new Map<string, SeriesInfo>()
  const build = (): Rules => {
    const rules = createRules({
      places: { device: () => undefined, customerOf: () => 'acme' },
      language: 'en',
      maxEventSubjects: 100,
    })
    rules.restore(structuredClone({ rules: defined, states: [...states.values()], series: [...series.values()] }))
    return rules
  }
  let rules = build()
  const keep = (outcome: ReturnType<Rules['evaluate']>): string[] => {
    for (const s of outcome.states) {
      if (s.state === null) states.delete(`${s.rule} ${s.subject}`)
      else states.set(`${s.rule} ${s.subject}`, s)
    }
    return outcome.signals.map((s) => `${s.kind} ${s.resource || '-'} @${s.at / 1000}${s.late ? ' late' : ''}`)
  }
  const nothing = { newSeries: [], events: [], samples: [], watermarks: [] }
  return {
    sample(seconds: number, value: number, metric = 'm', resource = '', states?: Record<string, string>) {
      const key = `${metric} ${resource}`
      const fresh = !series.has(key)
      const info = series.get(key) ?? {
        id: series.size + 1,
        agent: AGENT,
        site: 's',
        device: 's.d',
        metric,
        resource,
        unit: '',
        kind: 'gauge' as const,
        states,
      }
      series.set(key, info)
      const columns = {
        length: 1,
        series: Uint32Array.of(info.id),
        at: Float64Array.of(seconds * 1000),
        values: Float64Array.of(value),
        judged: Float64Array.of(value),
      }
      return keep(
        rules.evaluate({
          ...nothing,
          now: seconds * 1000,
          newSeries: fresh ? [info] : [],
          samples: [{ agent: AGENT, site: 's', ...columns }],
        }),
      )
    },
    log(seconds: number, message: string, severity = 6) {
      const event = {
        kind: 'log' as const,
        at: 0,
        device: 'd',
        source: 'x',
        transport: 'udp' as const,
        format: 'raw' as const,
        severity,
        message,
      }
      const received: ReceivedEvent = {
        id: 1,
        agent: AGENT,
        site: 's',
        customer: 'acme',
        device: 's.d',
        epoch: 'e',
        seq: 1,
        at: seconds * 1000,
        receivedAt: 0,
        event,
      }
      return keep(rules.evaluate({ ...nothing, now: 0, events: [received] }))
    },
    watermark(seconds: number, lane: 'event' | 'telemetry', live = true) {
      return keep(
        rules.evaluate({ ...nothing, now: 0, watermarks: [{ agent: AGENT, lane, at: seconds * 1000, live }] }),
      )
    },
    restart() {
      rules = build()
    },
    forget() {
      states = new Map()
    },
    rules: () => rules,
    remembered: () => states.size,
  }
}

describe('a threshold', () => {
  it('has its own limit to clear, and a hold in event time', () => {
    const e = engine({ condition: { type: 'threshold', metric: 'm', above: 90, clear: 80 }, for: '60s' })
    expect(e.sample(0, 95)).toEqual([])
    expect(e.sample(30, 99)).toEqual([])
    expect(e.sample(60, 91)).toEqual(['raise - @60'])
    expect(e.sample(90, 85)).toEqual([])
    expect(e.sample(120, Number.NaN)).toEqual([])
    expect(e.sample(150, 80)).toEqual(['clear - @150'])
    expect(e.remembered()).toBe(0)
  })

  it('begins its hold again when it was broken', () => {
    const e = engine({ condition: { type: 'threshold', metric: 'm', below: 10 }, for: '60s' })
    expect([...e.sample(0, 5), ...e.sample(30, 15), ...e.sample(59, 5), ...e.sample(100, 5)]).toEqual([])
    expect(e.sample(119, 5)).toEqual(['raise - @119'])
  })

  it('waits with clearing, and stays when it comes back meanwhile', () => {
    const e = engine({ condition: { type: 'threshold', metric: 'm', above: 90 }, clearAfter: '60s' })
    expect(e.sample(0, 95)).toEqual(['raise - @0'])
    expect([...e.sample(10, 5), ...e.sample(20, 95), ...e.sample(30, 5), ...e.sample(80, 5)]).toEqual([])
    expect(e.sample(90, 5)).toEqual(['clear - @90'])
  })

  it('remembers pending and active over a restart, exactly', () => {
    const e = engine({ condition: { type: 'threshold', metric: 'm', above: 90 }, for: '60s' })
    e.sample(0, 95)
    e.restart()
    expect(e.sample(60, 95)).toEqual(['raise - @60'])
    e.restart()
    expect(e.sample(90, 95)).toEqual([])
    expect(e.sample(120, 5)).toEqual(['clear - @120'])
  })

  it('says why it did or did not fire', () => {
    const e = engine({ condition: { type: 'threshold', metric: 'm', above: 90 }, for: '60s' })
    e.sample(0, 5)
    expect(e.rules().evaluations('rule-0')).toMatchObject([
      { answer: 'not-met', gate: 'steady: normal', inputs: { value: 5 } },
    ])
    e.sample(10, 95)
    e.sample(70, 95)
    expect(
      e
        .rules()
        .evaluations('rule-0')
        .map((x) => x.gate),
    ).toEqual(['raise', 'hold', 'steady: active'])
  })

  it('ignores a sample older than what it has judged', () => {
    const e = engine({ condition: { type: 'threshold', metric: 'm', above: 90 } })
    e.sample(100, 5)
    expect(e.sample(50, 95)).toEqual([])
  })
})

describe('a state', () => {
  const states = { 1: 'up', 2: 'down', 40: 'broken', 3: 'testing' }
  it('goes by label, keeps what is in neither list, and knows values above 31', () => {
    const e = engine({ condition: { type: 'state', metric: 'm', values: ['Down', 'broken'], clearValues: ['up'] } })
    expect(e.sample(0, 1, 'm', '', states)).toEqual([])
    expect(e.sample(1, 40)).toEqual(['raise - @1'])
    expect(e.sample(2, 3)).toEqual([])
    expect(e.sample(3, 1)).toEqual(['clear - @3'])
    expect(e.sample(4, 2)).toEqual(['raise - @4'])
  })

  it('two rules of one alarm: it clears when neither holds it', () => {
    const e = engine(
      { condition: { type: 'state', metric: 'a', values: [0] }, resource: 'x' },
      { condition: { type: 'state', metric: 'b', values: [0] }, resource: 'x' },
    )
    expect(e.sample(0, 0, 'a')).toEqual(['raise x @0'])
    expect(e.sample(1, 0, 'b')).toEqual(['raise x @1'])
    // from now on the other one tells it
    expect(e.sample(2, 1, 'a')).toEqual(['raise x @2'])
    expect(e.sample(3, 1, 'b')).toEqual(['clear x @3'])
  })
})

describe('no data', () => {
  it('waits for the watermark of a live stream, and ends with data', () => {
    const e = engine({ condition: { type: 'no-data', metric: 'm', for: '60s' } })
    e.watermark(0, 'telemetry')
    e.sample(10, 1)
    expect(e.watermark(69, 'telemetry')).toEqual([])
    expect(e.watermark(500, 'telemetry', false)).toEqual([])
    expect(e.watermark(500, 'event')).toEqual([])
    expect(e.watermark(500, 'telemetry')).toEqual(['raise - @70'])
    expect(e.watermark(600, 'telemetry')).toEqual([])
    expect(e.sample(610, 1)).toEqual(['clear - @610'])
  })

  it('does not take the time we were down for silence', () => {
    const e = engine({ condition: { type: 'no-data', metric: 'm', for: '60s' } })
    e.watermark(0, 'telemetry')
    e.sample(10, 1)
    e.restart()
    expect(e.watermark(5000, 'telemetry')).toEqual([])
    expect(e.watermark(5061, 'telemetry')).toEqual(['raise - @5060'])
  })
})

describe('events', () => {
  it('count within a window, in event time, over restarts, per qualifier', () => {
    const e = engine({
      condition: {
        type: 'event-count',
        match: { kind: 'log', contains: 'denied', pattern: 'from (?P<who>\\S+)' },
        count: 3,
        within: '60s',
      },
      qualifier: '{{who}}',
      resource: '{{who}}',
      clearAfter: '5m',
    })
    expect([...e.log(0, 'denied from a'), ...e.log(10, 'denied from b'), ...e.log(50, 'denied from a')]).toEqual([])
    e.restart()
    expect(e.log(61, 'denied from a')).toEqual([])
    expect(e.log(100, 'denied from a')).toEqual(['raise a @100'])
    expect(e.watermark(399, 'event')).toEqual([])
    e.restart()
    expect(e.watermark(401, 'event')).toEqual(['clear a @400'])
    expect(e.remembered()).toBe(0)
  })

  it('hold a raise until nothing took it back', () => {
    const e = engine({
      condition: {
        type: 'event-match',
        match: { kind: 'log', contains: 'lost' },
        clear: { kind: 'log', contains: 'found' },
      },
      for: '30s',
    })
    e.log(0, 'lost')
    expect(e.log(10, 'found')).toEqual(['clear - @10'])
    expect(e.watermark(60, 'event')).toEqual([])
    e.log(100, 'lost')
    e.restart()
    expect(e.watermark(131, 'event', false)).toEqual(['raise - @130 late'])
  })

  it('renew an automatic clear with every repeat', () => {
    const e = engine({ condition: { type: 'event-match', match: { kind: 'log', contains: 'hot' } }, clearAfter: '60s' })
    expect([...e.log(10, 'hot'), ...e.log(50, 'hot'), ...e.log(90, 'hot')]).toEqual([
      'raise - @10',
      'raise - @50',
      'raise - @90',
    ])
    expect(e.watermark(149, 'event')).toEqual([])
    expect(e.watermark(151, 'event')).toEqual(['clear - @150'])
  })

  it('do not fill memory when a device invents names', () => {
    const e = engine({
      condition: { type: 'event-match', match: { kind: 'log', pattern: '(?P<n>.+)' } },
      qualifier: '{{n}}',
      clearAfter: '1h',
    })
    for (let n = 0; n < 110; n++) e.log(n / 1000, `name ${n}`)
    expect(e.rules().counters().dropped).toEqual({ 'event-subjects-full': 10 })
  })
})
