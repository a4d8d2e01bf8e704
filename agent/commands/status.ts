// outrider-agent status: the running agent's health page in a few lines.
import { readConfigFile } from './read-file.ts'

interface Report {
  readonly agent: string
  readonly program: string
  readonly startedAt: number
  readonly backlog: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
  readonly outbox: { readonly problem: string | null }
  readonly uplink: {
    readonly connected: boolean
    readonly streaming: boolean
    readonly refused: string | null
    readonly lastProblem: string | null
  }
  readonly polls: Readonly<Record<string, number>>
  readonly process: { readonly rssBytes: number }
}

/** Returns the exit code: 0 when it answers, is connected and can write; 1 otherwise. */
export async function status(options: { config?: string; port: string }): Promise<number> {
  const config = options.config === undefined ? undefined : readConfigFile(options.config)
  if (options.config !== undefined && config === undefined) return 2
  const port = config?.health.port ?? Number(options.port)
  let report: Report
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) })
    report = (await answer.json()) as Report
  } catch {
    console.error(`No agent answers on http://127.0.0.1:${port}/`)
    return 1
  }
  const { uplink, outbox } = report
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none'
  console.log(`agent      ${report.agent} (${report.program}), up since ${new Date(report.startedAt).toISOString()}`)
  console.log(`collector  ${linkText(uplink)}`)
  console.log(`waiting    ${list(report.backlog)}`)
  console.log(`disk       ${outbox.problem ?? 'good'}`)
  console.log(`polls      ${list(report.polls)}`)
  console.log(`dropped    ${list(report.dropped)}`)
  console.log(`memory     ${Math.round(report.process.rssBytes / 1e6)} MB`)
  return uplink.connected && uplink.refused === null && outbox.problem === null ? 0 : 1
}

function linkText(uplink: Report['uplink']): string {
  if (uplink.refused !== null) return `refuses this agent: ${uplink.refused}`
  if (uplink.connected) return uplink.streaming ? 'connected' : 'connected to the broker, the collector is silent'
  return `not connected: ${uplink.lastProblem ?? 'connecting'}`
}
