// The whole installation as a receiver: generator -> agent -> Mosquitto -> collector with rules, all on the same cores.
// Counted is what the collector has committed (the application ack the agent has seen).
import { startInstallation } from '../support/installation.ts'
import type { Intake } from './intake.ts'
import { cpuSecondsOf } from './machine.ts'

export async function wholeWay(): Promise<Intake> {
  const devices = Array.from({ length: 8 }, (_, i) => ({
    id: `source-${i + 1}`,
    name: `Source ${i + 1}`,
    address: `127.0.1.${i + 1}`,
  }))
  const installation = await startInstallation({ devices })
  return {
    name: 'agent to collector',
    port: installation.ports.trapPort,
    async count() {
      const health = (await installation.agentHealth()) as {
        lanes: Record<string, { newest: number; waiting: number }>
      }
      const lane = health.lanes.event
      return lane ? lane.newest - lane.waiting : 0
    },
    cpuSeconds: () => cpuSecondsOf(installation.agent.pid()) + cpuSecondsOf(installation.collector.pid()),
    stop: () => installation.stop(),
  }
}
