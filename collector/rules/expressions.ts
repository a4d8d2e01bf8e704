// Judges expressions over several series. One is computed when values of it have come and no more of the same poll will: a later
// sample, or the stream is known further. So its answers do not depend on how samples were grouped on their way.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { type CelValues, MAX_LIST } from './cel.ts'
import type { RuleSink } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import type { Expression } from './conditions/expression.ts'
import { answerOf, compileExpression, type ExpressionTest } from './expression-answers.ts'
import { reads, tagsOf } from './expression-inputs.ts'
import type { Slot } from './slot.ts'
import { grown, type SlotTable } from './slot-table.ts'

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

/** In place of the only slot whose expression reads a series. */
const NOBODY = -1
const SEVERAL = -2
const LATE = 1
const WAITS = 2

interface Subject {
  readonly condition: Expression
  readonly test: ExpressionTest
  inputs: readonly SubjectInput[]
  trouble: string
}

interface SubjectInput {
  readonly name: string
  readonly many: boolean
  readonly series: readonly number[]
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
  const richer = new Set<string>()
  // by slot and by series, both dense: each sample looks here
  let subjects: (Subject | undefined)[] = []
  let reader = new Int32Array(0)
  const readers = new Map<number, readonly number[]>()
  /** Event time of the first value the slot's expression has not seen (NaN: it has seen all), and of the newest. */
  let dirty = new Float64Array(0)
  let newest = new Float64Array(0)
  /** Bits: its newest value came late; it stands among those of its agent that wait. */
  let marks = new Uint8Array(0)
  const ofDevice = new Map<string, Set<number>>()
  const waiting = new Map<string, number[]>()
  const compiled = new WeakMap<Expression, ExpressionTest>()

