// Who is told what, when. In: steps of incidents, changes of their alarms, time. Out: messages to send, where every recipient
// stands with every alarm, lines of trace. Runs inside the turn and is pure: what it remembers is written with what it decides,
// so that after a crash nothing is repeated and nothing is lost. What it promises is in docs/notifications.md.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Route, StormLimit } from '#shared/domain/notification-route.ts'
import { severityRank } from '#shared/domain/severity.ts'
import type { AlarmChange } from '../../alarms/alarm-change.ts'
import type { ChangeSet } from '../../storage/change-set.ts'
import type { NotifyStateChange } from '../intent.ts'
import { createDecisions, type How } from './decisions.ts'
import { createMemory } from './memory.ts'
import { mergeShares } from './merging.ts'
import { createRecoveries } from './recoveries.ts'
import { createReminders } from './reminders.ts'
import { DEFAULT_GROUP, type PolicyChannel, type Reached, type RoutingWorld, reachedBy } from './routing.ts'
import type { News, NewsKind, Share } from './share.ts'
import { createTelling } from './telling.ts'

export interface NotificationPolicy {
  /** A step of an incident; `alarm` is the one that caused it. */
  on(step: IncidentStep, incident: Incident, alarm: Alarm | undefined, now: number): void
  /** A change of an alarm after incidents have followed it: it got worse, is held back, is so no longer. */
  onAlarm(change: AlarmChange, now: number): void
  /** What has become due. */
  tick(now: number): void
  /** At the end of a turn: what was decided goes into its changes. */
  settle(changes: Pick<ChangeSet, 'notifications' | 'told' | 'trace' | 'notifyState'>): void
  restore(stored: readonly NotifyStateChange[]): void
}

/**
 * `cleared`: an alarm is over and its incident goes on; `over`: the last one is, and the incident will be; `left`: the alarm goes
 * on in another incident; `merged`: all of the incident does, in the one it says it went into.
 */
export type IncidentStep = NewsKind | 'cleared' | 'over' | 'left' | 'resolved' | 'merged'

/** What people have set up. */
export interface NotificationSettings {
  channels(): readonly PolicyChannel[]
  /** Those that hold, in the order they are asked. */
  routes(): readonly Route[]
  storm(): StormLimit
}

export interface PolicyWorld extends NotificationSettings, Omit<RoutingWorld, 'channels'> {
  /** Undefined: closed, or never known. */
  incident(id: string): Incident | undefined
  alarm(id: string): Alarm | undefined
}

