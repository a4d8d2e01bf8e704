// Problems: what waits becomes a message when it is due, unless nobody may be told; what is held back in a storm is summed up.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Carried, ToldReason } from '#shared/domain/notification.ts'
import type { Suppression } from '#shared/domain/suppression.ts'
import type { Decisions } from './decisions.ts'
import type { PolicyMemory } from './memory.ts'
import { groupData, summaryData } from './messages.ts'
import type { PolicyWorld } from './policy.ts'
import type { Held, Member, News, NewsKind, Share } from './share.ts'
import { dueSummary, holdBack as holdInStorm, limitOf, mayTell, toldAlone } from './storms.ts'

export interface Telling {
  /** One message of what is due in the group of the share. */
  flush(share: Share, now: number): void
  /** What waits about the alarm waits until nothing holds it back. */
  holdBack(incident: Incident, alarm: Alarm, by: Suppression, now: number): void
  /** Nothing holds the alarm any more: whom routes do not lead to now waits for nothing. */
  release(incident: Incident, alarm: Alarm, now: number): void
  /** The alarm is back before its end was told: what was told of it holds. */
  again(share: Share, member: Member, episode: number, now: number): void
  /** Summaries that are due. */
  summaries(now: number): void
  /** Why the share's recipient is not sent such news at all; undefined: it is. */
  obstacle(share: Share, transition: Carried): { readonly reason: ToldReason; readonly why: string } | undefined
  /** Drops what is about incidents that are closed; now and then. */
  forget(now: number): void
}

interface Part {
  readonly share: Share
  readonly news: readonly News[]
  readonly incident: Incident
  readonly alarms: readonly Alarm[]
  readonly transition: NewsKind
}

const FORGET_EVERY_MS = 60_000
const SUMMED_ALARMS = 500
/** Episodes of one alarm that one end is told for. */
const EARLIER = 50

