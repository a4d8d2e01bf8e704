// What a rule would be about and would say now, before it is saved. Reads the last values that are there and changes nothing; it
// stops every so many series, so that whoever asks can let others go on.
import type { RulePreview, RulePreviewItem } from '#shared/http/rules.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { type CompiledRule, compileRule, type RuleSink, selects, variantOf } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import type { Expression } from './conditions/expression.ts'
import { createExpressions } from './expressions.ts'
import type { Histories, History } from './histories.ts'
import { createLevelMachine } from './levels.ts'
import { createProfileRules } from './profile-rules.ts'
import type { Rule } from './rule.ts'
import { narrowness } from './selector.ts'
import { placeKey } from './series-facts.ts'
import { moreOf, type Slot, severityOf, signalOf } from './slot.ts'
import { answerOf, isAllowed } from './slot-answers.ts'
import { slotPlaces } from './slot-places.ts'
import { createSlotTable, EXPRESSION, NO_DATA, type SlotTable } from './slot-table.ts'

export interface PreviewWorld {
  readonly series: ReadonlyMap<number, SeriesInfo>
  readonly table: Pick<SlotTable, 'lastAt' | 'lastValue'>
  readonly histories: Histories
  readonly sink: RuleSink
}

/** Series looked at between two stops. */
const STEP = 500
/** Series that are selected and looked at in all; items that are shown. */
const MAX_SELECTED = 100_000
const SHOWN = 50
/** Of "everything" one speaks from so many devices on. */
const SEVERAL = 2

/** `rule` has been parsed. Yields when a step is done; the answer comes at the end. */
export function* previewRule(rule: Rule, world: PreviewWorld): Generator<undefined, RulePreview> {
  const quiet = { ...world.sink, signal: () => undefined, changed: () => undefined, drop: () => undefined }
  // a look does not open rooms in histories; what runs already may be read
  const histories: Histories = {
    ...world.histories,
    open: () => true,
    of: <H extends History>(name: string, make: (name: string) => H) => {
      const known = world.histories.peek(name) as H | undefined
      return known ?? make(name)
    },
  }
  const compiled = compileRule(
    { rule: { ...rule, enabled: true }, origin: { kind: 'database' } },
    { ...quiet, histories },
  )
  return compiled.event ? previewEvents(compiled, world) : yield* previewSeries(compiled, world, quiet)
}

function previewEvents(rule: CompiledRule, { sink, series }: PreviewWorld): RulePreview {
  const all = [...(sink.places.devices?.() ?? [])].filter((device) => device.active)
  const at = (device: (typeof all)[number]) => ({ site: device.site, device: device.id, resource: '' })
  // which resource an event will speak of is not known before
  const anywhere = { ...rule.selector, resource: () => true }
  const selected = all.filter((device) => selects(anywhere, at(device)))
  const nobody = Object.keys(rule.rule.selector).length === 0
  return {
    ...nothing('events'),
    devices: selected.length,
    of: { devices: all.length, series: series.size },
    selectsNothing: selected.length === 0 && !nobody,
    selectsEverything: selected.length === all.length && all.length >= SEVERAL,
    notes: nobody ? ['events of senders that are no known device count too'] : [],
  }
}

