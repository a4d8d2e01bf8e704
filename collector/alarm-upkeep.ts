// What ends, or gets its right name, without a word of the device itself: alarms of devices and agents that are gone, of rules
// that no longer hold, of traps that came before the first poll. Wiring between inventory, rules, alarms and incidents.
import { type Alarm, alarmKeyOf, isShadow, plainQualifier } from '#shared/domain/alarm.ts'
import type { AlarmChange } from './alarms/alarm-change.ts'
import type { Alarms } from './alarms/alarms.ts'
import { isOpen } from './incidents/incident-states.ts'
import type { Incidents } from './incidents/incidents.ts'
import type { SeriesInfo } from './ingest/evaluation.ts'
import type { Inventory } from './inventory/inventory.ts'
import { cutOffBecause, QUARANTINED } from './inventory/liveness.ts'
import { AGENT_CLONED, OWN_MEMORY_MS, ownPolicy, SITE_UNREACHABLE } from './rules/own-signals.ts'
import type { Rules, RulesOutcome } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import type { ChangeSet } from './storage/change-set.ts'

export interface AlarmUpkeep {
  /** Nobody will ever say that these devices are well again: what stands of them ends. */
  dropDevices(devices: readonly string[], changes: ChangeSet, now: number): void
  /**
   * Ports were polled for the first time, or for the first time since these devices restarted: a trap may have named them
   * as it could, now they get the name of the poll.
   */
  nameResources(fresh: readonly SeriesInfo[], confirmed: readonly string[], changes: ChangeSet, now: number): void
  /**
   * A person closed it. When only events speak of it and no poll, the word that it is over may have been lost for ever:
   * then closing ends it.
   */
  closed(alarm: Alarm, actor: string, changes: ChangeSet, now: number): void
  /** A person says that it is over. Answers why that is refused: its rule or a poll will tell. */
  clearByHand(alarm: Alarm, actor: string, note: string, changes: ChangeSet, now: number): string | undefined
  /** Ends a standing alarm; `why` goes into its history. */
  clear(alarm: Alarm, why: string, changes: ChangeSet, now: number): void
  /** Rules were replaced: what stands by one that runs in shadow now, or no longer does, ends and begins anew. */
  dropOtherMode(changes: ChangeSet, now: number): void
  tick(changes: ChangeSet, now: number): void
  /** The judgement was read back: rules and agents may have changed meanwhile. */
  restored(): void
}

export interface UpkeepParts {
  readonly inventory: Inventory
  readonly rules: Rules
  readonly alarms: Alarms
  readonly incidents: Incidents
  follow(change: AlarmChange, changes: ChangeSet, now: number): void
  take(signals: readonly AlarmSignal[], changes: ChangeSet, now: number): void
  takeRules(outcome: RulesOutcome, changes: ChangeSet, now: number): void
}

const CHECK_EVERY_MS = 60_000
const VANISHED_EVERY_MS = 3_600_000