export function createTelling(world: PolicyWorld, memory: PolicyMemory, decisions: Decisions): Telling {
  let forgotAt = 0

  function flush(share: Share, now: number): void {
    if (!share.waiting.some((n) => n.due !== null && n.due <= now)) return
    const parts = memory.ofGroup(share).flatMap((s) => partOf(s, now) ?? [])
    for (const { share: s, news } of parts) {
      s.waiting = s.waiting.filter((n) => !news.includes(n))
      memory.touch(s)
    }
    const carried: Part[] = []
    for (const part of parts) {
      const obstacle = obstacleOf(part.share, part.transition)
      if (obstacle) refuse(part, obstacle.reason, obstacle.why, now)
      else carried.push(part)
    }
    const [first] = carried
    if (first === undefined) return
    const limit = limitOf(world, first.share.channel)
    const recipient = memory.recipient(first.share)
    memory.touchRecipient(recipient)
    if (mayTell(recipient, limit, now)) {
      send(carried, now)
      return
    }
    const why = `storm: more than ${limit.messages} messages within ${limit.within / 60_000} min; counted in a summary`
    for (const part of carried) {
      refuse(part, 'storm', why, now)
      if (!part.share.told) part.share.summed = true
      holdInStorm(recipient, heldOf(part.incident), limit, now)
    }
  }

  function partOf(share: Share, now: number): Part | undefined {
    const news = share.waiting.filter((n) => n.due !== null && (n.due <= now || n.reason === 'group'))
    const incident = world.incident(share.incident)
    if (news.length === 0 || incident === undefined) return undefined
    const alarms = news.flatMap((n) => world.alarm(n.alarm) ?? [])
    const kinds = news.map((n) => n.kind)
    const later = kinds.includes('worse') ? 'worse' : 'joined'
    return { share, news, incident, alarms, transition: share.told ? later : share.before ? 'reopened' : 'opened' }
  }

  function send(parts: readonly Part[], now: number): void {
    const first = parts.find((p) => p.transition === 'opened') ?? (parts[0] as Part)
    const ordered = [first, ...parts.filter((p) => p !== first)]
    const alarms = ordered.flatMap((p) => p.alarms)
    const { share: leading, transition } = first
    const data = groupData(ordered)
    const key = decisions.message({ share: leading, transition, alarms: alarms.map((a) => a.id), data, now })
    const recipient = memory.recipient(leading)
    for (const { share, news, incident } of ordered) {
      for (const { alarm, episode } of news) {
        if (alarm === '') continue
        share.members = [...share.members.filter((m) => m.alarm !== alarm), { alarm, episode, at: now, message: key }]
        decisions.told(
          share,
          { alarm, episode },
          { state: 'told', reason: 'message', why: transition, message: key },
          now,
        )
        const why = `${transition}: ${share.recipient}`
        decisions.trace({ decision: 'notify', why, incident, alarm: world.alarm(alarm), at: now, inputs: { key } })
      }
      if (news.some((n) => n.alarm === ''))
        decisions.trace({
          ...{ decision: 'notify', why: `${transition}: ${share.recipient}`, incident, alarm: undefined, at: now },
          inputs: { key },
        })
      if (!share.told) share.reminder = firstReminder(share, now)
      share.told = true
      share.summed = false
      share.lastAt = now
      toldAlone(recipient, share.incident)
      memory.touch(share)
    }
  }

  function refuse(part: Part, reason: ToldReason, why: string, now: number): void {
    const { share, news, incident, alarms, transition } = part
    const ids = alarms.map((a) => a.id)
    const data = groupData([part])
    const key = decisions.message({ share, transition, alarms: ids, data, suppressed: why, now })
    for (const { alarm, episode } of news) {
      const isTold = share.members.some((m) => m.alarm === alarm && m.episode === episode)
      if (alarm !== '' && !isTold)
        decisions.told(share, { alarm, episode }, { state: 'suppressed', reason, why, message: key }, now)
      const line = { decision: 'skip' as const, why: `${transition}: ${share.recipient}: ${why}` }
      decisions.trace({ ...line, incident, alarm: world.alarm(alarm), at: now, inputs: { key } })
    }
  }

  function obstacleOf(share: Share, transition: Carried) {
    const channel = world.channels().find((c) => c.id === share.channel)
    if (!channel?.enabled)
      return { reason: 'channel-off' as const, why: channel ? 'the channel is switched off' : 'no such channel' }
    const route = world.routes().find((r) => r.id === share.route)
    const why = (what: string) => ({
      reason: 'not-carried' as const,
      why: `the ${what} does not carry "${transition}"`,
    })
    if (route?.on && !route.on.includes(transition)) return why('route')
    return channel.on.includes(transition) ? undefined : why('channel')
  }

  function firstReminder(share: Share, now: number): Share['reminder'] {
    const { reminders } = world.routes().find((r) => r.id === share.route) ?? {}
    return reminders ? { at: now + reminders.first, count: 0 } : null
  }

  return {
    flush,
    obstacle: obstacleOf,
    holdBack(incident, alarm, by, now) {
      const why = `${by.by}: ${by.why}`
      for (const share of memory.ofIncident(incident.id)) {
        if (!share.waiting.some((n) => n.alarm === alarm.id)) continue
        share.waiting = share.waiting.map((n) => (n.alarm === alarm.id ? { ...n, due: null, reason: 'gate', why } : n))
        memory.touch(share)
        const subject = { alarm: alarm.id, episode: alarm.episode }
        if (!share.members.some((m) => m.alarm === alarm.id && m.episode === alarm.episode))
          decisions.told(share, subject, { state: 'waiting', reason: 'gate', why, until: by.until }, now)
      }
    },
    release(incident, alarm, now) {
      for (const share of memory.ofIncident(incident.id)) {
        const idle = share.waiting.filter((n) => n.alarm === alarm.id && n.reason === 'gate')
        if (idle.length === 0) continue
        share.waiting = share.waiting.filter((n) => !idle.includes(n))
        memory.touch(share)
        const why = 'routes lead elsewhere by now'
        const subject = { alarm: alarm.id, episode: alarm.episode }
        if (!share.members.some((m) => m.alarm === alarm.id))
          decisions.told(share, subject, { state: 'suppressed', reason: 'no-route', why }, now)
        decisions.trace({ decision: 'skip', why: `${share.recipient}: ${why}`, incident, alarm, at: now })
      }
    },
    again(share, member, episode, now) {
      const earlier = [...(member.earlier ?? []), member.episode].slice(-EARLIER)
      share.members = share.members.map((m) => (m === member ? { ...m, episode, earlier } : m))
      memory.touch(share)
      const { message, alarm } = member
      const why = 'told before; its end was not'
      decisions.told(share, { alarm, episode }, { state: 'told', reason: 'message', why, message }, now)
      const incident = world.incident(share.incident)
      const line = { decision: 'skip', why: `${share.recipient}: ${why}` } as const
      decisions.trace({ ...line, incident, alarm: world.alarm(alarm), at: now, inputs: { key: message } })
    },
    summaries(now) {
      for (const recipient of memory.recipients()) {
        if (recipient.storm === null || recipient.storm.summaryAt > now) continue
        const limit = limitOf(world, recipient.channel)
        const summary = dueSummary(recipient, limit, now)
        memory.touchRecipient(recipient)
        if (summary === undefined) continue
        const { channel, recipient: name, address } = recipient
        const key = `${name}/${since(summary.since)}/${recipient.summaries}/summary`
        const alarms = summary.all.flatMap((id) => world.incident(id)?.alarms ?? []).slice(0, SUMMED_ALARMS)
        const data = { ...summaryData(summary), ...(address === null ? {} : { address }) }
        decisions.intent({
          ...{ key, channel, recipient: name, thread: `${name}\u001fstorm`, incident: null, alarms, route: null },
          ...{ transition: 'summary', at: now, data },
        })
        const why = `summary: ${name}: ${summary.news} pieces of news in a storm`
        decisions.trace({ decision: 'notify', why, incident: undefined, alarm: undefined, at: now, inputs: { key } })
      }
    },
    forget(now) {
      if (now - forgotAt < FORGET_EVERY_MS) return
      forgotAt = now
      for (const recipient of memory.recipients())
        for (const id of Object.keys(recipient.owed))
          if (world.incident(id) === undefined) {
            delete recipient.owed[id]
            memory.touchRecipient(recipient)
          }
      for (const share of memory.shares()) if (world.incident(share.incident) === undefined) memory.drop(share)
    },
  }
}

const since = (at: number): string => new Date(at).toISOString()

export function heldOf({ id, number, title, customer, site, priority }: Incident): Held {
  return { incident: id, number, title, customer, site, priority, opened: true, over: false }
}
