// What agents had to discard before it was sent, added up for ever: records that are gone must be seen to be gone.
import type { Agent } from '#shared/domain/inventory.ts'
import type { Lane } from '#shared/wire/topics.ts'
import type { IngestGroup } from '../ingest/evaluation.ts'

export interface LostRecords {
  readonly agent: string
  readonly site: string
  /** `all`: an outbox began anew and nobody knows which lanes. */
  readonly lane: Lane | 'all'
  readonly reason: string
  /** All that this agent ever lost this way; 0 when only the fact is known, not the number. */
  readonly total: number
}

/** An outbox that began anew: what it had not sent is gone. */
const NEW_EPOCH = 'new-epoch'
/** Kinds of loss told apart per agent; reasons come from outside. */
const MAX_KINDS = 24

/** Adds the gaps and lost outboxes of a group to their agents (`lane:reason` to count) and answers them, one per kind. */
export function countLosses(
  group: Pick<IngestGroup, 'gaps' | 'events'>,
  renewed: readonly string[],
  get: (agent: string) => Agent | undefined,
  put: (agent: Agent) => void,
): LostRecords[] {
  const found = new Map<string, LostRecords>()
  const add = (id: string, lane: LostRecords['lane'], said: string, count: number): void => {
    const agent = get(id)
    if (!agent) return
    const known = `${lane}:${said}` in agent.lost || Object.keys(agent.lost).length < MAX_KINDS
    const reason = known ? said : 'other'
    const key = `${lane}:${reason}`
    const total = (agent.lost[key] ?? 0) + count
    if (count > 0) put({ ...agent, lost: { ...agent.lost, [key]: total } })
    found.set(`${id} ${key}`, { agent: id, site: agent.site, lane, reason, total })
  }
  for (const { agent, lane, reason, count } of group.gaps) add(agent, lane, reason, count)
  for (const agent of renewed) add(agent, 'all', NEW_EPOCH, 0)
  for (const { agent, event } of group.events) {
    if (event.kind !== 'agent' || event.code !== 'outbox-lost') continue
    const waiting = Number(event.data?.waiting)
    add(agent, 'all', NEW_EPOCH, Number.isSafeInteger(waiting) && waiting > 0 ? waiting : 0)
  }
  return [...found.values()]
}
