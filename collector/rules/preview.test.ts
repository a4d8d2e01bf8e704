import { describe, expect, it } from 'vitest'
import { type RuleEngineOptions, ruleEngine } from '#test/support/rule-engine.ts'
import { runPreview } from './preview-run.ts'
import { Rule } from './rule.ts'

const plain = { id: 'x', title: 't', severity: 'minor', alarmType: 'a.b', text: '{{device}}: {{value}}' }
const high = { type: 'threshold', metric: 'cpu', above: 90 }

function world(options: RuleEngineOptions = {}) {
  const e = ruleEngine([], {
    devices: { 's.a': { tags: { role: 'core' } }, 's.b': {}, 's.gone': { active: false } },
    ...options,
  })
  for (const [device, cpu] of [
    ['s.a', 95],
    ['s.b', 5],
    ['s.gone', 99],
  ] as const)
    e.samples(60, { cpu, mem: 10 }, { device })
  e.sample(60, Number.NaN, 'cpu', { device: 's.b', resource: 'cpu:2' })
  const look = (of: Record<string, unknown>) => runPreview({ ...plain, ...of }, (rule) => e.rules().preview(rule))
  return { e, look }
}

describe('a look at a rule before it is saved', () => {
  it('says what it selects and what it would say of each', async () => {
    const { look } = world()
    const found = await look({ condition: high })
    expect(found).toMatchObject({
      about: 'samples',
      problems: [],
      devices: 2,
      resources: 3,
      series: 3,
      of: { devices: 2, series: 3 },
    })
    expect(found).toMatchObject({
      selectsNothing: false,
      selectsEverything: true,
      answers: { met: 1, notMet: 1, unknown: 1, between: 0 },
    })
    expect(found.items.map((i) => [i.device, i.resource, i.answer, i.value, i.why])).toEqual([
      ['s.a', '', 'met', 95, ''],
      ['s.b', '', 'not-met', 5, ''],
      ['s.b', 'cpu:2', 'unknown', null, 'the last value cannot be judged'],
    ])
    expect(found.items[0]).toMatchObject({ name: 'a', at: 60_000, severity: 'minor', text: 'a: 95', override: null })
  })

  it('a rule that selects nothing, or everything, is told apart from one that means some', async () => {
    const { look } = world()
    expect(await look({ condition: high, selector: { devices: ['nowhere.*'] } })).toMatchObject({
      ...{ selectsNothing: true, selectsEverything: false, devices: 0, notes: [] },
    })
    expect(await look({ condition: { ...high, metric: 'cpuu' } })).toMatchObject({
      ...{ selectsNothing: true, notes: ['nothing measures cpuu now'] },
    })
    expect(await look({ condition: high, selector: { tags: { role: 'core' } } })).toMatchObject({
      ...{ selectsNothing: false, selectsEverything: false, devices: 1, of: { devices: 2 } },
    })
  })

  it('knows overrides, guards, limits of profiles and expressions', async () => {
    const { e, look } = world()
    const overrides = [{ selector: { devices: ['s.a'] }, condition: { above: 99 }, severity: 'critical' }]
    expect((await look({ condition: high, overrides })).items[0]).toMatchObject({
      ...{ answer: 'not-met', severity: 'critical', override: 0 },
    })
    const states = { 1: 'up', 2: 'down' }
    for (const [port, oper, admin] of [
      ['1', 2, 1],
      ['2', 2, 2],
      ['3', 1, 1],
    ] as const)
      e.samples(70, { oper, admin }, { resource: port, states, kind: 'state' })
    const guarded = { type: 'state', metric: 'oper', values: ['down'], while: { metric: 'admin', values: ['up'] } }
    expect((await look({ condition: guarded })).items.map((i) => `${i.label} ${i.answer} ${i.why}`)).toEqual([
      ...['down met ', 'down not-met admin is another', 'up not-met '],
    ])
    expect((await look({ condition: { ...guarded, values: ['broken'] } })).notes).toEqual([
      '3 series are not judged: they have none of these words',
    ])
    e.sample(80, 85, 'disk', { limits: { highWarning: 70, highCritical: 80 } })
    expect((await look({ condition: { type: 'limits' }, severity: 'by-profile' })).items[0]).toMatchObject({
      ...{ metric: 'disk', answer: 'met', severity: 'critical' },
    })
    const expression = {
      type: 'expression',
      metric: 'cpu',
      inputs: { mem: { metric: 'mem' } },
      when: 'value > 90 && mem < 20',
    }
    expect((await look({ condition: expression })).items.map((i) => `${i.answer} ${i.why}`)).toEqual([
      ...['met ', 'not-met ', 'unknown the last value cannot be judged'],
    ])
    const fails = { ...expression, when: 'tags.role == "core"' }
    expect((await look({ condition: fails })).items.map((i) => i.why)[1]).toContain('role')
  })

  it('knows what runs already of a rate, and keeps nothing of its own', async () => {
    const rate = { type: 'rate', metric: 'cpu', within: '10m', roseBy: 5 }
    const { e, look } = world()
    expect((await look({ condition: rate })).items[0]).toMatchObject({
      answer: 'unknown',
      why: 'too little of the window is known',
    })
    e.replace([{ condition: { ...rate, roseBy: 500 } }], 60)
    for (const [at, cpu] of [
      [120, 50],
      [180, 60],
    ] as const)
      e.sample(at, cpu, 'cpu', { device: 's.a' })
    expect((await look({ condition: rate })).items[0]).toMatchObject({ answer: 'met' })
    const before = JSON.stringify(e.rules().counters())
    await look({ condition: { type: 'baseline', metric: 'cpu' } })
    expect([JSON.stringify(e.rules().counters()), e.rules().evaluations('x'), e.states()]).toEqual([before, [], []])
  })

  it('of events counts devices', async () => {
    const { look } = world()
    const match = { type: 'event-match', match: { kind: 'log', contains: 'denied' } }
    expect(await look({ condition: match, selector: { devices: ['s.a'] } })).toMatchObject({
      ...{ about: 'events', devices: 1, of: { devices: 2 }, selectsEverything: false, selectsNothing: false },
    })
    expect(await look({ condition: match })).toMatchObject({ selectsEverything: true, notes: [expect.any(String)] })
    expect(await look({ condition: match, selector: { sites: ['q'] } })).toMatchObject({ selectsNothing: true })
  })

  it('says what is wrong, with its path', async () => {
    const { look } = world()
    const found = await look({ condition: { ...high, above: 'a' }, severity: 'bad' })
    expect(found.problems.map((p) => p.path).sort()).toEqual(['rule.condition.above', 'rule.severity'])
  })

  it('gives way: no step takes long among very many series', () => {
    const e = ruleEngine([])
    const series = Array.from({ length: 60_000 }, (_, i) => {
      const place = { agent: 'a', site: 's', device: `s.${i >> 4}`, metric: `m${i & 3}`, resource: `r${i}` }
      return { ...place, id: i + 1, unit: '', kind: 'gauge' as const }
    })
    e.group({ newSeries: series })
    const steps = e.rules().preview(Rule.parse({ ...plain, condition: { ...high, metric: 'm1' } }))
    const times: number[] = []
    for (;;) {
      const began = performance.now()
      const { done, value } = steps.next()
      times.push(performance.now() - began)
      if (!done) continue
      expect(value).toMatchObject({ series: 15_000, devices: 3750 })
      expect(value.items).toHaveLength(50)
      break
    }
    expect(times.length).toBeGreaterThan(100)
    times.sort((a, b) => a - b)
    expect(times[Math.floor(times.length * 0.9)]).toBeLessThan(50)
  })
})