function* previewSeries(rule: CompiledRule, world: PreviewWorld, sink: RuleSink): Generator<undefined, RulePreview> {
  const table = createSlotTable()
  table.reserve(world.table.lastAt.length - 1)
  table.lastAt = world.table.lastAt
  table.lastValue = world.table.lastValue
  const slots: (Slot | undefined)[] = []
  const places = slotPlaces(table, slots, sink)
  const expressions = createExpressions(table, slots, sink, () => undefined)
  const profile = createProfileRules([rule])
  const { condition } = rule.rule
  const metric = rule.series?.metric(condition)
  const guard = rule.series?.guard?.(condition)
  const guards = new Map<string, SeriesInfo>()
  let looked = 0

  // first what the others are compared with
  if (condition.type === 'expression') expressions.read(condition as Expression)
  for (const series of world.series.values()) {
    if (guard?.metric === series.metric) guards.set(placeKey(series, series.metric), series)
    if (condition.type === 'expression') expressions.learn(series)
    if (++looked % (10 * STEP) === 0) yield
  }

  const found = nothing('samples')
  const about = { devices: new Set<string>(), all: new Set<string>(), resources: new Set<string>(), series: 0 }
  const skipped = { kind: 0, word: 0 }
  for (const series of world.series.values()) {
    if (++looked % STEP === 0) yield
    if (sink.places.device(series.device)?.active === false) continue
    if (metric === undefined ? !profile.concerns(series) : series.metric !== metric) continue
    about.all.add(series.device)
    about.series++
    if (!selects(rule.selector, series)) continue
    if (found.series >= MAX_SELECTED) {
      found.notLookedAt++
      continue
    }
    const made = slotsOf(series)
    if (made.length === 0 && variantOf(rule, series) !== undefined) skipped[metric === undefined ? 'word' : 'kind']++
    if (made.length === 0) continue
    found.series++
    about.devices.add(series.device)
    about.resources.add(`${series.device} ${series.resource}`)
    for (const s of made) look(s, slots[s] as Slot)
    table.remove(series.id)
  }
  found.devices = about.devices.size
  found.resources = about.resources.size
  found.of = { devices: about.all.size, series: about.series }
  found.selectsNothing = found.series === 0
  const wide = about.devices.size === about.all.size && narrowness(rule.rule.selector) === 0
  found.selectsEverything = wide && about.all.size >= SEVERAL
  found.notes.push(...notesOf(rule, skipped, about.series))
  return found

  function slotsOf(series: SeriesInfo): number[] {
    if (metric === undefined)
      return profile
        .of(series)
        .flatMap(({ rule: one, groups }) => groups.map((g) => places.ofProfile(one, g, series, false)))
    const s = places.ofRule(rule, series, false)
    return s === undefined ? [] : [s]
  }

  function look(s: number, slot: Slot): void {
    const { series } = slot
    const at = table.lastAt[series.id] ?? Number.NEGATIVE_INFINITY
    const value = table.lastValue[series.id] ?? Number.NaN
    if (slot.levels) {
      slot.machine = createLevelMachine(slot.levels, 0)
      slot.machine.step(value, at, true)
    }
    if (table.kind[s] === EXPRESSION) {
      slot.verdict = () => expressions.verdict(s)
      expressions.open(s)
    }
    const { answer, why } = saidOf(s, slot, value, at)
    found.answers[answer === 'not-met' ? 'notMet' : answer]++
    if (found.items.length < SHOWN) found.items.push(itemOf(slot, value, at, answer, why))
    if (table.kind[s] === EXPRESSION) expressions.close(s)
  }

  function saidOf(s: number, slot: Slot, value: number, at: number): { answer: Answer; why: string } {
    if (at === Number.NEGATIVE_INFINITY) return { answer: 'unknown', why: 'no value yet' }
    if (table.kind[s] === NO_DATA) return { answer: 'unknown', why: 'it is told when the stream is known further' }
    if (Number.isNaN(value)) return { answer: 'unknown', why: 'the last value cannot be judged' }
    const verdict = slot.verdict?.()
    const answer = verdict?.answer ?? answerOf(table, s, slot, value)
    if (answer === 'unknown') return { answer, why: String(verdict?.why ?? moreOf(slot, value).why ?? '') }
    if (answer !== 'met' || !slot.guard) return { answer, why: '' }
    const allowed = isAllowed(slot, guards, table)
    if (allowed === undefined) return { answer: 'unknown', why: `no value of ${slot.guard.metric}` }
    return allowed ? { answer, why: '' } : { answer: 'not-met', why: `${slot.guard.metric} is another` }
  }

  function itemOf(slot: Slot, value: number, at: number, answer: Answer, why: string): RulePreviewItem {
    const { series, resource } = slot
    const there = at > Number.NEGATIVE_INFINITY
    return {
      ...{ site: series.site, device: series.device, resource, metric: series.metric, unit: series.unit },
      name: sink.places.device(series.device)?.name ?? series.device,
      at: there ? at : null,
      value: there && !Number.isNaN(value) ? value : null,
      label: series.states?.[String(value)] ?? null,
      ...{ answer, why },
      severity: severityOf(slot),
      text: there ? signalOf('raise', slot, sink, value, at, false).text : '',
      override: slot.rule.override ?? null,
    }
  }
}

function notesOf(rule: CompiledRule, skipped: { kind: number; word: number }, series: number): string[] {
  const { type } = rule.rule.condition
  if (series === 0 && rule.series) return [`nothing measures ${rule.series.metric(rule.rule.condition)} now`]
  if (skipped.kind === 0) return []
  const what = type === 'rate' ? 'are counters or states' : type === 'state' ? 'have none of these words' : 'are states'
  return [`${skipped.kind} series are not judged: they ${what}`]
}

function nothing(about: RulePreview['about']): RulePreview {
  return {
    ...{ problems: [], about, devices: 0, resources: 0, series: 0, of: { devices: 0, series: 0 } },
    ...{ selectsNothing: false, selectsEverything: false, notes: [], items: [], notLookedAt: 0 },
    answers: { met: 0, notMet: 0, between: 0, unknown: 0 },
  }
}
