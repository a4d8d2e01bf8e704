// The application acks owed after a commit: one per agent and epoch.
import type { Ack } from '#shared/wire/ack.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import { LANES, type Lane } from '#shared/wire/topics.ts'
import type { GroupBuilder } from './group.ts'
import type { IngestState } from './ingest-state.ts'

export interface OwedAck {
  readonly agent: string
  readonly ack: Ack
}

/** Kinds of events that 0.1 did not know. */
const TAKES = ['neighbours'] as const

/** A hello is answered with all lanes and `resume`; batches with the lanes they came on. */
export function acksOf(group: GroupBuilder, state: IngestState, wall: number): OwedAck[] {
  const acks = new Map<string, OwedAck>()
  const ackOf = (agent: string, epoch: string, resume: boolean, refused: string | null): Ack => {
    const key = `${agent} ${epoch}`
    const made = acks.get(key)?.ack
    if (made) return made
    const sendSeries = state.wanted.takeOwed(agent, epoch)
    const asked = sendSeries ? { redefine: true, sendSeries } : { redefine: false }
    const base = { version: WIRE_VERSION, epoch, committed: {}, resume, ...asked, wall }
    const ack: Ack = refused === null ? base : { ...base, refused: refused.slice(0, 256) }
    acks.set(key, { agent, ack })
    return ack
  }
  for (const change of group.presence) {
    if (change.kind !== 'hello') continue
    const { epoch, version } = change.hello
    const other = version === WIRE_VERSION ? null : `wire version ${version}, this collector speaks ${WIRE_VERSION}`
    const ack = ackOf(change.agent, epoch, true, other ?? state.streams.refusal(change.agent, epoch))
    ack.takes = [...TAKES]
    for (const lane of LANES) ack.committed[lane] = committedOf(state, change.agent, epoch, lane)
  }
  for (const stream of group.answered) {
    const { agent, epoch, lane } = stream
    ackOf(agent, epoch, false, state.streams.refusal(agent, epoch)).committed[lane] = stream.committed
  }
  return [...acks.values()]
}

function committedOf(state: IngestState, agent: string, epoch: string, lane: Lane): number {
  return state.streams.lanesOf(agent, epoch).find((s) => s.lane === lane)?.committed ?? 0
}
