// How a judgement is put together: inventory, rules, alarms, incidents, in that order, in memory. One group, tick or action
// of a person in, one change set out. Storage writes it; nothing here waits, sends or reads a clock.
import type { Alarm } from '#shared/domain/alarm.ts'
import { createAlarmUpkeep } from './alarm-upkeep.ts'
import type { AlarmChange } from './alarms/alarm-change.ts'
import { type Alarms, type AlarmsOptions, createAlarms } from './alarms/alarms.ts'
import type { IncidentOptions, IncidentTerms, StoredIncidents } from './incidents/incident-terms.ts'
import { createIncidents, type Incidents } from './incidents/incidents.ts'
import type { Evaluation, IngestGroup, Watermark } from './ingest/evaluation.ts'
import { createInventory, type Inventory, type InventoryOptions, type StoredInventory } from './inventory/inventory.ts'
import { type Actions, judgementActions } from './judgement-actions.ts'
import { compact, traceAlarm } from './judgement-changes.ts'
import { cloneSignals, lossSignals, ownPolicy, presenceSignals } from './rules/own-signals.ts'
import type { IncidentPolicy } from './rules/rule.ts'
import { createRules, type Rules, type RulesOutcome, type StoredRules } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface Judgement extends Evaluation<ChangeSet>, Actions {
  readonly inventory: Inventory
  readonly rules: Rules
  readonly alarms: Alarms
  readonly incidents: Incidents
}

/** What the store knows; all of the last commit. */
export interface StoredJudgement extends StoredRules, StoredInventory, Omit<StoredIncidents, 'alarms'> {
  readonly alarms: readonly Alarm[]
}

export interface JudgementOptions {
  readonly inventory: InventoryOptions
  readonly alarms: AlarmsOptions
  readonly incidents: Omit<IncidentOptions, 'termsOf' | 'playbookOf'>
  readonly language: 'zh-CN' | 'en'
  load(): Promise<StoredJudgement>
}