  function connect(s: number): void {
    const subject = subjects[s] as Subject
    const slot = slots[s] as Slot
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

  function read(id: number, by: readonly number[]): void {
    if (by.length === 0) readers.delete(id)
    else readers.set(id, by)
    if (id >= reader.length) {
      const had = reader.length
      reader = grown(reader, Int32Array, table.first.length).fill(NOBODY, had)
    }
    reader[id] = by.length === 1 ? (by[0] as number) : by.length === 0 ? NOBODY : SEVERAL
  }

  function watch(id: number, s: number): void {
    const known = readers.get(id) ?? []
    if (!known.includes(s)) read(id, [...known, s])
    table.watched[id] = 1
  }

  function unwatch(id: number, s: number): void {
    read(id, readers.get(id)?.filter((one) => one !== s) ?? [])
    if (!readers.has(id)) table.watched[id] = 0
  }

  /** The value of a series at that time; NaN: none that is young enough. */
  const measured = (id: number, at: number, stale: number): number =>
    (table.lastAt[id] as number) < at - stale ? Number.NaN : (table.lastValue[id] as number)

  /** The value or values of an input; undefined: there is none, or one of a list is unknown. */
  function inputValue({ many, series }: SubjectInput, at: number, stale: number): CelValues[string] | undefined {
    if (!many) {
      const value = series.length === 0 ? Number.NaN : measured(series[0] as number, at, stale)
      return Number.isNaN(value) ? undefined : value
    }
    // what is no longer there is no part of a list
    const there = series.filter((id) => !((table.lastAt[id] as number) < at - VANISHED_MS))
    const values = there.map((id) => measured(id, at, stale))
    return values.length === 0 || values.some(Number.isNaN) ? undefined : values
  }

  function valuesOf(
    s: number,
    { test, inputs, condition }: Subject,
    { series }: Slot,
  ): Record<string, CelValues[string]> {
    const at = newest[s] as number
    const values: Record<string, CelValues[string]> = {}
    const own = measured(series.id, at, condition.stale)
    if (!Number.isNaN(own)) values.value = own
    for (const input of inputs) {
      const value = inputValue(input, at, condition.stale)
      if (value !== undefined) values[input.name] = value
    }
    if (test.uses.has('tags')) values.tags = tagsOf(series, sink)
    values.resource = series.resource
    values.device = series.device
    return values
  }

  function verdict(s: number): Verdict {
    const subject = subjects[s] as Subject
    const values = valuesOf(s, subject, slots[s] as Slot)
    const { answer, gate, why } = answerOf(subject.test, values)
    const names = ['value', ...subject.inputs.map(({ name }) => name)]
    const missing = names.filter((name) => !(name in values))
    const inputs = Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]))
    if (answer !== 'unknown' || missing.length === 0) return { answer, gate, why, inputs }
    return { answer, gate: 'input-missing', why: `no value of ${missing.join(', ')}`, inputs }
  }

  function judge(s: number): void {
    if (Number.isNaN(dirty[s])) return
    dirty[s] = Number.NaN
    const subject = subjects[s] as Subject
    const slot = slots[s] as Slot
    const at = newest[s] as number
    const { answer } = answerOf(subject.test, valuesOf(s, subject, slot))
    if (answer === 'unknown') {
      const { gate, why, inputs } = verdict(s)
      if (subject.trouble !== why) note(slot, at, gate, { ...inputs, why })
      if (subject.trouble !== why && gate === 'expression-error') sink.drop('expression-error')
      subject.trouble = why
      return
    }
    subject.trouble = ''
    decide(s, answer, table.lastValue[slot.series.id] as number, at, ((marks[s] as number) & LATE) !== 0)
  }

  function hear(s: number, at: number, late: boolean): void {
    if (at >= (dirty[s] as number) + SETTLE_MS) judge(s)
    if (Number.isNaN(dirty[s])) {
      dirty[s] = at
      if (((marks[s] as number) & WAITS) === 0) wait(s)
    }
    newest[s] = Math.max(at, newest[s] as number)
    marks[s] = late ? (marks[s] as number) | LATE : (marks[s] as number) & ~LATE
  }

  function wait(s: number): void {
    marks[s] = (marks[s] as number) | WAITS
    const { agent } = (slots[s] as Slot).series
    const known = waiting.get(agent)
    if (known === undefined) waiting.set(agent, [s])
    else known.push(s)
  }

  function note({ series, rule, resource }: Slot, at: number, gate: string, inputs: Verdict['inputs']): void {
    const { site, device } = series
    sink.rings.note(rule.rule.id, { at, site, device, resource, answer: 'unknown', gate, inputs })
  }

  return {
    clear() {
      for (const id of readers.keys()) table.watched[id] = 0
      subjects = []
      reader.fill(NOBODY)
      for (const all of [readers, metrics, places, ofDevice, waiting, richer]) all.clear()
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
      if ((ofDevice.get(series.device)?.size ?? 0) > 0) richer.add(series.device)
    },
    settle() {
      for (const device of richer) for (const s of ofDevice.get(device) ?? []) connect(s)
      richer.clear()
    },
    open(s) {
      const { series, rule } = slots[s] as Slot
      const condition = rule.rule.condition as Expression
      const test = compiled.get(condition) ?? compileExpression(condition)
      compiled.set(condition, test)
      subjects[s] = { condition, test, inputs: [], trouble: '' }
      if (s >= marks.length) {
        const size = table.kind.length
        dirty = grown(dirty, Float64Array, size)
        newest = grown(newest, Float64Array, size)
        marks = grown(marks, Uint8Array, size)
      }
      dirty[s] = Number.NaN
      newest[s] = table.lastAt[series.id] as number
      marks[s] = 0
      const known = ofDevice.get(series.device) ?? new Set()
      ofDevice.set(series.device, known.add(s))
      connect(s)
    },
    close(s) {
      const subject = subjects[s]
      if (subject === undefined) return
      const { series } = slots[s] as Slot
      for (const input of subject.inputs) for (const id of input.series) unwatch(id, s)
      unwatch(series.id, s)
      ofDevice.get(series.device)?.delete(s)
      subjects[s] = undefined
      marks[s] = 0
    },
    heard(id, at, late) {
      const by = reader[id] as number
      if (by >= 0) hear(by, at, late)
      else if (by === SEVERAL) for (const s of readers.get(id) ?? []) hear(s, at, late)
    },
    advance(agent, at) {
      const known = waiting.get(agent)
      if (known === undefined) return
      let left = 0
      for (const s of known) {
        const mark = marks[s] as number
        // it was closed, and perhaps opened again since
        if ((mark & WAITS) === 0) continue
        if (at < (dirty[s] as number) + SETTLE_MS) {
          known[left++] = s
          continue
        }
        marks[s] = mark & ~WAITS
        judge(s)
      }
      known.length = left
    },
    verdict,
    failing(rule) {
      let count = 0
      for (const [s, subject] of subjects.entries())
        if (subject && isFailing(subject.trouble) && (slots[s] as Slot).rule.rule.id === rule) count++
      return count
    },
  }
}

/** An expression that only lacks values does not fail. */
const isFailing = (trouble: string): boolean => trouble !== '' && !trouble.startsWith('no value of')
