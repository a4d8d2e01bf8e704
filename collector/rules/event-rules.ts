// Judges device events. An event has no state; a rule remembers only what is running: holds, windows, automatic clears.
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import { severityOfSyslog } from '#shared/domain/severity.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { type CompiledRule, type RuleSink, selects, variantOf } from './compiled-rule.ts'
import type { EventTest } from './conditions/condition.ts'
import { createDueQueue, type DueQueue } from './due-queue.ts'
import { describeEvent } from './event-facts.ts'
import { createEventIndex } from './event-index.ts'
import { createExpectedEvents, type ExpectedEvents } from './expected-events.ts'
import type { Interfaces } from './interface-name.ts'
import { BY_LOG } from './rule.ts'
import type { AlarmOfRule } from './series-rules.ts'
import type { AlarmSignal } from './signal.ts'

export interface EventRules {
  replace(rules: readonly CompiledRule[], now: number): void
  evaluate(event: ReceivedEvent, late: boolean): void
  /** The event lane of an agent is known up to `at`: holds and automatic clears that are due. */
  advance(agent: string, at: number, late: boolean): void
  /** A sample said that the alarm is gone: nothing may still be running for it. */
  cleared(key: string): void
  has(rule: string): boolean
  /** Whether such a rule is still about what an alarm is of. */
  holds(alarm: AlarmOfRule): boolean
  restore(rule: string, subject: string, state: EventSubject): void
  readonly expected: ExpectedEvents
}

/** What is running for one rule and one alarm. `times`: the newest events of a window. */
export interface EventSubject {
  readonly agent: string
  readonly phase: 'counting' | 'pending' | 'active'
  /** Event time at which a hold ends or an automatic clear is due; null when nothing is timed. */
  readonly due: number | null
  readonly times: readonly number[]
  readonly signal: AlarmSignal
}

const severityOf = ({ event }: ReceivedEvent) =>
  event.kind === 'log' && event.severity !== undefined ? severityOfSyslog(event.severity) : undefined

type EventRule = CompiledRule & { readonly event: EventTest }

/** Subjects in memory at once; a storm of invented names must not fill it. */
const MAX_SUBJECTS = 50_000

