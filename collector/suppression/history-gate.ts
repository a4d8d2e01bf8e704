// What came with a backlog is history until its agent has caught up: only then is it known what still stands.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Watermark } from '../ingest/evaluation.ts'
import type { Gate } from './gate.ts'

export interface HistoryGate extends Gate {
  /** A backlog of the agent is being drained, and it gets nearer. */
  isBehind(agent: string): boolean
  /** How far the streams of agents have come; `isDraining`: samples of an earlier time are still to come all the same. */
  watermarks(watermarks: readonly Watermark[], isDraining: (agent: string) => boolean, now: number): void
}

/** An agent that has not got nearer in so long is not draining a backlog: its link is too slow, and what it says late is news. */
const STALLED_MS = 600_000
const NEARER = 0.9
const LEAST_LAG_MS = 60_000

interface Lag {
  readonly since: number
  readonly lag: number
  readonly stalled: boolean
}

/** `inIncident`: the alarm stands in an incident now, of which people may have been told. */
export function createHistoryGate(inIncident: (alarm: Alarm) => boolean): HistoryGate {
  /** Alarms that were raised late, by agent. */
  const late = new Map<string, Set<string>>()
  /** Agents whose lanes are being drained. */
  const behind = new Map<string, Set<Watermark['lane']>>()
  const lags = new Map<string, Lag>()
  let released: string[] = []

  function mark({ agent, id }: Alarm, isLate: boolean): void {
    if (agent === null) return
    if (isLate) late.set(agent, (late.get(agent) ?? new Set()).add(id))
    else if (late.get(agent)?.delete(id) && late.get(agent)?.size === 0) late.delete(agent)
  }

  function follow(agent: string, lag: number, now: number): void {
    const known = lags.get(agent)
    if (known && now - known.since < STALLED_MS) return
    const stalled = known !== undefined && lag >= Math.max(known.lag * NEARER, LEAST_LAG_MS)
    lags.set(agent, { since: now, lag, stalled })
    if (stalled) released.push(...(late.get(agent) ?? []))
  }

  return {
    isBehind: (agent) => lags.has(agent) && !lags.get(agent)?.stalled,
    name: 'history',
    judge: ({ agent, id }) => {
      if (agent === null || !late.get(agent)?.has(id) || lags.get(agent)?.stalled) return undefined
      const why = 'it happened in a backlog; it is told when the backlog is through and it still stands'
      return { holds: 'incident', ref: null, why, until: null }
    },
    heard({ alarm, action, late, was }) {
      if (action === 'clear') mark(alarm, false)
      // one that gets its right name brings its past along
      else if (action === 'raise') mark(alarm, late || alarm.suppression?.by === 'history')
      // that it got worse is as old as the backlog; who was told of it before is told at once
      else if (late && was !== undefined && !inIncident(alarm)) mark(alarm, true)
    },
    watermarks(watermarks, isDraining, now) {
      for (const { agent, lane, live } of watermarks) {
        if (live) behind.get(agent)?.delete(lane)
        else behind.set(agent, (behind.get(agent) ?? new Set()).add(lane))
      }
      for (const { agent, lane, at } of watermarks) {
        if ((behind.get(agent)?.size ?? 0) > 0 || isDraining(agent)) {
          if (lane === 'telemetry') follow(agent, now - at, now)
          continue
        }
        lags.delete(agent)
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
      lags.clear()
      released = []
      for (const alarm of alarms) {
        if (alarm.suppression?.by !== 'history' || alarm.isCleared || alarm.agent === null) continue
        mark(alarm, true)
        behind.set(alarm.agent, new Set())
      }
    },
  }
}
