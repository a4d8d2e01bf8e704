// Series that a no-data rule waits for: silent when the stream is known further than they are allowed to say nothing. A
// silence inside a backlog is seen when the series speaks again.
import type { Listening } from './listening.ts'
import type { Slot } from './slot.ts'
import type { SlotSteps } from './slot-steps.ts'
import { ACTIVE, type SlotTable } from './slot-table.ts'

export interface Silences {
  watch(agent: string, slot: number): void
  forget(agent: string, slot: number): void
  /** The live stream of an agent is known up to `at`. */
  until(agent: string, at: number): void
  /** A series whose newest sample was of `before` spoke again; true when it had been silent for too long. */
  ended(slot: number, before: number, at: number, late: boolean): boolean
}

export function createSilences(
  table: SlotTable,
  slots: readonly (Slot | undefined)[],
  listening: Listening,
  steps: Pick<SlotSteps, 'silent'>,
): Silences {
  const watched = new Map<string, Set<number>>()

  /** When a series whose newest sample is `last` has been silent for too long, as of `at`. */
  function due(s: number, last: number, at: number): number {
    const { agent } = (slots[s] as Slot).series
    const allowed = table.clear[s] as number
    return Math.max(listening.since(agent, last, at, allowed), table.since[s] as number) + allowed
  }

  return {
    watch(agent, s) {
      watched.set(agent, (watched.get(agent) ?? new Set()).add(s))
    },
    forget: (agent, s) => void watched.get(agent)?.delete(s),
    until(agent, at) {
      listening.heard(agent, at)
      for (const s of watched.get(agent) ?? []) {
        if (table.phase[s] === ACTIVE) continue
        const { id } = (slots[s] as Slot).series
        const from = due(s, table.lastAt[id] as number, at)
        if (at >= from) steps.silent(s, from, false)
      }
    },
    ended(s, before, at, late) {
      const from = due(s, before, at)
      if (!(from < at)) return false
      steps.silent(s, from, late)
      return true
    },
  }
}
