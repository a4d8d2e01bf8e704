// The alarm list. In: signals of rules and liveness, actions of people, time. Out: changes of alarms. An alarm is a state
// with an identity: the same fault seen by a trap, a log line and a poll is one alarm. Opens no incident, sends nothing.
import { createHash } from 'node:crypto'
import { type Alarm, alarmKeyOf, isShadow } from '#shared/domain/alarm.ts'
import type { Suppression } from '#shared/domain/suppression.ts'
import type { AlarmSignal } from '../rules/signal.ts'
import type { AlarmChange } from './alarm-change.ts'
import { FLAPPING, type FlapSettings, flapsNow, withTurn } from './flapping.ts'
import { movedAlarm } from './moved-alarm.ts'
import { type AlarmAction, operatorStep, outgrown, ruledSeverity } from './operator-state.ts'

export type { AlarmAction } from './operator-state.ts'

export interface Alarms {
  /** Undefined when the signal says nothing new: a clear of what is not there, or news older than what is known. */
  apply(signal: AlarmSignal, now?: number): AlarmChange | undefined
  /**
   * A standing alarm turns out to be about another resource, e.g. a port that only now has a name: it goes on there with its
   * count and what people did, and ends here. `open`: it is in no incident that
   * people have ended, so that it may open or join one.
   */
  move(id: string, resource: string, now: number, open: boolean): readonly AlarmChange[]
  /** An action of a person or of the system on one alarm; see operator-state.ts. Answers why not, when not. */
  act(id: string, action: AlarmAction): AlarmChange | string
  /** The site cannot be heard: nothing is known about its active alarms since then. Null: it can be known again. */
  setUnknown(of: (alarm: Alarm) => boolean, since: number | null, now: number): readonly AlarmChange[]
  /** What holds the alarm back from now on, or nothing; the gates decide (collector/suppression). */
  setSuppression(id: string, held: Suppression | null, now: number): AlarmChange
  /** Remembers in which incident the alarm is. */
  setIncident(id: string, incident: string): Alarm
  /** Shelves and acknowledgements that ran out, flapping that stopped, cleared alarms that leave the list by policy. */
  tick(now: number): readonly AlarmChange[]
  restore(alarms: readonly Alarm[]): void
  get(id: string): Alarm | undefined
  active(): Iterable<Alarm>
  /** The current list: see isListed(). */
  current(): Iterable<Alarm>
  /** How often it was restored: what was made of it before is then another story. */
  generation(): number
}

export interface AlarmsOptions {
  /** `until-ack`: a cleared alarm stays in the list until a person saw it; a number: minutes after which the system closes it. */
  readonly listCleared: 'until-ack' | number
  /** Cleared alarms that nobody needs to see are forgotten after so many days: their count starts anew. */
  readonly forgetAfterDays: number
  /** When alarms of a rule count as flapping; null: never, undefined: as usual. */
  readonly flappingOf?: (rule: string) => FlapSettings | null | undefined
}

/** Whether an alarm belongs in the current list: it leaves when it is cleared and acknowledged or closed; in shadow, when cleared. */
export function isListed(alarm: Alarm): boolean {
  if (isShadow(alarm)) return !alarm.isCleared
  return !alarm.isCleared || (alarm.operatorState !== 'ack' && alarm.operatorState !== 'closed')
}

const DAY_MS = 86_400_000
const AHEAD_MS = 60_000
const FORGET_EVERY_MS = 3_600_000

