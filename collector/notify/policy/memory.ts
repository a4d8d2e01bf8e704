// Shares and recipients in memory, by what they are asked for; what has changed goes into the turn's change set.
import type { NotifyStateChange } from '../intent.ts'
import { groupKey, newRecipient, type Recipient, type Share, shareKey } from './share.ts'

export interface PolicyMemory {
  share(incident: string, recipient: string): Share | undefined
  add(share: Share): Share
  ofIncident(incident: string): readonly Share[]
  /** Shares whose news go into one message with this one's, itself among them. */
  ofGroup(share: Share): readonly Share[]
  recipient(share: Pick<Share, 'recipient' | 'channel' | 'address'>): Recipient
  recipients(): Iterable<Recipient>
  /** Shares with news that wait or a reminder to come. */
  pending(): Iterable<Share>
  shares(): Iterable<Share>
  touch(share: Share): void
  touchRecipient(recipient: Recipient): void
  drop(share: Share): void
  /** What has changed since the last call. */
  changes(): NotifyStateChange[]
  restore(stored: readonly NotifyStateChange[]): void
}

export function createMemory(): PolicyMemory {
  const shares = new Map<string, Share>()
  const byIncident = new Map<string, Set<Share>>()
  const byGroup = new Map<string, Set<Share>>()
  const pending = new Set<Share>()
  const recipients = new Map<string, Recipient>()
  const dirty = new Set<Share>()
  const dirtyRecipients = new Set<Recipient>()
  const gone = new Set<string>()

  function add(share: Share): Share {
    shares.set(shareKey(share.incident, share.recipient), share)
    gone.delete(shareKey(share.incident, share.recipient))
    into(byIncident, share.incident, share)
    into(byGroup, groupKey(share), share)
    index(share)
    return share
  }

  function index(share: Share): void {
    if (share.waiting.length > 0 || share.reminder !== null) pending.add(share)
    else pending.delete(share)
  }

  return {
    share: (incident, recipient) => shares.get(shareKey(incident, recipient)),
    add,
    ofIncident: (incident) => [...(byIncident.get(incident) ?? [])],
    ofGroup: (share) => [...(byGroup.get(groupKey(share)) ?? [])],
    recipient(share) {
      const known = recipients.get(share.recipient) ?? newRecipient(share)
      recipients.set(share.recipient, known)
      return known
    },
    recipients: () => recipients.values(),
    pending: () => [...pending],
    shares: () => [...shares.values()],
    touch(share) {
      index(share)
      dirty.add(share)
    },
    touchRecipient: (recipient) => void dirtyRecipients.add(recipient),
    drop(share) {
      const key = shareKey(share.incident, share.recipient)
      shares.delete(key)
      pending.delete(share)
      dirty.delete(share)
      from(byIncident, share.incident, share)
      from(byGroup, groupKey(share), share)
      gone.add(key)
    },
    changes() {
      const changes: NotifyStateChange[] = []
      for (const key of gone) changes.push({ kind: 'share', key, doc: null })
      for (const share of dirty)
        changes.push({ kind: 'share', key: shareKey(share.incident, share.recipient), doc: copyOf(share) })
      for (const one of dirtyRecipients) {
        const idle =
          one.storm === null && Object.keys(one.owed).length === 0 && one.sent.length === 0 && one.summaries === 0
        changes.push({ kind: 'recipient', key: one.recipient, doc: idle ? null : copyOfRecipient(one) })
      }
      gone.clear()
      dirty.clear()
      dirtyRecipients.clear()
      return changes
    },
    restore(stored) {
      for (const map of [shares, byIncident, byGroup, pending, recipients, dirty, dirtyRecipients, gone]) map.clear()
      for (const { kind, doc } of stored) {
        if (doc === null) continue
        if (kind === 'share') add(structuredClone(doc) as Share)
        else recipients.set((doc as Recipient).recipient, structuredClone(doc) as Recipient)
      }
    },
  }
}

/** Pieces of news and members are replaced, never changed: a copy of the lists is enough. */
const copyOf = (share: Share): Share => ({ ...share, waiting: [...share.waiting], members: [...share.members] })

const copyOfRecipient = (one: Recipient): Recipient => ({
  ...{ ...one, sent: [...one.sent], owed: { ...one.owed } },
  storm: one.storm === null ? null : { ...one.storm, held: structuredClone(one.storm.held) },
})

function into(map: Map<string, Set<Share>>, key: string, share: Share): void {
  map.set(key, (map.get(key) ?? new Set()).add(share))
}

function from(map: Map<string, Set<Share>>, key: string, share: Share): void {
  const set = map.get(key)
  set?.delete(share)
  if (set?.size === 0) map.delete(key)
}
