// Events that should come and do not: the line of a backup, a heartbeat. Nobody is blamed for what could not be heard: time runs
// by the watermark of the agent's events, and begins anew when the agent did not run or records were lost.
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import { type CompiledRule, type RuleSink, selects, variantOf } from './compiled-rule.ts'
import { createDueQueue, type DueQueue } from './due-queue.ts'
import type { AlarmSignal } from './signal.ts'

export interface ExpectedEvents {
  replace(rules: readonly CompiledRule[], now: number): void
  /** Facts of a device changed: it may be one of which something is expected. */
  deviceChanged(device: string, now: number): void
  /** An expected event came; `signal` as it would raise it. */
  came(rule: CompiledRule, signal: AlarmSignal): void
  /** The agent's program runs since `at`, or events up to `at` were lost: what did not come before says nothing. */
  unheard(agent: string, at: number): void
  /** The event lane of an agent is known up to `at`. */
  advance(agent: string, at: number, late: boolean): void
  restore(rule: string, key: string, state: ExpectedState): void
  readonly size: number
}

/** What is remembered of one thing that sends them. */
export interface ExpectedState {
  /** Of the signal that says that it is missing. */
  readonly signal: AlarmSignal
  /** Events before this time could not be counted on. */
  readonly since: number
  /** The newest events that have been judged, oldest first; at most as many as are expected. */
  readonly times: readonly number[]
  /** Events that wait for the watermark: others of their time may still come. */
  readonly fresh: readonly number[]
  /** When it was found missing, null while it is not. */
  readonly missingAt: number | null
}

/** Events of one thing between two watermarks; of more only the newest count. */
const MAX_FRESH = 2000

