// Reminders: of what was told and neither acknowledged nor over, with growing pauses, within the hours of the route.
import type { Incident } from '#shared/domain/incident.ts'
import type { Decisions } from './decisions.ts'
import type { PolicyMemory } from './memory.ts'
import { incidentData } from './messages.ts'
import type { PolicyWorld } from './policy.ts'
import { timing } from './routing.ts'
import type { Share } from './share.ts'
import { limitOf, mayTell } from './storms.ts'
import type { Telling } from './telling.ts'

export interface Reminders {
  tick(now: number): void
}

export function createReminders(
  world: PolicyWorld,
  memory: PolicyMemory,
  decisions: Decisions,
  telling: Telling,
): Reminders {
  function remind(share: Share, now: number): void {
    const route = world.routes().find((r) => r.id === share.route)
    const incident = world.incident(share.incident)
    memory.touch(share)
    if (!route?.reminders || !incident || !share.told || share.reminder === null) {
      share.reminder = null
      memory.touch(share)
      return
    }
    const { first, factor, longest, atMost } = route.reminders
    const { count } = share.reminder
    const pause = Math.max(1000, Math.min(longest, first * factor ** (count + 1)))
    const hours = timing(route, world, share.site, now)
    if (hours.verdict !== 'now') {
      share.reminder = hours.until === null ? null : { at: Math.max(hours.until, now + 1000), count }
      return
    }
    if (isInHand(incident, share)) {
      share.reminder = { at: now + Math.min(pause, first), count }
      return
    }
    share.reminder = count + 1 < atMost ? { at: now + pause, count: count + 1 } : null
    if (telling.obstacle(share, 'reminder')) return
    const recipient = memory.recipient(share)
    memory.touchRecipient(recipient)
    const alarms = share.members.flatMap((m) => world.alarm(m.alarm) ?? []).filter((a) => !a.isCleared)
    const data = { ...incidentData(incident, alarms), reminder: count + 1 }
    const message = { share, transition: 'reminder', alarms: alarms.map((a) => a.id), data, now } as const
    if (mayTell(recipient, limitOf(world, share.channel), now)) {
      const key = decisions.message(message)
      const why = `reminder ${count + 1}: ${share.recipient}`
      decisions.trace({ decision: 'notify', why, incident, alarm: undefined, at: now, inputs: { key } })
    } else decisions.message({ ...message, suppressed: 'storm: no reminders until it is over' })
  }

  /** Somebody has it: it is assigned or worked on, or all that stands of it is acknowledged. */
  function isInHand(incident: Incident, share: Share): boolean {
    if (incident.assignee !== null || !['new', 'diagnosing'].includes(incident.state)) return true
    const standing = share.members.flatMap((m) => world.alarm(m.alarm) ?? []).filter((a) => !a.isCleared)
    return standing.length > 0 && standing.every((a) => a.operatorState !== 'none')
  }

  return {
    tick(now) {
      for (const share of memory.pending()) if (share.reminder !== null && share.reminder.at <= now) remind(share, now)
    },
  }
}
