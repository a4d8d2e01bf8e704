// One device floods the agent with traps, another with log lines, while quiet devices have real faults: are the quiet ones
// heard in time, is everything counted, does memory stay bounded? Then every trap that says a fault is over is left out:
// does an alarm stay open that a poll knows better?
import type { Proof } from './proof-kind.ts'
import { flood } from './storm/flood.ts'
import { lostClears } from './storm/lost-clears.ts'
import { startStage } from './storm/stage.ts'

/** From the trap of a quiet device to its incident in the API. */
const INCIDENT_MS = 2000
/** From there to the message at the receiver. */
const MESSAGE_MS = 4000
/** Resident memory at any time of the storm. */
const AGENT_MB = 200
const COLLECTOR_MB = 400

export const storm: Proof = {
  name: 'storm',
  title:
    '1,000 traps/s and 1,000 log lines/s from two devices: others heard within 2 s, counts exact, no alarm left open',
  rounds: 20,
  async run({ rounds, brisk, progress }) {
    const probes = rounds
    const stage = await startStage({ quiet: probes, intervalMs: brisk ? 2000 : 10_000, progress })
    try {
      const flooded = await flood(stage, { probes, everyMs: brisk ? 500 : 2500, perSecond: 1000, progress })
      const over = await lostClears(stage, { progress })
      const { incidentMs, messageMs, agentMb, collectorMb, wrongCounts, dropped, stormAlarms } = flooded
      const ok =
        Math.max(...incidentMs) <= INCIDENT_MS &&
        Math.max(...messageMs) <= MESSAGE_MS &&
        agentMb <= AGENT_MB &&
        collectorMb <= COLLECTOR_MB &&
        wrongCounts.length === 0 &&
        dropped === 0 &&
        stormAlarms.every(({ said, folded }) => said === folded) &&
        stormAlarms.length === 2 &&
        over.openAfterOneInterval === 0 &&
        over.raised > 0
      return { ok, ...summary(flooded), limits: { INCIDENT_MS, MESSAGE_MS, AGENT_MB, COLLECTOR_MB }, lostClears: over }
    } finally {
      await stage.stop()
    }
  },
}

function summary({ incidentMs, messageMs, ...rest }: Awaited<ReturnType<typeof flood>>) {
  const worst = (times: readonly number[]) => Math.round(Math.max(...times))
  const middle = (times: readonly number[]) => Math.round([...times].sort((a, b) => a - b)[times.length >> 1] as number)
  return {
    incidentMs: { median: middle(incidentMs), worst: worst(incidentMs) },
    messageMs: { median: middle(messageMs), worst: worst(messageMs) },
    ...rest,
  }
}