export function createExpectedEvents(
  sink: RuleSink,
  noticed: (key: string, at: number, there: boolean) => void,
  maxSubjects: number,
): ExpectedEvents {
  let rules = new Map<string, CompiledRule>()
  const subjects = new Map<string, ExpectedState>()
  const ofAgent = new Map<string, Set<string>>()
  const timed = new Map<string, DueQueue>()
  const queued = new Map<string, number>()
  /** By agent: what has events that wait. */
  const waiting = new Map<string, Set<string>>()
  /** Agents whose devices were looked through since the rules are what they are. */
  const armed = new Set<string>()

  /** The rule as it is for a subject; undefined when it expects nothing of it any more. */
  function ruleOf({ signal }: ExpectedState): CompiledRule | undefined {
    const base = rules.get(signal.rule)
    if (base === undefined || !selects(base.selector, signal)) return undefined
    return signal.device !== null && sink.places.device(signal.device)?.active === false
      ? undefined
      : variantOf(base, signal)
  }

  function dueOf({ times, since }: ExpectedState, { event, rule }: CompiledRule): number {
    const { count = 1, withinMs = 0 } = event ?? {}
    const from = times.length < count ? since : Math.max(since, times[times.length - count] as number)
    return from + withinMs + rule.for + 1
  }

  function put(id: string, state: ExpectedState, rule: CompiledRule): undefined {
    if (!subjects.has(id) && subjects.size >= maxSubjects) return void sink.drop('expected-events-full')
    remember(id, state, dueOf(state, rule))
    sink.changed(state.signal.rule, subjectOf(state), state)
  }

  function remember(id: string, state: ExpectedState, due: number): void {
    const agent = state.signal.agent ?? ''
    subjects.set(id, state)
    const known = ofAgent.get(agent) ?? new Set()
    ofAgent.set(agent, known.add(id))
    const fresh = waiting.get(agent) ?? new Set()
    waiting.set(agent, fresh)
    if (state.fresh.length > 0) fresh.add(id)
    else fresh.delete(id)
    if (state.missingAt !== null) return
    const at = queued.get(id)
    if (at !== undefined && at <= due) return // it is looked at then, and put back
    const queue = timed.get(agent) ?? createDueQueue()
    timed.set(agent, queue)
    queue.add({ at: due, id })
    queued.set(id, due)
  }

  /** Nothing is expected of it any more. */
  function drop(id: string, state: ExpectedState, at: number): void {
    if (state.missingAt !== null)
      sink.signal({ ...state.signal, kind: 'clear', at, text: '', inputs: { why: 'rule no longer applies' } })
    subjects.delete(id)
    queued.delete(id)
    waiting.get(state.signal.agent ?? '')?.delete(id)
    ofAgent.get(state.signal.agent ?? '')?.delete(id)
    sink.changed(state.signal.rule, subjectOf(state), undefined)
  }

  function say(kind: 'raise' | 'clear', state: ExpectedState, rule: CompiledRule, at: number, late: boolean): void {
    const { times, signal } = state
    const last = times.at(-1)
    const inputs = {
      expected: rule.event?.count,
      within: rule.event?.withinMs,
      ...(last === undefined ? {} : { last }),
    }
    const said = { ...signal, kind, at, late, severity: rule.severity, version: rule.version, inputs }
    const { site, device, resource } = signal
    const [answer, gate] = kind === 'raise' ? (['met', 'raise'] as const) : (['not-met', 'clear'] as const)
    sink.rings.note(signal.rule, { at, site, device, resource, answer, gate, inputs })
    sink.signal(said)
    if (!rule.rule.shadow) noticed(alarmKeyOf(said), at, kind === 'raise')
  }

  /** Goes through what happened up to `to`, which is all that did. */
  function judge(id: string, before: ExpectedState, rule: CompiledRule, to: number, late: boolean): void {
    const { count = 1 } = rule.event ?? {}
    let state: ExpectedState = { ...before, fresh: before.fresh.filter((at) => at > to) }
    const find = (by: number) => {
      const due = dueOf(state, rule)
      if (state.missingAt !== null || due > by) return
      say('raise', state, rule, due, late)
      state = { ...state, missingAt: due }
    }
    for (const at of before.fresh.filter((time) => time <= to)) {
      find(at)
      state = { ...state, times: [...state.times, at].sort((a, b) => a - b).slice(-count) }
      // one that came late may prove that nothing was ever missing
      const known = Math.max(at, state.missingAt ?? at)
      if (state.missingAt === null || dueOf(state, rule) <= known) continue
      say('clear', state, rule, known, late)
      state = { ...state, missingAt: null }
    }
    find(to)
    if (state.missingAt !== before.missingAt || state.fresh.length !== before.fresh.length) put(id, state, rule)
    else remember(id, state, dueOf(state, rule))
  }

  /** Begins to wait for a device that may never have sent one. */
  function arm(base: CompiledRule, device: string, now: number): void {
    const known = sink.places.device(device)
    if (base.event?.expect !== 'devices' || known === undefined || known.active === false) return
    const at = { site: known.site, device, resource: '' }
    const rule = selects(base.selector, at) ? variantOf(base, at) : undefined
    if (rule === undefined) return
    const facts = { device: known.name, site: known.site, agent: known.agent } as Record<string, string | undefined>
    const get = (name: string) => (name.startsWith('tag.') ? known.tags[name.slice(4)] : facts[name])
    const signal: AlarmSignal = {
      ...{ ...at, kind: 'raise', rule: base.rule.id, at: now, late: false, inputs: {}, agent: known.agent },
      ...{ customer: known.customer, alarmType: base.rule.alarmType as string, qualifier: base.qualifier(get) },
      ...{ severity: rule.severity, text: rule.text(get), source: base.source, version: base.version },
      ...(base.rule.shadow ? { shadow: true } : {}),
    }
    const id = idOf(signal)
    if (!subjects.has(id)) put(id, { signal, since: now, times: [], fresh: [], missingAt: null }, rule)
  }

  function armAll(agent: string, at: number): void {
    armed.add(agent)
    const some = [...rules.values()].filter((rule) => rule.event?.expect === 'devices')
    if (some.length === 0) return
    for (const device of sink.places.devices?.() ?? [])
      if (device.agent === agent) for (const rule of some) arm(rule, device.id, at)
  }

  return {
    get size() {
      return subjects.size
    },
    replace(all, now) {
      rules = new Map(all.filter((r) => r.event?.expect !== undefined).map((r) => [r.rule.id, r]))
      for (const [id, state] of [...subjects]) {
        const rule = ruleOf(state)
        if (rule === undefined) drop(id, state, now)
        else remember(id, state, dueOf(state, rule))
      }
      armed.clear()
    },
    deviceChanged(device, now) {
      for (const rule of rules.values()) arm(rule, device, now)
    },
    came(base, event) {
      // one for each device, whatever its events say
      const whole = base.event?.expect === 'devices' ? { resource: '', qualifier: base.rule.qualifier } : {}
      const signal: AlarmSignal = { ...event, kind: 'raise', ...whole }
      const rule = variantOf(base, signal)
      if (rule === undefined) return
      const id = idOf(signal)
      const state = subjects.get(id) ?? { signal, since: signal.at, times: [], fresh: [], missingAt: null }
      const fresh = [...state.fresh, signal.at].sort((a, b) => a - b).slice(-MAX_FRESH)
      put(
        id,
        { ...state, signal, since: state.times.length > 0 ? state.since : Math.min(state.since, signal.at), fresh },
        rule,
      )
    },
    unheard(agent, at) {
      for (const id of ofAgent.get(agent) ?? []) {
        const state = subjects.get(id) as ExpectedState
        const rule = ruleOf(state)
        if (rule === undefined || state.since >= at || (state.fresh.at(-1) ?? state.times.at(-1) ?? 0) >= at) continue
        put(id, { ...state, since: at }, rule)
      }
    },
    advance(agent, at, late) {
      if (!armed.has(agent)) armAll(agent, at)
      const look = (id: string) => {
        const state = subjects.get(id)
        if (state === undefined) return
        const rule = ruleOf(state)
        if (rule === undefined) drop(id, state, at)
        else judge(id, state, rule, at, late)
      }
      for (const id of [...(waiting.get(agent) ?? [])]) look(id)
      const queue = timed.get(agent)
      for (let due = queue?.take(at); due !== undefined; due = queue?.take(at)) {
        if (queued.get(due.id) !== due.at) continue
        queued.delete(due.id)
        if (subjects.get(due.id)?.missingAt === null) look(due.id)
      }
    },
    restore(rule, key, state) {
      const id = `${rule}\u001f${key}`
      subjects.set(id, state)
      const agent = state.signal.agent ?? ''
      const known = ofAgent.get(agent) ?? new Set()
      ofAgent.set(agent, known.add(id))
    },
  }
}

const idOf = (signal: AlarmSignal): string => `${signal.rule}\u001f${alarmKeyOf(signal)}`

const subjectOf = ({ signal }: ExpectedState): string => `x:${alarmKeyOf(signal)}`