export function createEventRules(
  sink: RuleSink,
  interfaces: Interfaces,
  noticed: (key: string, at: number, there: boolean) => void,
  maxSubjects: number = MAX_SUBJECTS,
): EventRules {
  let rules: readonly EventRule[] = []
  let index = createEventIndex([])
  let byId = new Map<string, CompiledRule>()
  const subjects = new Map<string, EventSubject>()
  const rulesOfKey = new Map<string, Set<string>>()
  const timed = new Map<string, DueQueue>()
  const queued = new Map<string, number>()
  const expected = createExpectedEvents(sink, noticed, maxSubjects)

  function onRaise(rule: EventRule, signal: AlarmSignal): undefined {
    const key = alarmKeyOf(signal)
    const id = subjectId(rule.rule.id, key)
    const before = subjects.get(id)
    const { count, withinMs } = rule.event
    let times: readonly number[] = []
    if (count > 1) {
      times = [...(before?.times ?? []), signal.at].filter((t) => t > signal.at - withinMs).slice(-count)
      if (times.length < count && before?.phase !== 'active') {
        note(rule, signal, `counted ${times.length} of ${count}`)
        return put(id, key, { agent: signal.agent ?? '', phase: 'counting', due: signal.at + withinMs, times, signal })
      }
    }
    if (rule.rule.for > 0 && before?.phase !== 'active') {
      note(rule, signal, 'hold')
      if (before?.phase === 'pending') return
      return put(id, key, {
        agent: signal.agent ?? '',
        phase: 'pending',
        due: signal.at + rule.rule.for,
        times,
        signal,
      })
    }
    activate(rule, id, key, signal, times)
  }

  function activate(
    rule: CompiledRule,
    id: string,
    key: string,
    signal: AlarmSignal,
    times: readonly number[],
  ): undefined {
    note(rule, signal, 'raise')
    sink.signal(signal)
    if (!signal.shadow) noticed(key, signal.at, true)
    const clearAfter = rule.rule.clearAfter
    if (clearAfter === 0 && times.length === 0) return drop(id)
    const due = clearAfter > 0 ? signal.at + clearAfter : null
    put(id, key, { agent: signal.agent ?? '', phase: 'active', due, times, signal })
  }

  function onClear(rule: CompiledRule, signal: AlarmSignal): undefined {
    const key = alarmKeyOf(signal)
    note(rule, signal, 'clear')
    if (signal.shadow) drop(subjectId(rule.rule.id, key))
    else dropAll(key)
    sink.signal(signal)
    if (!signal.shadow) noticed(key, signal.at, false)
  }

  /** What is being counted or held is not meant after all; what stands stays. */
  function onCancel(rule: CompiledRule, signal: AlarmSignal): undefined {
    const id = subjectId(rule.rule.id, alarmKeyOf(signal))
    const subject = subjects.get(id)
    if (subject === undefined || subject.phase === 'active') return
    note(rule, { ...signal, kind: 'clear' }, 'cancel')
    drop(id)
  }

  function onDue(id: string, subject: EventSubject, late: boolean): undefined {
    const base = byId.get(subject.signal.rule)
    const rule = base && variantOf(base, subject.signal)
    if (!rule || subject.phase === 'counting') return drop(id)
    const signal = { ...subject.signal, at: subject.due as number, late }
    if (subject.phase === 'pending') return activate(rule, id, alarmKeyOf(signal), signal, subject.times)
    onClear(rule, { ...signal, kind: 'clear', inputs: { why: `nothing for ${rule.rule.clearAfter} ms` } })
  }

  function put(id: string, key: string, subject: EventSubject): undefined {
    if (!subjects.has(id) && subjects.size >= maxSubjects) return void sink.drop('event-subjects-full')
    remember(id, key, subject)
    sink.changed(subject.signal.rule, `e:${key}`, subject)
  }

  function remember(id: string, key: string, subject: EventSubject): void {
    subjects.set(id, subject)
    addTo(rulesOfKey, key, id)
    if (subject.due === null) return
    // One entry per subject: one that is renewed again and again is looked at when its first time comes.
    const at = queued.get(id)
    if (at !== undefined && at <= subject.due) return
    const queue = timed.get(subject.agent) ?? createDueQueue()
    timed.set(subject.agent, queue)
    queue.add({ at: subject.due, id })
    queued.set(id, subject.due)
  }

  function drop(id: string): undefined {
    const subject = subjects.get(id)
    if (!subject) return
    const key = alarmKeyOf(subject.signal)
    subjects.delete(id)
    const others = rulesOfKey.get(key)
    others?.delete(id)
    if (others?.size === 0) rulesOfKey.delete(key)
    sink.changed(subject.signal.rule, `e:${key}`, undefined)
  }

  /** Rules in shadow go on as if nobody else had spoken. */
  function dropAll(key: string): undefined {
    for (const id of [...(rulesOfKey.get(key) ?? [])]) if (!subjects.get(id)?.signal.shadow) drop(id)
  }

  /** Whether the rule is about this event. */
  function judge(base: EventRule, event: ReceivedEvent, late: boolean): boolean {
    const clears = base.event.clear?.(event)
    const raises = clears === undefined ? base.event.raise(event) : undefined
    const parts = clears ?? raises ?? base.event.cancel?.(event)
    if (parts === undefined || !base.selector.place(event.site, event.device)) return false
    const get = describeEvent(event, parts, sink.places, interfaces)
    const { site, device } = event
    const at = { site, device, resource: base.resource(get) }
    const rule = selects(base.selector, at) ? variantOf(base, at) : undefined
    if (rule === undefined) return false
    const signal: AlarmSignal = {
      kind: raises ? 'raise' : 'clear',
      rule: rule.rule.id,
      at: event.at,
      agent: event.agent,
      customer: event.customer,
      ...at,
      alarmType: rule.rule.alarmType,
      qualifier: rule.qualifier(get),
      severity: (rule.rule.severity === BY_LOG && severityOf(event)) || rule.severity,
      text: rule.text(get),
      source: rule.source,
      late,
      version: rule.version,
      ...(rule.rule.shadow ? { shadow: true } : {}),
      inputs: { event: event.id, kind: event.event.kind, ...parts },
    }
    if (base.event.expect) expected.came(base, signal)
    else if (raises) onRaise(rule as EventRule, signal)
    else if (clears) onClear(rule, signal)
    else onCancel(rule, signal)
    return true
  }

  function advance(agent: string, at: number, late: boolean): void {
    const queue = timed.get(agent)
    for (let due = queue?.take(at); due !== undefined; due = queue?.take(at)) {
      if (queued.get(due.id) !== due.at) continue
      queued.delete(due.id)
      const subject = subjects.get(due.id)
      if (subject?.due === due.at) onDue(due.id, subject, late)
      else if (subject) remember(due.id, alarmKeyOf(subject.signal), subject)
    }
  }

  function note(rule: CompiledRule, signal: AlarmSignal, gate: string): undefined {
    const { at, site, device, resource, inputs, kind } = signal
    const answer = kind === 'raise' ? 'met' : 'not-met'
    sink.rings.note(rule.rule.id, { at, site, device, resource, answer, gate, inputs })
  }

  return {
    expected,
    replace(all, now) {
      expected.replace(all, now)
      rules = all.filter((r): r is EventRule => r.event !== undefined)
      index = createEventIndex(rules.map((r) => r.rule.condition))
      byId = new Map(rules.map((r) => [r.rule.id, r]))
      for (const [id, subject] of subjects) if (!byId.has(subject.signal.rule)) drop(id)
    },
    evaluate(event, late) {
      advance(event.agent, event.at, late)
      let claimed = false
      for (const i of index.candidates(event.event)) claimed = judge(rules[i] as EventRule, event, late) || claimed
      if (!claimed) for (const i of index.unclaimed) judge(rules[i] as EventRule, event, late)
    },
    advance(agent, at, late) {
      advance(agent, at, late)
      expected.advance(agent, at, late)
    },
    cleared: dropAll,
    has: (rule) => byId.has(rule),
    holds({ rule, site, device, resource }) {
      const base = byId.get(rule)
      if (base?.event === undefined) return false
      const at = { site: site ?? '', device, resource }
      return site === undefined || (selects(base.selector, at) && variantOf(base, at) !== undefined)
    },
    restore: (rule, key, subject) => remember(subjectId(rule, key), key, subject),
  }
}

const subjectId = (rule: string, key: string): string => `${rule}\u001f${key}`

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}
