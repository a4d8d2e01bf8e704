// Judges expressions over several series. One is computed when values of it have come and no more of the same poll will: a later
// sample, or the stream is known further. So its answers do not depend on how samples were grouped on their way.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { type CelValues, compileCel, MAX_LIST } from './cel.ts'
import type { RuleSink } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import { type Expression, GIVEN, type Input } from './conditions/expression.ts'
import { globTest } from './glob.ts'
import type { Slot } from './slot.ts'
import type { SlotTable } from './slot-table.ts'

export interface Expressions {
  /** Other rules hold: forget all. Series are learned and slots opened anew. */
  clear(): void
  /** Metrics that some expression reads. */
  read(condition: Expression): void
  /** A series appeared or changed; expressions of its device may read it. */
  learn(series: SeriesInfo): void
  /** Before samples are heard: expressions find what was learned. */
  settle(): void
  /** The slot of the series whose alarm an expression decides. */
  open(slot: number): void
  close(slot: number): void
  /** A sample of a watched series, before it is in the table. */
  heard(series: number, at: number, late: boolean): void
  /** The telemetry of an agent is known up to `at`. */
  advance(agent: string, at: number): void
  /** What it says to the values there are, without consequences. */
  verdict(slot: number): Verdict
  /** Parts for which the expression of a rule fails now. */
  failing(rule: string): number
}