export function createAlarms({ listCleared, forgetAfterDays, flappingOf }: AlarmsOptions): Alarms {
  const byId = new Map<string, Alarm>()
  const active = new Set<string>()
  const shelved = new Set<string>()
  /** Acknowledged until a time. */
  const promised = new Set<string>()
  const flapping = new Set<string>()
  /** Cleared alarms in the list, oldest first. */
  const listed = new Set<string>()
  let forgotAt = 0
  let generation = 0

  function put(alarm: Alarm): Alarm {
    byId.set(alarm.id, alarm)
    mark(active, alarm.id, !alarm.isCleared)
    mark(shelved, alarm.id, alarm.operatorState === 'shelved')
    mark(promised, alarm.id, alarm.ackUntil !== null)
    mark(flapping, alarm.id, alarm.flapping)
    mark(listed, alarm.id, alarm.isCleared && isListed(alarm))
    return alarm
  }

  function settingsOf(rule: string): FlapSettings | null {
    const own = flappingOf?.(rule)
    return own === undefined ? FLAPPING : own
  }

  /** It was raised or cleared. */
  function flapOf(before: Alarm | undefined, rule: string, at: number): Pick<Alarm, 'flapping' | 'turns'> {
    const settings = settingsOf(rule)
    const turns = withTurn(before?.turns ?? [], at, settings ?? FLAPPING)
    return { flapping: settings !== null && flapsNow(before?.flapping ?? false, turns, at, settings), turns }
  }

  function raise(signal: AlarmSignal, id: string, before: Alarm | undefined): AlarmChange | undefined {
    const { at, late } = signal
    if (before && !before.isCleared) {
      if (at < before.raisedAt) return undefined
      const { text, source, rule } = pick(signal)
      const ruled = ruledSeverity(before, signal.severity)
      const { perceivedSeverity } = ruled.state
      const count = before.count + 1
      const lastAt = Math.max(at, before.lastAt)
      const worse = outgrown(before, perceivedSeverity)
      const said = { ...ruled.state, text, source, rule, count, lastAt, unknownSince: null }
      const alarm = { ...before, ...said, ...worse?.state }
      const was = before.perceivedSeverity
      const turned = was === perceivedSeverity ? {} : { was }
      const note = [ruled.note, worse?.note].filter(Boolean).join('; ')
      return { alarm: put(alarm), action: 'update', at, actor: 'system', late, note, ...turned }
    }
    if (before?.clearedAt != null && at <= before.clearedAt && signal.source !== 'liveness') return undefined
    const isShelved = before?.operatorState === 'shelved'
    const flap = flapOf(before, signal.rule, at)
    const alarm: Alarm = {
      ...pick(signal),
      id,
      isCleared: false,
      operatorState: isShelved ? 'shelved' : 'none',
      episode: (before?.episode ?? 0) + 1,
      count: (before?.count ?? 0) + 1,
      firstAt: before?.firstAt ?? at,
      raisedAt: at,
      lastAt: at,
      clearedAt: null,
      ackBy: isShelved ? before.ackBy : null,
      ackAt: isShelved ? before.ackAt : null,
      ackNote: isShelved ? before.ackNote : '',
      ackUntil: null,
      shelvedUntil: isShelved ? before.shelvedUntil : null,
      ...flap,
      suppression: before?.suppression ?? null,
      unknownSince: null,
      incident: before?.incident ?? null,
    }
    return { alarm: put(alarm), action: 'raise', at, actor: 'system', late, note: '', ...began(before, flap) }
  }

  function clear(signal: AlarmSignal, before: Alarm | undefined): AlarmChange | undefined {
    const { at, late } = signal
    if (!before || before.isCleared || at < before.raisedAt) return undefined
    const flap = flapOf(before, before.rule, at)
    const alarm: Alarm = {
      ...before,
      isCleared: true,
      clearedAt: at,
      lastAt: Math.max(at, before.lastAt),
      ...flap,
      unknownSince: null,
    }
    return { alarm: put(alarm), action: 'clear', at, actor: 'system', late, note: signal.text, ...began(before, flap) }
  }

  function act(id: string, step: AlarmAction): AlarmChange | string {
    const before = byId.get(id)
    if (!before) return 'no such alarm'
    const more = operatorStep(before, step)
    if (typeof more === 'string') return more
    const { action, at, actor, note } = step
    const alarm = put({ ...before, ...more })
    const base = { alarm, at, actor, late: false }
    if (action === 'assign') return { ...base, action, note: [alarm.owner, note].filter(Boolean).join(': ') }
    if (action !== 'severity') return { ...base, action, note }
    const was = before.perceivedSeverity
    const said = `${was} becomes ${alarm.perceivedSeverity}`
    return { ...base, action: 'update', was, note: note === '' ? said : `${said}: ${note}` }
  }

  function move(id: string, resource: string, now: number, open: boolean): AlarmChange[] {
    const from = byId.get(id)
    if (!from || from.isCleared) return []
    const to = idOf({ ...from, resource })
    const changes = movedAlarm(from, { id: to, resource, there: byId.get(to), open }, now)
    for (const { alarm } of changes) put(alarm)
    return changes
  }

  function forget(now: number): void {
    forgotAt = now
    const before = now - forgetAfterDays * DAY_MS
    for (const alarm of byId.values())
      if (alarm.lastAt < before && !isListed(alarm) && alarm.operatorState !== 'shelved') byId.delete(alarm.id)
  }

  return {
    apply(signal, now = signal.at) {
      const id = idOf(signal)
      const before = believable(byId.get(id), signal.at, now)
      return signal.kind === 'raise' ? raise(signal, id, before) : clear(signal, before)
    },
    move,
    act,
    setUnknown(of, since, now) {
      const changes: AlarmChange[] = []
      for (const id of active) {
        const before = byId.get(id) as Alarm
        if ((before.unknownSince === null) === (since === null) || !of(before)) continue
        const alarm = put({ ...before, unknownSince: since })
        const note = since === null ? 'known again' : 'the site cannot be heard'
        changes.push({ alarm, action: 'update', at: now, actor: 'system', late: true, note })
      }
      return changes
    },
    setSuppression(id, held, now) {
      const before = byId.get(id) as Alarm
      const alarm = put({ ...before, suppression: held })
      const note = held?.why ?? `no longer held back: ${before.suppression?.by}`
      const action = held === null ? 'unsuppress' : 'suppress'
      return { alarm, action, at: now, actor: 'system', late: false, note }
    },
    setIncident: (id, incident) => put({ ...(byId.get(id) as Alarm), incident }),
    tick(now) {
      const changes: AlarmChange[] = []
      const system = { actor: 'system', at: now }
      const add = (change: AlarmChange | string) => typeof change !== 'string' && changes.push(change)
      for (const id of [...shelved])
        if ((byId.get(id)?.shelvedUntil ?? 0) <= now)
          add(act(id, { ...system, action: 'unshelve', note: 'the time is up' }))
      for (const id of [...promised])
        if ((byId.get(id)?.ackUntil ?? 0) <= now)
          add(act(id, { ...system, action: 'unacknowledge', note: 'the time is up' }))
      for (const id of [...flapping]) {
        const before = byId.get(id) as Alarm
        const settings = settingsOf(before.rule)
        if (settings !== null && flapsNow(true, before.turns ?? [], now, settings)) continue
        const alarm = put({ ...before, flapping: false })
        changes.push({ alarm, action: 'update', at: now, actor: 'system', late: true, note: 'flapping stopped' })
      }
      if (listCleared !== 'until-ack') {
        const before = now - listCleared * 60_000
        for (const id of [...listed]) {
          const alarm = byId.get(id) as Alarm
          if ((alarm.clearedAt ?? now) > before || alarm.operatorState === 'shelved') continue
          add(act(id, { ...system, action: 'close', note: `cleared for ${listCleared} min` }))
        }
      }
      if (now - forgotAt > FORGET_EVERY_MS) forget(now)
      return changes
    },
    restore(alarms) {
      generation++
      for (const memory of [byId, active, shelved, promised, flapping, listed]) memory.clear()
      for (const alarm of alarms) put(alarm)
    },
    get: (id) => byId.get(id),
    generation: () => generation,
    *active() {
      for (const id of active) yield byId.get(id) as Alarm
    },
    *current() {
      for (const id of active) yield byId.get(id) as Alarm
      for (const id of listed) yield byId.get(id) as Alarm
    },
  }
}