/** Builds the judgement; call reload() once before the first group. */
export function createEvaluation(options: JudgementOptions): Judgement {
  const { language } = options
  const inventory = createInventory(options.inventory)
  const rules = createRules({ places: inventory, language })
  const alarms = createAlarms(options.alarms)
  const incidents = createIncidents({
    ...options.incidents,
    playbookOf: inventory.playbook,
    termsOf: (rule) => termsOf(ownPolicy(rule) ?? rules.get(rule)?.rule.incident),
  })
  /** Agents whose lanes are being drained: what happened there is history until they have caught up. */
  const behind = new Map<string, Set<Watermark['lane']>>()

  function follow(change: AlarmChange, changes: ChangeSet, now: number): void {
    const incident = incidents.onAlarm(change, changes, now)
    const alarm = incident === undefined ? change.alarm : alarms.setIncident(change.alarm.id, incident)
    changes.alarms.push(incident === undefined ? change : { ...change, alarm })
  }

  function take(signals: readonly AlarmSignal[], changes: ChangeSet, now: number): void {
    for (const signal of signals) {
      const change = alarms.apply(signal, now)
      if (!change) continue
      if (change.action !== 'update' || change.was) traceAlarm(change, signal, changes)
      follow(change, changes, now)
    }
  }

  function takeRules(outcome: RulesOutcome, changes: ChangeSet, now: number): void {
    changes.ruleStates.push(...outcome.states)
    take(outcome.signals, changes, now)
  }

  /** Late alarms that still stand when their agent has caught up are news now. */
  function caughtUp(watermarks: readonly Watermark[], changes: ChangeSet, now: number): void {
    for (const { agent, lane, live } of watermarks) {
      if (live) behind.get(agent)?.delete(lane)
      else behind.set(agent, (behind.get(agent) ?? new Set()).add(lane))
    }
    for (const { agent } of watermarks) {
      if (behind.get(agent)?.size !== 0) continue
      behind.delete(agent)
      standing(agent, changes, now)
    }
  }

  function standing(agent: string, changes: ChangeSet, now: number): void {
    for (const alarm of [...alarms.active()]) {
      if (alarm.agent !== agent || alarm.suppression?.by !== 'history') continue
      const note = 'still there when the stream had caught up'
      const change = alarms.act(alarm.id, { action: 'unsuppress', actor: 'system', at: now, note })
      if (typeof change !== 'string') follow(change, changes, now)
    }
  }

  function known(devices: readonly string[], changes: ChangeSet, now: number): void {
    if (devices.length === 0) return
    const set = new Set(devices)
    changes.alarms.push(...alarms.setUnknown((a) => a.device !== null && set.has(a.device), null, now))
  }

  function unwatched(devices: readonly string[], changes: ChangeSet, now: number): void {
    if (devices.length === 0) return
    const set = new Set(devices)
    changes.alarms.push(...alarms.setUnknown((a) => a.device !== null && set.has(a.device), now, now))
  }

  function isHeardBy({ device, agent: raisedBy }: Alarm, agent: string): boolean {
    return device !== null && (inventory.device(device)?.agent ?? raisedBy) === agent
  }

  const upkeep = createAlarmUpkeep({ inventory, rules, alarms, incidents, follow, take, takeRules })

  function evaluate(group: IngestGroup): ChangeSet {
    const { now } = group
    const changes = emptyChangeSet()
    const seen = inventory.apply(group)
    changes.agents.push(...seen.agents)
    changes.devices.push(...seen.devices)
    changes.playbooks.push(...seen.playbooks)
    if (seen.described.length > 0) takeRules(rules.devicesChanged(seen.described, now), changes, now)
    upkeep.dropDevices(seen.gone, changes, now)
    unwatched(seen.unwatched, changes, now)
    take(presenceSignals(seen.presence, now, inventory, language), changes, now)
    take(
      cloneSignals(group, (agent) => inventory.agent(agent)?.site, inventory, language),
      changes,
      now,
    )
    take(lossSignals(seen.lost, now, inventory, language), changes, now)
    const judged = rules.evaluate(group, (devices) => upkeep.nameResources(group.newSeries, devices, changes, now))
    takeRules(judged, changes, now)
    known(seen.known, changes, now)
    caughtUp(group.watermarks, changes, now)
    for (const { record } of group.results)
      if (record.kind === 'command-result') incidents.onResult(record, changes, now)
    return changes
  }

  function tick(now: number, mono: number): ChangeSet {
    const changes = emptyChangeSet()
    const seen = inventory.tick(now, mono)
    changes.agents.push(...seen.agents)
    changes.devices.push(...seen.devices)
    upkeep.dropDevices(seen.gone, changes, now)
    unwatched(seen.unwatched, changes, now)
    for (const { agent, presence, at } of seen.presence)
      if (presence === 'unknown') changes.alarms.push(...alarms.setUnknown((a) => isHeardBy(a, agent), at, now))
    take(presenceSignals(seen.presence, now, inventory, language), changes, now)
    upkeep.tick(changes, now)
    for (const change of alarms.tick(now)) follow(change, changes, now)
    incidents.tick(changes, now)
    return changes
  }

  return {
    inventory,
    rules,
    alarms,
    incidents,
    evaluate: (group) => compact(evaluate(group)),
    tick: (now, mono) => compact(tick(now, mono)),
    async reload() {
      const stored = await options.load()
      behind.clear()
      upkeep.restored()
      inventory.restore(stored)
      rules.restore(stored)
      alarms.restore(stored.alarms)
      incidents.restore(stored)
      for (const alarm of stored.alarms)
        if (alarm.suppression?.by === 'history' && !alarm.isCleared && alarm.agent) behind.set(alarm.agent, new Set())
    },
    ...judgementActions({ inventory, rules, alarms, incidents, follow, takeRules, upkeep }),
  }
}

function termsOf(policy: IncidentPolicy | undefined): IncidentTerms | undefined {
  if (!policy) return undefined
  const { open, attach, impact, urgency, reopenWithin, resolveOnClear, atLeast } = policy
  const resolveAfterMs = resolveOnClear === true ? 0 : resolveOnClear === false ? null : resolveOnClear
  return { open, attach: attach ?? open, impact, urgency, reopenWithinMs: reopenWithin, resolveAfterMs, atLeast }
}