export function createNotificationPolicy(world: PolicyWorld): NotificationPolicy {
  const memory = createMemory()
  const decisions = createDecisions()
  const telling = createTelling(world, memory, decisions)
  const recoveries = createRecoveries(world, memory, decisions)
  const reminders = createReminders(world, memory, decisions, telling)
  /** Shares whose news may be due in this turn. */
  const ripe = new Set<Share>()
  let time = 0

  function news(kind: NewsKind, incident: Incident, alarm: Alarm | undefined, now: number): void {
    const reached = reachedBy(world, incident, alarm, now)
    if (kind === 'reopened') reached.push(...former(incident, reached))
    const led = reached.filter((r) => r.verdict !== 'skipped')
    for (const one of reached) {
      if (one.verdict === 'skipped') skipped(one, incident, alarm, now)
      else tell(kind, one, incident, alarm, now)
    }
    if (led.length > 0) return
    const why = reached[0]?.why ?? 'no route leads anywhere for it'
    decisions.trace({ decision: 'skip', why: `${kind}: nobody is told: ${why}`, incident, alarm, at: now })
    if (alarm && reached.length === 0)
      decisions.told(nobody(incident), alarmOf(alarm), { state: 'suppressed', reason: 'no-route', why }, now)
  }

  function tell(kind: NewsKind, by: Reached, incident: Incident, alarm: Alarm | undefined, now: number): void {
    const share = memory.share(incident.id, by.recipient) ?? memory.add(newShare(by, incident))
    const subject = alarm ? alarmOf(alarm) : { alarm: '', episode: 0 }
    const known = share.members.find((m) => m.alarm === subject.alarm)
    if (known && kind !== 'worse') {
      // its end was not told: that it is back is no news
      if (known.episode !== subject.episode) telling.again(share, known, subject.episode, now)
      return
    }
    if (!share.told && share.waiting.length === 0) share.route = by.route?.id ?? null
    const held = incident.held ?? alarm?.suppression ?? null
    const entry: News = {
      ...subject,
      kind: kind === 'worse' && !known ? 'joined' : kind,
      at: now,
      ...(held
        ? { due: null, reason: 'gate', why: `${held.by}: ${held.why}` }
        : by.verdict === 'held'
          ? { due: by.until, reason: 'hours', why: by.why }
          : { due: groupDue(share, by.route, kind, now), reason: 'group', why: by.why }),
    }
    share.waiting = [...share.waiting.filter((n) => n.alarm !== subject.alarm), entry]
    memory.touch(share)
    ripe.add(share)
    if (entry.due !== null && entry.due <= now) return
    const { reason, why, due: until } = entry
    if (alarm && !known) decisions.told(share, subject, { state: 'waiting', reason, why, until }, now)
    decisions.trace({ decision: 'skip', why: `${kind}: ${by.recipient} waits: ${why}`, incident, alarm, at: now })
  }

  /** When a message of the group may go out. A problem that got worse does not wait for company. */
  function groupDue(share: Share, route: Route | undefined, kind: NewsKind, now: number): number {
    const { groupWait, groupInterval } = route ?? DEFAULT_GROUP
    if (kind === 'worse' || kind === 'reopened') return now
    const group = memory.ofGroup(share)
    const waiting = group.flatMap((s) => s.waiting.filter((n) => n.reason === 'group' && n.due !== null))
    if (waiting.length > 0) return Math.min(...waiting.map((n) => n.due as number))
    const told = group.filter((s) => s.told)
    if (told.length === 0) return now + groupWait
    return Math.max(now, ...told.map((s) => (s.lastAt ?? 0) + groupInterval))
  }

  /** Who was told the end hears that it is not over, whatever routes say now. */
  function former(incident: Incident, reached: readonly Reached[]): Reached[] {
    const there = new Set(reached.filter((r) => r.verdict !== 'skipped').map((r) => r.recipient))
    return memory
      .ofIncident(incident.id)
      .filter((share) => share.before && !there.has(share.recipient))
      .map(({ recipient, channel, address, route }) => ({
        ...{ recipient, channel, address, verdict: 'now', until: null },
        route: world.routes().find((r) => r.id === route),
        why: 'was told that it was over',
      }))
  }

  function skipped(by: Reached, incident: Incident, alarm: Alarm | undefined, now: number): void {
    const { recipient, channel, route, why, until } = by
    decisions.trace({ decision: 'skip', why: `${recipient}: ${why}`, incident, alarm, at: now })
    if (!alarm) return
    const share = memory.share(incident.id, recipient)
    const isKnown = share?.members.some((m) => m.alarm === alarm.id)
    if (isKnown || share?.waiting.some((n) => n.alarm === alarm.id)) return
    const how: How = { state: 'suppressed', reason: 'hours', why, until }
    decisions.told({ recipient, channel, route: route?.id ?? null, incident: incident.id }, alarmOf(alarm), how, now)
  }

  return {
    on(step, incident, alarm, now) {
      time = now
      if (step === 'resolved') recoveries.resolved(incident, now)
      else if (step === 'merged') mergeShares(memory, incident)
      else if (step === 'cleared' || step === 'over' || step === 'left') {
        if (alarm) recoveries.memberOver(step, incident, alarm, now)
      } else news(step, incident, alarm, now)
    },
    onAlarm({ alarm, action, was }, now) {
      const incident = alarm.incident === null ? undefined : world.incident(alarm.incident)
      if (!incident || alarm.isCleared || !isIn(incident, alarm)) return
      time = now
      if (action === 'update' && was && severityRank(alarm.perceivedSeverity) > severityRank(was))
        news('worse', incident, alarm, now)
      else if (action === 'unsuppress' || action === 'unshelve') {
        news('joined', incident, alarm, now)
        telling.release(incident, alarm, now)
      } else if (alarm.suppression !== null && (action === 'suppress' || action === 'shelve'))
        telling.holdBack(incident, alarm, alarm.suppression, now)
    },
    tick(now) {
      time = now
      for (const share of memory.pending())
        if (share.waiting.some((n) => n.due !== null && n.due <= now)) ripe.add(share)
      reminders.tick(now)
      telling.summaries(now)
      telling.forget(now)
    },
    settle(changes) {
      recoveries.settle(time)
      for (const share of ripe) telling.flush(share, time)
      ripe.clear()
      decisions.flush(changes)
      changes.notifyState.push(...memory.changes())
    },
    restore(stored) {
      ripe.clear()
      recoveries.forget()
      decisions.flush({ notifications: [], told: [], trace: [] })
      memory.restore(stored)
    },
  }
}

const isIn = (incident: Incident, alarm: Alarm): boolean =>
  incident.resolvedAt === null && (incident.standing ?? incident.alarms).includes(alarm.id)

const alarmOf = ({ id, episode }: Alarm) => ({ alarm: id, episode })

const nobody = (incident: Incident) => ({ recipient: '*', channel: '', route: null, incident: incident.id })

function newShare({ recipient, channel, address, route }: Reached, incident: Incident): Share {
  const { id, customer, site } = incident
  return {
    ...{ incident: id, recipient, channel, address, route: route?.id ?? null, customer, site },
    ...{ group: (route ?? DEFAULT_GROUP).groupBy, told: false, before: false, summed: false, lastAt: null },
    ...{ seq: 0, waiting: [], members: [], reminder: null },
  }
}
