// How a judgement is put together: inventory, rules, alarms, what holds them back, incidents, in that order, in memory. One
// group, tick or action of a person in, one change set out. Storage writes it; nothing here waits, sends or reads a clock.
import { type Alarm, alarmKeyOf, isShadow, shadowQualifier } from '#shared/domain/alarm.ts'
import { createAlarmUpkeep } from './alarm-upkeep.ts'
import type { AlarmChange } from './alarms/alarm-change.ts'
import { type Alarms, type AlarmsOptions, createAlarms } from './alarms/alarms.ts'
import { COMMON_CAUSE } from './cause/common-cause.ts'
import { type CauseDesk, type CauseSources, createCauseDesk } from './cause-desk.ts'
import type { IncidentOptions, IncidentTerms, StoredIncidents } from './incidents/incident-terms.ts'
import { createIncidents, type Incidents } from './incidents/incidents.ts'
import type { Evaluation, IngestGroup } from './ingest/evaluation.ts'
import { createInventory, type Inventory, type InventoryOptions, type StoredInventory } from './inventory/inventory.ts'
import { type Actions, judgementActions } from './judgement-actions.ts'
import { compact, ruleVersions, traceAlarm, withVersions } from './judgement-changes.ts'
import type { NotifyStateChange } from './notify/intent.ts'
import { createNotificationPolicy, type NotificationSettings } from './notify/policy/policy.ts'
import { cloneSignals, isUntilSteady, lossSignals, ownPolicy, presenceSignals } from './rules/own-signals.ts'
import type { IncidentPolicy } from './rules/rule.ts'
import { createRules, type Rules, type RulesOutcome, type StoredRules } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import type { Gate } from './suppression/gate.ts'
import { createHistoryGate } from './suppression/history-gate.ts'
import { createShadowGate } from './suppression/shadow-gate.ts'
import { createShelvedGate } from './suppression/shelved-gate.ts'
import { createSuppression, type JudgedChange, type Suppression } from './suppression/suppression.ts'
import { createToldAlarms, type ToldAlarms } from './told-alarms.ts'
import { createWrittenGates, type StoredGates, type WrittenGates } from './written-gates.ts'

export interface Judgement extends Evaluation<ChangeSet>, Actions {
  readonly inventory: Inventory
  readonly rules: Rules
  readonly alarms: Alarms
  readonly incidents: Incidents
  readonly suppression: Suppression
  readonly written: WrittenGates
  readonly cause: CauseDesk
  readonly told: ToldAlarms
}

/** What the store knows; all of the last commit. */
export interface StoredJudgement extends StoredRules, StoredInventory, Omit<StoredIncidents, 'alarms'>, StoredGates {
  readonly alarms: readonly Alarm[]
  /** What the notification policy remembers. */
  readonly notifyState: readonly NotifyStateChange[]
}

export interface JudgementOptions {
  readonly inventory: InventoryOptions
  readonly alarms: AlarmsOptions
  readonly incidents: Omit<IncidentOptions, 'termsOf' | 'playbookOf' | 'tell'>
  readonly notify: NotificationSettings
  readonly language: 'zh-CN' | 'en'
  /** What may hold alarms back, besides backlogs and shelves. */
  readonly gates?: readonly Gate[]
  /** Links and decisions by which causes are told from symptoms; absent: by what devices declare. */
  readonly cause?: CauseSources
  load(): Promise<StoredJudgement>
}

