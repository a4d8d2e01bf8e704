// Judging samples: values per second through the rule engine (50 threshold rules with hold time and hysteresis over
// 100,000 series), beside the plain way in the same run: state objects in a Map, the key built from strings per sample.
import type { ReceivedSamples, SeriesInfo } from '#collector/ingest/evaluation.ts'
import { Rule } from '#collector/rules/rule.ts'
import { createRules } from '#collector/rules/rules.ts'
import type { BenchContext } from './bench.ts'
import { median } from './machine.ts'
import { rulesSizes } from './rules-sizes.ts'

const SERIES = 100_000
const RULES = 50
const PER_BATCH = 500
const ROUNDS = 20
/** Share of the series whose fault comes or goes in any round: some 1,000 are bad at any time. */
const CHANGES = 0.001

interface Subject {
  /** Judges one round of all series; returns how many alarms it raised or cleared. */
  round(batches: readonly ReceivedSamples[], now: number): number
}

export async function rulesBench(context: BenchContext): Promise<void> {
  const { seed, pairs, progress, report } = context
  const series = seriesOf()
  const next = createRounds(seed)
  const subjects = { engine: engine(series), map: naive(series) }
  const rates = { engine: [] as number[], map: [] as number[] }
  let now = Date.UTC(2026, 0, 1)
  let decided = { engine: 0, map: 0 }
  for (let pair = 0; pair <= pairs; pair++) {
    const rounds = Array.from({ length: ROUNDS }, (_, i) => next(now + i * 60_000))
    for (const name of ['engine', 'map'] as const) {
      const began = performance.now()
      for (const [i, batches] of rounds.entries()) decided[name] += subjects[name].round(batches, now + i * 60_000)
      const rate = (ROUNDS * SERIES) / ((performance.now() - began) / 1000)
      // the first pair warms both up
      if (pair > 0) rates[name].push(rate)
    }
    if (pair === 0) decided = { engine: 0, map: 0 }
    else
      progress(
        `pair ${pair}/${pairs}: engine ${Math.round(rates.engine.at(-1) as number)}/s, Map ${Math.round(rates.map.at(-1) as number)}/s`,
      )
    now += ROUNDS * 60_000
  }
  if (decided.engine !== decided.map)
    throw new Error(`the two disagree: ${decided.engine} decisions of the engine, ${decided.map} of the Map`)
  const value = median(rates.engine)
  report({
    name: 'rules',
    value,
    unit: 'values/s',
    peer: 'Map of state objects',
    peerValue: median(rates.map),
    ratio: median(rates.engine.map((rate, i) => rate / (rates.map[i] as number))),
    series: SERIES,
    rules: RULES,
    decisions: decided.engine,
    millisecondsPer100kSeries: Number((1e8 / value).toFixed(2)),
  })
  await rulesSizes(context)
}

function seriesOf(): SeriesInfo[] {
  return Array.from({ length: SERIES }, (_, id) => ({
    id,
    agent: 'agent-bench-01',
    site: 'hq',
    device: `hq.device-${Math.floor(id / RULES)}`,
    metric: `metric.${id % RULES}`,
    resource: '',
    unit: '%',
    kind: 'gauge',
  }))
}

/** Values of all series, round by round: faults come, stay some rounds and go. */
function createRounds(seed: number): (now: number) => ReceivedSamples[] {
  let state = seed * 7919 + 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const bad = new Uint8Array(SERIES)
  const valueIn = (id: number): number => {
    if (random() < (bad[id] === 1 ? CHANGES * 100 : CHANGES)) bad[id] = 1 - (bad[id] as number)
    return bad[id] === 1 ? 90.5 + random() * 9 : random() * 79
  }
  return (now) =>
    Array.from({ length: SERIES / PER_BATCH }, (_, b) => {
      const values = Float64Array.from({ length: PER_BATCH }, (_, i) => valueIn(b * PER_BATCH + i))
      return {
        agent: 'agent-bench-01',
        site: 'hq',
        length: PER_BATCH,
        series: Uint32Array.from({ length: PER_BATCH }, (_, i) => b * PER_BATCH + i),
        at: new Float64Array(PER_BATCH).fill(now),
        values,
        judged: values,
      }
    })
}

function engine(series: readonly SeriesInfo[]): Subject {
  const rules = createRules({ places: { device: () => undefined, customerOf: () => 'acme' }, language: 'en' })
  const defined = Array.from({ length: RULES }, (_, i) => ({
    rule: Rule.parse({
      ...{ id: `rule-${i}`, title: 'bench', severity: 'minor', alarmType: `bench.limit-${i}`, text: '{{value}}' },
      ...{ condition: { type: 'threshold', metric: `metric.${i}`, above: 90, clear: 80 }, for: '60s' },
    }),
    origin: { kind: 'database' as const },
  }))
  rules.restore({ rules: defined, states: [], series })
  return {
    round(batches, now) {
      let decided = 0
      for (const batch of batches) {
        const group = { newSeries: [], events: [], samples: [batch], watermarks: [], now }
        decided += rules.evaluate(group).signals.length
      }
      return decided
    },
  }
}

interface State {
  phase: 'normal' | 'pending' | 'active'
  since: number
}

/** What one writes first: same rule, same answers. */
function naive(series: readonly SeriesInfo[]): Subject {
  const states = new Map<string, State>()
  return {
    round(batches) {
      let decided = 0
      for (const batch of batches)
        for (let i = 0; i < batch.length; i++) {
          const { device, metric, resource } = series[batch.series[i] as number] as SeriesInfo
          const key = `${device}/${metric}/${resource}`
          const value = batch.judged[i] as number
          const at = batch.at[i] as number
          let state = states.get(key)
          if (!state) {
            state = { phase: 'normal', since: 0 }
            states.set(key, state)
          }
          if (state.phase === 'active') {
            if (value > 80) continue
            state.phase = 'normal'
            decided++
          } else if (value <= 90) state.phase = 'normal'
          else if (state.phase === 'normal') {
            state.phase = 'pending'
            state.since = at
          } else if (at - state.since >= 60_000) {
            state.phase = 'active'
            decided++
          }
        }
      return decided
    },
  }
}