export interface Verdict {
  readonly answer: Answer
  /** `when`, `clear`; `input-missing`, `expression-error`. */
  readonly gate: string
  readonly why: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/** Samples this close together are of one poll. */
const SETTLE_MS = 2000
/** A sibling this much older than the newest is no longer measured. */
const VANISHED_MS = 86_400_000

interface Subject {
  readonly condition: Expression
  readonly test: ReturnType<typeof compiledOf>
  inputs: readonly { readonly name: string; readonly many: boolean; readonly series: readonly number[] }[]
  /** Event time of the first value it has not seen; NaN: it has seen all. */
  dirty: number
  newest: number
  late: boolean
  trouble: string
}

export function createExpressions(
  table: SlotTable,
  slots: readonly (Slot | undefined)[],
  sink: RuleSink,
  decide: (slot: number, answer: Answer, value: number, at: number, late: boolean) => void,
): Expressions {
  const metrics = new Set<string>()
  const places = new Map<string, Map<string, Map<number, SeriesInfo>>>()
  /** Devices with series that no expression has looked at. */
  const grown = new Set<string>()
  const subjects = new Map<number, Subject>()
  const ofDevice = new Map<string, Set<number>>()
  const readers = new Map<number, number[]>()
  const waiting = new Map<string, Set<number>>()
  const compiled = new WeakMap<Expression, ReturnType<typeof compiledOf>>()

  function connect(s: number): void {
    const slot = slots[s] as Slot
    const subject = subjects.get(s) as Subject
    for (const { series } of subject.inputs) for (const id of series) unwatch(id, s)
    const ofMetric = places.get(slot.series.device)
    subject.inputs = Object.entries(subject.condition.inputs).map(([name, input]) => ({
      name,
      many: input.on === 'siblings',
      series: [...(ofMetric?.get(input.metric)?.values() ?? [])]
        .filter(reads(input, slot.series))
        .map(({ id }) => id)
        .slice(0, MAX_LIST),
    }))
    for (const { series } of subject.inputs) for (const id of series) watch(id, s)
    watch(slot.series.id, s)
  }

  function watch(id: number, s: number): void {
    const known = readers.get(id) ?? []
    if (!known.includes(s)) readers.set(id, [...known, s])
    table.watched[id] = 1
  }

  function unwatch(id: number, s: number): void {
    const rest = (readers.get(id) ?? []).filter((one) => one !== s)
    if (rest.length > 0) return void readers.set(id, rest)
    readers.delete(id)
    table.watched[id] = 0
  }

  function verdict(s: number): Verdict {
    const slot = slots[s] as Slot
    const { condition, test, inputs, newest } = subjects.get(s) as Subject
    const { lastValue, lastAt } = table
    const values: Record<string, CelValues[string]> = {}
    const missing: string[] = []
    const measured = (id: number): number =>
      (lastAt[id] as number) < newest - condition.stale ? Number.NaN : (lastValue[id] as number)
    const own = measured(slot.series.id)
    if (Number.isNaN(own)) missing.push('value')
    else values.value = own
    for (const { name, many, series } of inputs) {
      // of a list some of whose values are unknown nothing can be said; what is no longer there is no part of it
      const there = (many ? series.filter((id) => !((lastAt[id] as number) < newest - VANISHED_MS)) : series).map(
        measured,
      )
      if (there.length === 0 || there.some(Number.isNaN)) missing.push(name)
      else values[name] = many ? there : (there[0] as number)
    }
    const shown = { ...values }
    if (test.uses.has('tags')) values.tags = tagsOf(slot.series, sink)
    values.resource = slot.series.resource
    values.device = slot.series.device
    const no = (why: string): Verdict => ({
      answer: 'unknown',
      gate: missing.length > 0 ? 'input-missing' : 'expression-error',
      why: missing.length > 0 ? `no value of ${missing.join(', ')}` : why,
      inputs: shown,
    })
    const when = test.when(values)
    if (!when.ok) return no(when.why)
    if (when.value) return { answer: 'met', gate: 'when', why: '', inputs: shown }
    const clear = test.clear?.(values)
    if (clear?.ok === false) return no(clear.why)
    return { answer: clear?.value === false ? 'between' : 'not-met', gate: 'clear', why: '', inputs: shown }
  }

  function judge(s: number): void {
    const subject = subjects.get(s)
    if (subject === undefined || Number.isNaN(subject.dirty)) return
    subject.dirty = Number.NaN
    const slot = slots[s] as Slot
    const { answer, gate, why, inputs } = verdict(s)
    const at = subject.newest
    if (answer === 'unknown') {
      if (subject.trouble !== why) note(slot, at, gate, { ...inputs, why })
      if (subject.trouble !== why && gate === 'expression-error') sink.drop('expression-error')
      subject.trouble = why
      return
    }
    subject.trouble = ''
    decide(s, answer, table.lastValue[slot.series.id] as number, at, subject.late)
  }

  function note({ series, rule, resource }: Slot, at: number, gate: string, inputs: Verdict['inputs']): void {
    const { site, device } = series
    sink.rings.note(rule.rule.id, { at, site, device, resource, answer: 'unknown', gate, inputs })
  }

  return {
    clear() {
      for (const id of readers.keys()) table.watched[id] = 0
      for (const all of [metrics, places, subjects, ofDevice, readers, waiting, grown]) all.clear()
    },
    read({ inputs }) {
      for (const { metric } of Object.values(inputs)) metrics.add(metric)
    },
    learn(series) {
      if (!metrics.has(series.metric)) return
      const ofMetric = places.get(series.device) ?? new Map<string, Map<number, SeriesInfo>>()
      places.set(series.device, ofMetric)
      const known = ofMetric.get(series.metric) ?? new Map<number, SeriesInfo>()
      ofMetric.set(series.metric, known.set(series.id, series))
      if ((ofDevice.get(series.device)?.size ?? 0) > 0) grown.add(series.device)
    },
    settle() {
      for (const device of grown) for (const s of ofDevice.get(device) ?? []) connect(s)
      grown.clear()
    },
    open(s) {
      const { series, rule } = slots[s] as Slot
      const condition = rule.rule.condition as Expression
      const test = compiled.get(condition) ?? compiledOf(condition)
      compiled.set(condition, test)
      const newest = table.lastAt[series.id] as number
      subjects.set(s, { condition, test, inputs: [], dirty: Number.NaN, newest, late: false, trouble: '' })
      const known = ofDevice.get(series.device) ?? new Set()
      ofDevice.set(series.device, known.add(s))
      connect(s)
    },
    close(s) {
      const subject = subjects.get(s)
      if (subject === undefined) return
      const { series } = slots[s] as Slot
      for (const input of subject.inputs) for (const id of input.series) unwatch(id, s)
      unwatch(series.id, s)
      ofDevice.get(series.device)?.delete(s)
      waiting.get(series.agent)?.delete(s)
      subjects.delete(s)
    },
    heard(id, at, late) {
      for (const s of readers.get(id) ?? []) {
        const subject = subjects.get(s) as Subject
        if (at >= subject.dirty + SETTLE_MS) judge(s)
        if (Number.isNaN(subject.dirty)) {
          subject.dirty = at
          const { agent } = (slots[s] as Slot).series
          const known = waiting.get(agent) ?? new Set()
          waiting.set(agent, known.add(s))
        }
        subject.newest = Math.max(at, subject.newest)
        subject.late = late
      }
    },
    advance(agent, at) {
      const known = waiting.get(agent)
      for (const s of known ?? []) {
        const dirty = subjects.get(s)?.dirty ?? Number.NaN
        if (at < dirty + SETTLE_MS) continue
        known?.delete(s)
        judge(s)
      }
    },
    verdict,
    failing(rule) {
      let count = 0
      for (const [s, { trouble }] of subjects)
        if (trouble !== '' && !trouble.startsWith('no value of') && (slots[s] as Slot).rule.rule.id === rule) count++
      return count
    },
  }
}

/** Which series of the device an input means. */
function reads({ on, tag, resources }: Input, of: SeriesInfo): (series: SeriesInfo) => boolean {
  if (on === 'device') return (series) => series.resource === ''
  if (on === 'resource') return (series) => series.resource === of.resource
  const among = resources && globTest(resources)
  return (series) =>
    among?.(series.resource) !== false &&
    (tag === undefined || (of.tags?.[tag] !== undefined && series.tags?.[tag] === of.tags[tag]))
}

function compiledOf({ when, clear, inputs }: Expression) {
  const variables = new Set([...GIVEN, ...Object.keys(inputs)])
  const compile = (text: string) => {
    const cel = compileCel(text, variables)
    if (!cel.ok) throw new Error(cel.message) // the schema has compiled it
    return cel
  }
  const tests = { when: compile(when), clear: clear === undefined ? undefined : compile(clear) }
  const uses = new Set([...tests.when.uses, ...(tests.clear?.uses ?? [])])
  return { when: tests.when.test, clear: tests.clear?.test, uses }
}

function tagsOf({ tags, device }: SeriesInfo, sink: RuleSink): Map<string, string> {
  return new Map(Object.entries({ ...sink.places.device(device)?.tags, ...tags }))
}
