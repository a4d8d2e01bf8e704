// What people do to alarms, incidents and rules, as turns: changes to write, and an answer.
import type { Incident, IncidentState } from '#shared/domain/incident.ts'
import type { AlarmUpkeep } from './alarm-upkeep.ts'
import type { AlarmChange } from './alarms/alarm-change.ts'
import type { AlarmAction, Alarms } from './alarms/alarms.ts'
import { actOnAlarms, type BulkResult } from './alarms/operator-actions.ts'
import type { Incidents } from './incidents/incidents.ts'
import type { DiagnosticAsk, IncidentDraft, Refusal, StateDetail } from './incidents/people-actions.ts'
import type { Inventory } from './inventory/inventory.ts'
import { RECORDS_LOST } from './rules/own-signals.ts'
import type { DefinedRule } from './rules/rule.ts'
import type { Rules, RulesOutcome } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

/** What an action of a person gives to Turns.run: changes to write and the answer. */
export interface Done<T> {
  readonly changes: ChangeSet
  readonly value: T
}

/** Actions of people; `now` is the turn's time. Only inside Turns.run. */
export interface Actions {
  onAlarms(ids: readonly string[], action: AlarmAction): Done<BulkResult>
  /** Ends alarms that nothing will ever tell the end of; the others are refused. */
  clearAlarms(
    ids: readonly string[],
    by: { readonly actor: string; readonly at: number },
    note: string,
  ): Done<BulkResult>
  note(id: string, actor: string, text: string, now: number): Done<Incident | Refusal>
  assign(
    id: string,
    actor: string,
    assignee: string | null,
    now: number,
    from?: string | null,
  ): Done<Incident | Refusal>
  setState(
    id: string,
    actor: string,
    state: IncidentState,
    note: string,
    now: number,
    detail?: StateDetail,
  ): Done<Incident | Refusal>
  openIncident(draft: IncidentDraft, actor: string, now: number): Done<Incident>
  requestDiagnostic(ask: Omit<DiagnosticAsk, 'agent'>, actor: string, now: number): Done<{ command: string } | Refusal>
  /** What the collector says of itself, e.g. that a channel gets nothing through. */
  own(signals: readonly AlarmSignal[], now: number): Done<void>
  /** Any other thing that people do: the work, then what follows from it for alarms, then the answer. */
  settled<T>(work: (changes: ChangeSet) => () => T, now: number): Done<T>
  /** All rules that hold from now on: stock, files and database. The caller writes the database ones. */
  replaceRules(rules: readonly DefinedRule[], actor: string, now: number): Done<{ readonly rules: number }>
}

export interface ActionParts {
  readonly inventory: Inventory
  readonly rules: Rules
  readonly alarms: Alarms
  readonly incidents: Incidents
  follow(change: AlarmChange, changes: ChangeSet, now: number): void
  /** Judges anew what is held back and what what was done has touched. */
  settle(changes: ChangeSet, now: number): void
  /** What is written of them at the end of the turn. */
  finish(changes: ChangeSet): ChangeSet
  readonly upkeep: AlarmUpkeep
  takeRules(outcome: RulesOutcome, changes: ChangeSet, now: number): void
}

export function judgementActions({
  inventory,
  rules,
  alarms,
  incidents,
  follow,
  settle,
  finish,
  takeRules,
  upkeep,
}: ActionParts): Actions {
  const done = <T>(work: (changes: ChangeSet) => T): Done<T> => {
    const changes = emptyChangeSet()
    const value = work(changes)
    return { changes: finish(changes), value }
  }
  return {
    onAlarms: (ids, action) =>
      done((changes) => {
        const { result, changed } = actOnAlarms(alarms, ids, action, changes)
        for (const change of changed) {
          follow(change, changes, action.at)
          // lost records come back by no clearing: seen is settled
          if (change.action === 'acknowledge' && change.alarm.rule === RECORDS_LOST && !change.alarm.isCleared)
            upkeep.clear(change.alarm, `seen by ${action.actor}`, changes, action.at)
          if (change.action === 'close') upkeep.closed(change.alarm, action.actor, changes, action.at)
        }
        settle(changes, action.at)
        return result
      }),
    clearAlarms: (ids, { actor, at }, note) =>
      done((changes) => {
        const cleared: string[] = []
        const refused: { id: string; reason: string }[] = []
        for (const id of new Set(ids)) {
          const alarm = alarms.get(id)
          const problem = alarm === undefined ? 'no such alarm' : upkeep.clearByHand(alarm, actor, note, changes, at)
          if (problem !== undefined) {
            refused.push({ id, reason: problem })
            continue
          }
          cleared.push(id)
          changes.audit.push({ at, actor, action: 'alarm.clear', subject: id, detail: { note } })
        }
        settle(changes, at)
        return { done: cleared, refused }
      }),
    note: (id, actor, text, now) => done((changes) => incidents.note(id, { actor, at: now }, text, changes)),
    assign: (id, actor, to, now, from) =>
      done((changes) => incidents.assign(id, { actor, at: now }, to, changes, from)),
    setState: (id, actor, state, note, now, detail) =>
      done((changes) => incidents.setState(id, { actor, at: now }, state, note, changes, detail)),
    openIncident: (draft, actor, now) => done((changes) => incidents.openByHand(draft, { actor, at: now }, changes)),
    requestDiagnostic: (ask, actor, now) =>
      done((changes) => {
        const device = inventory.device(ask.device)
        if (!device) return { refused: 'no such device', code: 'not-found' as const }
        return incidents.requestDiagnostic({ ...ask, agent: device.agent }, { actor, at: now }, changes)
      }),
    own: (signals, now) =>
      done((changes) => {
        takeRules({ states: [], signals: [...signals] }, changes, now)
        settle(changes, now)
      }),
    settled: (work, now) =>
      done((changes) => {
        const answer = work(changes)
        settle(changes, now)
        return answer()
      }),
    replaceRules: (defined, actor, now) =>
      done((changes) => {
        takeRules(rules.replace(defined, now), changes, now)
        upkeep.dropOtherMode(changes, now)
        // what no rule stands behind any more ends with the next tick
        upkeep.restored()
        settle(changes, now)
        const detail = { rules: defined.length }
        changes.audit.push({ at: now, actor, action: 'rules.replace', subject: 'rules', detail })
        return detail
      }),
  }
}
