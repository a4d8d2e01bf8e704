// Judges expressions over several series. One is computed when values of it have come and no more of the same poll will: a later
// sample, or the stream is known further. So its answers do not depend on how samples were grouped on their way.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { type CelValues, MAX_LIST } from './cel.ts'
import type { RuleSink } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import type { Expression, Input } from './conditions/expression.ts'
import { answerOf, compileExpression, type ExpressionTest } from './expression-answers.ts'
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
  readonly test: ExpressionTest
  inputs: readonly SubjectInput[]
  /** Event time of the first value it has not seen; NaN: it has seen all. */
  dirty: number
  newest: number
  late: boolean
  trouble: string
  /** It stands among those of its agent that wait. */
  waits: boolean
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
  const grown = new Set<string>()
  // by slot and by series, both dense: what each sample looks up is an array
  let subjects: (Subject | undefined)[] = []
  let readers: (readonly number[] | undefined)[] = []
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

  function watch(id: number, s: number): void {
    const known = readers[id] ?? []
    if (!known.includes(s)) readers[id] = [...known, s]
    table.watched[id] = 1
  }

  function unwatch(id: number, s: number): void {
    const rest = readers[id]?.filter((one) => one !== s) ?? []
    readers[id] = rest.length > 0 ? rest : undefined
    if (rest.length === 0) table.watched[id] = 0
  }

  /** The value of a series for this subject; NaN: none that is young enough. */
  const measured = (id: number, { newest, condition }: Subject): number =>
    (table.lastAt[id] as number) < newest - condition.stale ? Number.NaN : (table.lastValue[id] as number)

  /** The value or values of an input; undefined: there is none, or one of a list is unknown. */
  function inputValue({ many, series }: SubjectInput, subject: Subject): number | readonly number[] | undefined {
    if (!many) {
      const value = series.length === 0 ? Number.NaN : measured(series[0] as number, subject)
      return Number.isNaN(value) ? undefined : value
    }
    // what is no longer there is no part of a list
    const there = series.filter((id) => !((table.lastAt[id] as number) < subject.newest - VANISHED_MS))
    const values = there.map((id) => measured(id, subject))
    return values.length === 0 || values.some(Number.isNaN) ? undefined : values
  }

  function valuesOf(subject: Subject, { series }: Slot): Record<string, CelValues[string]> {
    const { test, inputs } = subject
    const values: Record<string, CelValues[string]> = {}
    const own = measured(series.id, subject)
    if (!Number.isNaN(own)) values.value = own
    for (const input of inputs) {
      const value = inputValue(input, subject)
      if (value !== undefined) values[input.name] = value as CelValues[string]
    }
    if (test.uses.has('tags')) values.tags = tagsOf(series, sink)
    values.resource = series.resource
    values.device = series.device
    return values
  }

  function verdict(s: number): Verdict {
    const subject = subjects[s] as Subject
    const values = valuesOf(subject, slots[s] as Slot)
    const { answer, gate, why } = answerOf(subject.test, values)
    const names = ['value', ...subject.inputs.map(({ name }) => name)]
    const missing = names.filter((name) => !(name in values))
    const inputs = Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]))
    if (answer !== 'unknown' || missing.length === 0) return { answer, gate, why, inputs }
    return { answer, gate: 'input-missing', why: `no value of ${missing.join(', ')}`, inputs }
  }

  function judge(s: number, subject: Subject): void {
    if (Number.isNaN(subject.dirty)) return
    subject.dirty = Number.NaN
    const { newest, late } = subject
    const slot = slots[s] as Slot
    const { answer } = answerOf(subject.test, valuesOf(subject, slot))
    if (answer === 'unknown') {
      const { gate, why, inputs } = verdict(s)
      if (subject.trouble !== why) note(slot, newest, gate, { ...inputs, why })
      if (subject.trouble !== why && gate === 'expression-error') sink.drop('expression-error')
      subject.trouble = why
      return
    }
    subject.trouble = ''
    decide(s, answer, table.lastValue[slot.series.id] as number, newest, late)
  }

  function wait(s: number, subject: Subject): void {
    subject.waits = true
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
      for (const [id, known] of readers.entries()) if (known !== undefined) table.watched[id] = 0
      subjects = []
      readers = []
      for (const all of [metrics, places, ofDevice, waiting, grown]) all.clear()
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
      const test = compiled.get(condition) ?? compileExpression(condition)
      compiled.set(condition, test)
      const newest = table.lastAt[series.id] as number
      const state = { dirty: Number.NaN, newest, late: false, trouble: '', waits: false }
      subjects[s] = { condition, test, inputs: [], ...state }
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
    },
    heard(id, at, late) {
      const known = readers[id]
      if (known === undefined) return
      for (const s of known) {
        const subject = subjects[s] as Subject
        if (at >= subject.dirty + SETTLE_MS) judge(s, subject)
        if (Number.isNaN(subject.dirty)) {
          subject.dirty = at
          if (!subject.waits) wait(s, subject)
        }
        subject.newest = Math.max(at, subject.newest)
        subject.late = late
      }
    },
    advance(agent, at) {
      const known = waiting.get(agent)
      if (known === undefined) return
      let left = 0
      for (const s of known) {
        const subject = subjects[s]
        // closed, or judged by a later sample
        if (subject === undefined || !subject.waits) continue
        if (at < subject.dirty + SETTLE_MS) {
          known[left++] = s
          continue
        }
        subject.waits = false
        judge(s, subject)
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

/** Which series of the device an input means. */
function reads({ on, tag, resources }: Input, of: SeriesInfo): (series: SeriesInfo) => boolean {
  if (on === 'device') return (series) => series.resource === ''
  if (on === 'resource') return (series) => series.resource === of.resource
  const among = resources && globTest(resources)
  return (series) =>
    among?.(series.resource) !== false &&
    (tag === undefined || (of.tags?.[tag] !== undefined && series.tags?.[tag] === of.tags[tag]))
}

function tagsOf({ tags, device }: SeriesInfo, sink: RuleSink): Map<string, string> {
  return new Map(Object.entries({ ...sink.places.device(device)?.tags, ...tags }))
}
