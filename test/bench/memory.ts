// An idle agent with a few devices, after it has settled; and how long agent and collector need to be up.
import { startInstallation } from '../support/installation.ts'
import type { BenchContext } from './bench.ts'
import { enrolledAgent } from './enrolled-agent.ts'
import { generator, median, residentMb, startPinned } from './machine.ts'
import { agentOutbox } from './our-intake.ts'
import { pollingAgent } from './polling-agent.ts'

const SETTLE_MS = 45_000
/** Two turns of a poll per minute would need two minutes; a few devices each 30 s come to the same. */
const SITE = { devices: 5, ports: 24, intervalMs: 30_000, silentEvery: 0 }

export async function memoryBench(context: BenchContext): Promise<void> {
  await idleMemory(context)
  await starts(context)
}

async function idleMemory({ report, progress }: BenchContext): Promise<void> {
  const simulator = generator('snmp-devices')
  const polling = simulator ? await pollingAgent(simulator, SITE) : undefined
  const listening = await agentOutbox()
  const enrolled = await enrolledAgent()
  const bare = startPinned(['node', '-e', 'setInterval(() => {}, 1000)'], 0)
  progress(`letting all settle for ${SETTLE_MS / 1000} s`)
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const peerValue = residentMb(bare.pid)
  const value = polling ? residentMb(polling.pid) : listening.residentMb()
  const listeningMb = Math.round(listening.residentMb())
  const enrolledMb = enrolled.residentMb()
  await Promise.all([polling?.stop(), listening.stop(), enrolled.stop(), bare.stop()])
  report({
    name: 'agent-memory',
    value,
    unit: 'MB',
    peer: 'node with one timer',
    peerValue,
    ratio: value / peerValue,
    limit: 90,
    listeningMb,
    devices: polling ? SITE.devices : 0,
  })
  report({
    name: 'agent-memory-enrolled',
    value: enrolledMb,
    unit: 'MB',
    peer: 'node with one timer',
    peerValue,
    ratio: enrolledMb / peerValue,
    limit: 90,
  })
}

/** From the start of the process until its page answers: first start with an empty folder, then after SIGKILL. */
async function starts({ report, progress, pairs }: BenchContext): Promise<void> {
  const bare = await timed(async () => {
    await startPinned(['node', '-e', '0'], 'all').gone
  })
  const installation = await startInstallation()
  try {
    for (const what of ['agent', 'collector'] as const) {
      const times: number[] = []
      for (let i = 0; i < pairs; i++) {
        await installation[what].kill()
        times.push(await timed(() => installation[what].start()))
      }
      progress(`${what}: ${times.map((t) => Math.round(t)).join(', ')} ms`)
      const value = median(times)
      const name = `${what}-start`
      report({ name, value, unit: 'ms after a kill', peer: 'node -e 0', peerValue: bare, ratio: value / bare })
    }
  } finally {
    await installation.stop()
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
