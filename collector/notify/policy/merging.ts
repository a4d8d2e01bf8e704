// Two incidents become one: whoever was told of the one that went hears of the other from then on, and of its end.
import type { Incident } from '#shared/domain/incident.ts'
import type { PolicyMemory } from './memory.ts'
import type { Share } from './share.ts'

/** `gone` says which incident it was merged into. Nothing is told by this alone. */
export function mergeShares(memory: PolicyMemory, gone: Incident): void {
  const into = gone.mergedInto?.id
  if (into === undefined) return
  for (const share of memory.ofIncident(gone.id)) {
    const known = memory.share(into, share.recipient)
    memory.drop(share)
    memory.touch(known ? joined(known, share) : memory.add({ ...share, incident: into }))
    const recipient = memory.recipient(share)
    if (!recipient.owed[gone.id]) continue
    delete recipient.owed[gone.id]
    recipient.owed[into] = true
    memory.touchRecipient(recipient)
  }
}

function joined(share: Share, other: Share): Share {
  const told = new Set(share.members.map((m) => m.alarm))
  share.members = [...share.members, ...other.members.filter((m) => !told.has(m.alarm))]
  const waits = new Set([...told, ...share.waiting.map((n) => n.alarm)])
  share.waiting = [...share.waiting, ...other.waiting.filter((n) => !waits.has(n.alarm))]
  share.told ||= other.told
  share.before ||= other.before
  share.summed ||= other.summed
  share.lastAt = share.lastAt === null ? other.lastAt : Math.max(share.lastAt, other.lastAt ?? 0)
  share.reminder ??= other.reminder
  return share
}
