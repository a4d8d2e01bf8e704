// What a running agent says of itself on its loopback page, read with tolerance: it may be of another version.
import { z } from 'zod'

const Counts = z.record(z.string(), z.number())

export const RunningAgent = z.object({
  agent: z.string(),
  program: z.string(),
  backlog: Counts,
  dropped: Counts,
  outbox: z.object({ problem: z.string().nullable() }),
  uplink: z.object({
    connected: z.boolean(),
    streaming: z.boolean(),
    refused: z.string().nullable(),
    lastProblem: z.string().nullable(),
    clockOffsetMs: z.number().nullable(),
  }),
})
export type RunningAgent = z.infer<typeof RunningAgent>

/** undefined when the text is no report of the agent with this id. */
export function readRunningAgent(text: string, id: string): RunningAgent | undefined {
  try {
    const report = RunningAgent.safeParse(JSON.parse(text))
    return report.success && report.data.agent === id ? report.data : undefined
  } catch {
    return undefined
  }
}