/** Builds the judgement; call reload() once before the first group. */
export function createEvaluation(options: JudgementOptions): Judgement {
  const { language } = options
  const inventory = createInventory(options.inventory)
  const rules = createRules({ places: inventory, language })
  const flappingOf = (rule: string) => {
    const own = rules.get(rule)?.rule.flapping
    return own === false ? null : own
  }
  const alarms = createAlarms({ ...options.alarms, flappingOf })
  const incidents = createIncidents({
    ...options.incidents,
    tell: (...step) => policy.on(...step),
    playbookOf: inventory.playbook,
    termsOf: (rule) => termsOf(ownPolicy(rule) ?? rules.get(rule)?.rule.incident, isUntilSteady(rule)),
    isAlone: (rule) => rule === COMMON_CAUSE,
  })
  const policy = createNotificationPolicy({
    ...options.notify,
    incident: incidents.get,
    alarm: alarms.get,
    device: inventory.device,
    zoneOf: (site) => inventory.site(site)?.timeZone,
  })
  const history = createHistoryGate(incidents.standsIn)
  const versions = ruleVersions(rules)
  const finish = (changes: ChangeSet): ChangeSet => {
    policy.settle(changes)
    return withVersions(compact(changes), versions)
  }
  const cause = createCauseDesk({ sources: options.cause ?? {}, inventory, rules, alarms, incidents, language })
  const { causes } = cause
  const written = createWrittenGates({ inventory, rules, alarms, settle: (...turn) => settle(...turn), finish })
  const own = [history, createShelvedGate(), createShadowGate()]
  const gates = [...own, ...written.gates, ...causes.gates, ...(options.gates ?? [])]
  const suppression = createSuppression({ gates, alarms })

  function hand({ change, joins, again }: JudgedChange, changes: ChangeSet, now: number): void {
    if (isShadow(change.alarm)) {
      if (!again) changes.alarms.push(change)
      return
    }
    const cause = joins === undefined ? undefined : (alarms.get(joins)?.incident ?? undefined)
    const incident = incidents.onAlarm(change, changes, now, cause)
    if (incident === undefined && again) return
    const alarm = incident === undefined ? change.alarm : alarms.setIncident(change.alarm.id, incident)
    if (incident !== undefined) suppression.inIncident(alarm.id)
    changes.alarms.push(incident === undefined ? change : { ...change, alarm })
    policy.onAlarm({ ...change, alarm }, now)
  }

  /** For changes that were told to the gates. */
  function pass(change: AlarmChange, changes: ChangeSet, now: number): void {
    for (const judged of suppression.judge(change, changes, now)) hand(judged, changes, now)
  }

  function follow(change: AlarmChange, changes: ChangeSet, now: number): void {
    suppression.heard(change, now)
    told.saw(change.alarm)
    pass(change, changes, now)
  }

  /** What came together is judged together: gates know all of it before they are asked about any. */
  function take(signals: readonly AlarmSignal[], changes: ChangeSet, now: number): void {
    const waiting = new Map<string, () => void>()
    const flush = () => {
      for (const go of waiting.values()) go()
      waiting.clear()
    }
    for (const said of signals) {
      const signal = said.shadow ? { ...said, qualifier: shadowQualifier(said.rule, said.qualifier) } : said
      const key = alarmKeyOf(signal)
      if (waiting.has(key)) flush()
      const change = told.admits(signal) ? alarms.apply(signal, now) : undefined
      if (!change) continue
      suppression.heard(change, now)
      told.saw(change.alarm)
      waiting.set(key, () => {
        if (change.action !== 'update' || change.was) traceAlarm(change, signal, changes)
        pass(change, changes, now)
      })
    }
    flush()
  }

  const settle = (changes: ChangeSet, now: number) => {
    take(causes.look(now), changes, now)
    suppression.settle(changes, now, (judged) => hand(judged, changes, now))
  }

  function takeRules(outcome: RulesOutcome, changes: ChangeSet, now: number): void {
    changes.ruleStates.push(...outcome.states)
    take(outcome.signals, changes, now)
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
  const told = createToldAlarms({ rules, clear: upkeep.clear })

  function evaluate(group: IngestGroup): ChangeSet {
    const { now } = group
    const changes = emptyChangeSet()
    const seen = inventory.apply(group, history.isBehind)
    changes.agents.push(...seen.agents)
    changes.devices.push(...seen.devices)
    changes.playbooks.push(...seen.playbooks)
    causes.described(seen.devices)
    causes.take(group)
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
    history.watermarks(group.watermarks, rules.isDraining, now)
    settle(changes, now)
    for (const { record } of group.results)
      if (record.kind === 'command-result') incidents.onResult(record, changes, now)
    return changes
  }

  function tick(now: number, mono: number): ChangeSet {
    const changes = emptyChangeSet()
    const seen = inventory.tick(now, mono)
    changes.agents.push(...seen.agents)
    changes.devices.push(...seen.devices)
    causes.described(seen.devices)
    upkeep.dropDevices(seen.gone, changes, now)
    unwatched(seen.unwatched, changes, now)
    for (const { agent, presence, at } of seen.presence)
      if (presence === 'unknown') changes.alarms.push(...alarms.setUnknown((a) => isHeardBy(a, agent), at, now))
    take(presenceSignals(seen.presence, now, inventory, language), changes, now)
    upkeep.tick(changes, now)
    told.tick(changes, now)
    for (const change of alarms.tick(now)) follow(change, changes, now)
    settle(changes, now)
    incidents.tick(changes, now)
    policy.tick(now)
    return changes
  }

  return {
    inventory,
    rules,
    alarms,
    incidents,
    suppression,
    written,
    cause,
    told,
    evaluate: (group) => finish(evaluate(group)),
    tick: (now, mono) => finish(tick(now, mono)),
    async reload() {
      const stored = await options.load()
      upkeep.restored()
      inventory.restore(stored)
      rules.restore(stored)
      alarms.restore(stored.alarms)
      told.restored(alarms.active())
      incidents.restore(stored)
      cause.restore(stored)
      written.restore(stored)
      suppression.restore(stored.alarms)
      policy.restore(stored.notifyState)
    },
    ...judgementActions({ inventory, rules, alarms, incidents, follow, settle, finish, takeRules, upkeep }),
  }
}

function termsOf(policy: IncidentPolicy | undefined, untilSteady: boolean): IncidentTerms | undefined {
  if (!policy) return undefined
  const { open, attach, impact, urgency, reopenWithin, resolveOnClear, atLeast } = policy
  const resolveAfterMs = resolveOnClear === true ? 0 : resolveOnClear === false ? null : resolveOnClear
  const terms = { open, attach: attach ?? open, impact, urgency, reopenWithinMs: reopenWithin, resolveAfterMs, atLeast }
  return { ...terms, untilSteady }
}
