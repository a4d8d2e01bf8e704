// Ends. Whoever was told of a problem is told of its end, at once, whatever routes, hours and groups say now; nobody else is.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Decisions } from './decisions.ts'
import type { PolicyMemory } from './memory.ts'
import { incidentData } from './messages.ts'
import type { PolicyWorld } from './policy.ts'
import type { News, Share } from './share.ts'
import { isOver, limitOf, mayTell, toldAlone } from './storms.ts'
import { heldOf } from './telling.ts'

export interface Recoveries {
  resolved(incident: Incident, now: number): void
  /** An alarm is over, and its incident goes on (`cleared`) or not (`over`), or it is another incident's now (`left`). */
  memberOver(step: 'cleared' | 'over' | 'left', incident: Incident, alarm: Alarm, now: number): void
  /** At the end of a turn: ends of alarms, those of one incident in one message. */
  settle(now: number): void
  forget(): void
}

export function createRecoveries(world: PolicyWorld, memory: PolicyMemory, decisions: Decisions): Recoveries {
  const over = new Map<Share, Set<string>>()

  /** Nobody was told, and nobody need be. */
  function dropNews(share: Share, news: readonly News[], incident: Incident, now: number): void {
    if (news.length === 0) return
    share.waiting = share.waiting.filter((n) => !news.includes(n))
    for (const { alarm, episode, reason, why } of news) {
      const isTold = share.members.some((m) => m.alarm === alarm && m.episode === episode)
      const text = reason === 'gate' ? why : `it was over before it was told; it waited: ${why}`
      const how = { state: 'suppressed', reason: reason === 'gate' ? 'gate' : 'over-first', why: text } as const
      if (alarm !== '' && !isTold) decisions.told(share, { alarm, episode }, how, now)
      const line = { decision: 'skip', why: `${share.recipient}: ${text}` } as const
      decisions.trace({ ...line, incident, alarm: world.alarm(alarm), at: now })
    }
    memory.touch(share)
  }

  function resolved(incident: Incident, now: number): void {
    for (const share of memory.ofIncident(incident.id)) {
      over.delete(share)
      dropNews(share, share.waiting, incident, now)
      if (share.told) end(share, incident, now)
      else if (share.summed) {
        const recipient = memory.recipient(share)
        isOver(recipient, heldOf(incident), limitOf(world, share.channel), now)
        memory.touchRecipient(recipient)
      }
      share.summed = false
      share.reminder = null
      memory.touch(share)
    }
  }

  function end(share: Share, incident: Incident, now: number): void {
    const alarms = share.members.map((m) => m.alarm)
    const obstacle = carries(world, share, 'resolved')
    const message = { share, transition: 'resolved', alarms, data: incidentData(incident, []), now } as const
    const key = decisions.message(obstacle === undefined ? message : { ...message, suppressed: obstacle })
    for (const member of share.members) decisions.ended(share, member, obstacle === undefined ? key : undefined, now)
    const why = `resolved: ${share.recipient}`
    const line = obstacle === undefined ? { decision: 'notify', why } : { decision: 'skip', why: `${why}: ${obstacle}` }
    decisions.trace({
      ...(line as { decision: 'notify'; why: string }),
      incident,
      alarm: undefined,
      at: now,
      inputs: { key },
    })
    const recipient = memory.recipient(share)
    toldAlone(recipient, incident.id)
    memory.touchRecipient(recipient)
    share.members = []
    share.told = false
    share.before = true
  }

  return {
    resolved,
    memberOver(step, incident, alarm, now) {
      for (const share of memory.ofIncident(incident.id)) {
        const news = share.waiting.filter((n) => n.alarm === alarm.id)
        dropNews(share, news, incident, now)
        const isTold = share.members.some((m) => m.alarm === alarm.id)
        if (step === 'cleared' && isTold && !alarm.flapping)
          over.set(share, (over.get(share) ?? new Set()).add(alarm.id))
      }
    },
    settle(now) {
      for (const [share, alarms] of over) {
        const incident = world.incident(share.incident)
        const ended = share.members.filter((m) => alarms.has(m.alarm))
        if (!incident || ended.length === 0 || !share.told) continue
        // what is not said now is said when the incident is over
        if (carries(world, share, 'cleared') !== undefined) continue
        const recipient = memory.recipient(share)
        memory.touchRecipient(recipient)
        if (recipient.storm?.blocks || !mayTell(recipient, limitOf(world, share.channel), now)) continue
        const shown = ended.flatMap((m) => world.alarm(m.alarm) ?? [])
        const data = { ...incidentData(incident, shown), standing: incident.openAlarms }
        const ids = ended.map((m) => m.alarm)
        const key = decisions.message({ share, transition: 'cleared', alarms: ids, data, now })
        for (const member of ended) {
          decisions.ended(share, member, key, now)
          const why = `cleared: ${share.recipient}`
          decisions.trace({
            decision: 'notify',
            why,
            incident,
            alarm: world.alarm(member.alarm),
            at: now,
            inputs: { key },
          })
        }
        share.members = share.members.filter((m) => !ended.includes(m))
        memory.touch(share)
      }
      over.clear()
    },
    forget: () => over.clear(),
  }
}

/** Why the end is not told, or undefined. A channel that is off at this moment may be on when it is sent. */
function carries(world: PolicyWorld, share: Share, transition: 'resolved' | 'cleared'): string | undefined {
  const channel = world.channels().find((c) => c.id === share.channel)
  const route = world.routes().find((r) => r.id === share.route)
  if (!channel) return 'no such channel'
  if (route?.on && !route.on.includes(transition)) return `the route does not carry "${transition}"`
  return channel.on.includes(transition) ? undefined : `the channel does not carry "${transition}"`
}
