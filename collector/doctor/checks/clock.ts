// The clock: against what was written last, the time service, and what agents showed of theirs.
import type { CollectorCheck } from '../doctor.ts'

/** No release is older. */
const EARLIEST = Date.UTC(2026, 0, 1)
const BACK_MS = 5 * 60_000
const AHEAD_MS = 180 * 86_400_000
const AGENT_OFF_MS = 60_000

export const clockCheck: CollectorCheck = {
  name: 'clock',
  async run({ machine, inspectDatabase }) {
    const now = machine.now()
    const time = new Date(now).toISOString()
    if (now < EARLIEST) return [{ id: 'clock-before-release', params: { time } }]
    const facts = inspectDatabase({ quickCheckBelowBytes: 0 })
    const last = facts === null || 'problem' in facts ? null : facts.lastAt
    if (last !== null && now < last - BACK_MS)
      return [{ id: 'clock-behind-data', params: { time, last: new Date(last).toISOString() } }]
    if (last !== null && now > last + AHEAD_MS)
      return [{ id: 'clock-far-ahead', params: { time, last: new Date(last).toISOString() } }]
    const service = await machine.timeService()
    const own = {
      synchronised: 'clock-good',
      'not-synchronised': 'clock-not-kept',
      unknown: 'clock-no-service',
    } as const
    const agents =
      facts === null || 'problem' in facts ? [] : facts.agentOffsets.filter((a) => Math.abs(a.offsetMs) > AGENT_OFF_MS)
    return [
      { id: own[service], params: { time } },
      ...agents
        .slice(0, 10)
        .map(
          ({ agent, offsetMs }) =>
            ({ id: 'clock-of-agent', params: { agent, seconds: Math.round(offsetMs / 1000) } }) as const,
        ),
    ]
  },
}