export function createAlarmUpkeep(parts: UpkeepParts): AlarmUpkeep {
  const { inventory, rules, alarms, incidents, follow, take, takeRules } = parts
  let ownCheckedAt = 0
  let vanishedAt = 0
  let orphansChecked = true

  function clear(alarm: Alarm, why: string, changes: ChangeSet, now: number): void {
    const signal = {
      kind: 'clear' as const,
      at: Math.max(now, alarm.raisedAt),
      late: false,
      text: why,
      inputs: { why },
    }
    take([{ ...alarm, severity: alarm.perceivedSeverity, ...signal }], changes, now)
  }

  /** Not only events speak of it: a poll or the system itself says when it is over. */
  const willBeTold = (alarm: Alarm): boolean =>
    ownPolicy(alarm.rule) !== undefined || rules.isPolled({ ...alarm, key: alarmKeyOf(alarm) })

  /** Nobody waits for an agent whose identity was taken away. */
  function endWaiting(changes: ChangeSet, now: number): void {
    for (const alarm of [...alarms.active()]) {
      if (alarm.rule !== SITE_UNREACHABLE || alarm.agent === null) continue
      const agent = inventory.agent(alarm.agent)
      const because = agent && cutOffBecause(agent)
      if (because) clear(alarm, `agent ${alarm.agent} is ${because}`, changes, now)
    }
  }

  /** Alarms that no rule clears end some time after their last sign. */
  function endOwn(changes: ChangeSet, now: number): void {
    for (const alarm of [...alarms.active()])
      if (alarm.lastAt <= now - (OWN_MEMORY_MS[alarm.rule] ?? Number.POSITIVE_INFINITY) && !isHeld(alarm))
        clear(alarm, 'no further sign of it', changes, now)
  }

  /** A clone in quarantine gives no further sign: its alarm stands until a person lets the agent in again. */
  function isHeld({ rule, agent }: Alarm): boolean {
    if (rule !== AGENT_CLONED || agent === null) return false
    return inventory.agent(agent)?.refused?.startsWith(QUARANTINED) ?? false
  }

  /** Rules may have changed while we were down: what none stands behind any more is cleared. */
  function dropOrphans(changes: ChangeSet, now: number): void {
    for (const alarm of [...alarms.active()]) {
      if (alarm.device === null && alarm.agent !== null && !inventory.agent(alarm.agent)) {
        clear(alarm, `agent ${alarm.agent} is no longer configured`, changes, now)
        continue
      }
      if (ownPolicy(alarm.rule) !== undefined || rules.holds({ ...alarm, qualifier: plainQualifier(alarm) })) continue
      clear(alarm, `rule ${alarm.rule} no longer applies`, changes, now)
    }
  }

  /** A rule that went into the shadow, or came out of it, begins anew. */
  function dropOtherMode(changes: ChangeSet, now: number): void {
    for (const alarm of [...alarms.active()]) {
      const rule = rules.get(alarm.rule)?.rule
      if (rule !== undefined && rule.shadow !== isShadow(alarm))
        clear(alarm, `rule ${alarm.rule} ${rule.shadow ? 'runs in shadow' : 'is told'} from now on`, changes, now)
    }
  }

  function dropDevices(devices: readonly string[], changes: ChangeSet, now: number): void {
    if (devices.length === 0) return
    takeRules(rules.devicesChanged(devices, now), changes, now)
    const gone = new Set(devices)
    for (const alarm of [...alarms.active()])
      if (alarm.device !== null && gone.has(alarm.device)) clear(alarm, 'the device is no longer watched', changes, now)
  }

  function nameResources(
    fresh: readonly SeriesInfo[],
    confirmed: readonly string[],
    changes: ChangeSet,
    now: number,
  ): void {
    const polled = new Set(fresh.map((s) => s.device))
    const devices = new Set([...confirmed, ...polled])
    if (devices.size === 0) return
    for (const alarm of [...alarms.active()]) {
      if (alarm.device === null || !devices.has(alarm.device)) continue
      const resource = rules.resourceNow(alarm.device, alarm.resource)
      const key = alarmKeyOf(alarm)
      if (resource === alarm.resource) {
        // an event told of it before the first poll: from now on the poll is the truth
        if (polled.has(alarm.device) && rules.isPolled({ ...alarm, key })) rules.moved(key, key, alarm.lastAt)
        continue
      }
      const incident = alarm.incident === null ? undefined : incidents.get(alarm.incident)
      const open = alarm.incident === null || (incident !== undefined && isOpen(incident.state))
      const moves = alarms.move(alarm.id, resource, now, open)
      for (const change of moves) follow(change, changes, now)
      const there = moves.find((change) => !change.alarm.isCleared)
      if (there !== undefined) incidents.onMoved(alarm, there.alarm, changes)
      rules.moved(key, alarmKeyOf({ ...alarm, resource }), alarm.lastAt)
    }
  }

  return {
    dropDevices,
    dropOtherMode,
    nameResources,
    clear,
    clearByHand(alarm, actor, note, changes, now) {
      if (alarm.isCleared) return 'the alarm is cleared'
      if (willBeTold(alarm)) return 'its rule can tell when it is over; close it to be done with it'
      clear(alarm, note === '' ? `cleared by ${actor}` : `cleared by ${actor}: ${note}`, changes, now)
      return undefined
    },
    closed(alarm, actor, changes, now) {
      if (alarm.isCleared || willBeTold(alarm)) return
      clear(alarm, `closed by ${actor}; no poll can tell`, changes, now)
    },
    tick(changes, now) {
      if (!orphansChecked) dropOtherMode(changes, now)
      if (!orphansChecked) dropOrphans(changes, now)
      orphansChecked = true
      takeRules(rules.overdue(now), changes, now)
      if (now - ownCheckedAt < CHECK_EVERY_MS) return
      ownCheckedAt = now
      endWaiting(changes, now)
      endOwn(changes, now)
      if (now - vanishedAt < VANISHED_EVERY_MS) return
      vanishedAt = now
      takeRules(rules.endVanished(now), changes, now)
    },
    restored() {
      orphansChecked = false
    },
  }
}
