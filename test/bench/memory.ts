// An idle agent with a few devices, after it has settled.
import type { BenchContext } from './bench.ts'
import { residentMb, startPinned } from './machine.ts'
import { agentOutbox } from './our-intake.ts'

export async function memoryBench({ report, progress }: BenchContext): Promise<void> {
  const agent = await agentOutbox()
  const bare = startPinned(['node', '-e', 'setInterval(() => {}, 1000)'], 0)
  progress('letting both settle for 20 s')
  await new Promise((resolve) => setTimeout(resolve, 20_000))
  const value = agent.residentMb()
  const peerValue = residentMb(bare.pid)
  await agent.stop()
  await bare.stop()
  report({
    name: 'agent-memory',
    value,
    unit: 'MB',
    peer: 'node with one timer',
    peerValue,
    ratio: value / peerValue,
    limit: 90,
  })
}