/** The same identity always gives the same id, so that a repeated write changes nothing. */
function idOf(signal: Parameters<typeof alarmKeyOf>[0]): string {
  return createHash('sha256').update(alarmKeyOf(signal)).digest('hex').slice(0, 24)
}

function pick(signal: AlarmSignal) {
  const { customer, site, device, agent, resource, alarmType, qualifier, severity, text, source, rule } = signal
  return {
    customer,
    site,
    device,
    agent,
    resource,
    alarmType,
    qualifier,
    perceivedSeverity: severity,
    text,
    source,
    rule,
  }
}

/** Times ahead of our clock were noted while it was wrong: they must not outweigh what is said now. */
function believable(alarm: Alarm | undefined, at: number, now: number): Alarm | undefined {
  if (!alarm || Math.max(alarm.raisedAt, alarm.clearedAt ?? 0) <= now + AHEAD_MS) return alarm
  const { raisedAt, lastAt, clearedAt } = alarm
  const limit = Math.min(at, now) - 1
  const past = { raisedAt: Math.min(raisedAt, limit), lastAt: Math.min(lastAt, limit) }
  return { ...alarm, ...past, clearedAt: clearedAt === null ? null : Math.min(clearedAt, limit) }
}

const began = (before: Alarm | undefined, { flapping }: Pick<Alarm, 'flapping'>): { flaps?: true } =>
  flapping && !before?.flapping ? { flaps: true } : {}

function mark(set: Set<string>, id: string, belongs: boolean): void {
  if (belongs) set.add(id)
  else set.delete(id)
}
