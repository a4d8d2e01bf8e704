// What came with a backlog is history until its agent has caught up: only then is it known what still stands.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Watermark } from '../ingest/evaluation.ts'
import type { Gate } from './gate.ts'

export interface HistoryGate extends Gate {
  /** How far the streams of agents have come; `isDraining`: samples of an earlier time are still to come all the same. */
  watermarks(watermarks: readonly Watermark[], isDraining: (agent: string) => boolean): void
}

export function createHistoryGate(): HistoryGate {
  /** Alarms that were raised late, by agent. */
  const late = new Map<string, Set<string>>()
  /** Agents whose lanes are being drained. */
  const behind = new Map<string, Set<Watermark['lane']>>()
  let released: string[] = []

  function mark({ agent, id }: Alarm, isLate: boolean): void {
    if (agent === null) return
    if (isLate) late.set(agent, (late.get(agent) ?? new Set()).add(id))
    else if (late.get(agent)?.delete(id) && late.get(agent)?.size === 0) late.delete(agent)
  }

  return {
    name: 'history',
    judge: ({ agent, id }) => {
      if (agent === null || !late.get(agent)?.has(id)) return undefined
      const why = 'it happened in a backlog; it is told when the backlog is through and it still stands'
      return { holds: 'incident', ref: null, why, until: null }
    },
    heard({ alarm, action, late }) {
      if (action === 'clear') mark(alarm, false)
      // one that gets its right name brings its past along
      else if (action === 'raise') mark(alarm, late || alarm.suppression?.by === 'history')
    },
    watermarks(watermarks, isDraining) {
      for (const { agent, lane, live } of watermarks) {
        if (live) behind.get(agent)?.delete(lane)
        else behind.set(agent, (behind.get(agent) ?? new Set()).add(lane))
      }
      for (const { agent } of watermarks) {
        if ((behind.get(agent)?.size ?? 0) > 0 || isDraining(agent) || !(behind.has(agent) || late.has(agent))) continue
        behind.delete(agent)
        released.push(...(late.get(agent) ?? []))
        late.delete(agent)
      }
    },
    touched() {
      if (released.length === 0) return undefined
      const touched = released
      released = []
      return touched
    },
    restore(alarms) {
      late.clear()
      behind.clear()
      released = []
      for (const alarm of alarms) {
        if (alarm.suppression?.by !== 'history' || alarm.isCleared || alarm.agent === null) continue
        mark(alarm, true)
        behind.set(alarm.agent, new Set())
      }
    },
  }
}
