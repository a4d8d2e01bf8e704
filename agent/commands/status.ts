// outrider-agent status: the running agent's health page in a few lines.
import type { AgentConfig } from '../config/config.ts'
import { readFacts } from '../identity/certificate.ts'
import { readIdentity } from '../identity/identity.ts'
import { type ConfigPlace, readConfigFile } from './read-file.ts'

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
  readonly identity: CertificateReport | null
  readonly site?: SiteReport
  readonly polls: Readonly<Record<string, number>>
  readonly process: { readonly rssBytes: number }
}

interface SiteReport {
  readonly version: number
  readonly state: string
  readonly problems: readonly { readonly device: string | null; readonly path: string; readonly message: string }[]
  readonly origins: Readonly<Record<string, 'file' | 'collector'>>
}

interface CertificateReport {
  readonly fingerprint: string
  readonly notAfter: number
  readonly renewAt: number
  readonly state: 'good' | 'asking' | 'trying' | 'expired'
  readonly problem: string | null
}

/** Returns the exit code: 0 when it answers, is connected and can write; 1 otherwise. */
export async function status(options: ConfigPlace & { port: string }): Promise<number> {
  const placed = options.config !== undefined || options.data !== undefined
  const config = placed ? readConfigFile(options) : undefined
  if (placed && config === undefined) return 2
  const port = config?.health.port ?? Number(options.port)
  const page = `http://127.0.0.1:${port}/`
  const report = await fetch(page, { signal: AbortSignal.timeout(5_000) })
    .then(async (answer) => (await answer.json()) as Report)
    .catch(() => undefined)
  const other = report !== undefined && config !== undefined && report.agent !== config.agent.id
  if (report === undefined || other) {
    console.error(other ? `Another agent answers on ${page}: ${report.agent}` : `No agent answers on ${page}`)
    if (config?.enrolled) for (const line of linesOnDisk(config)) console.error(line)
    return 1
  }
  const { uplink, outbox } = report
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none'
  console.log(`agent      ${report.agent} (${report.program}), up since ${new Date(report.startedAt).toISOString()}`)
  console.log(`collector  ${linkText(uplink)}`)
  if (report.identity) for (const line of certificateLines(report.identity)) console.log(line)
  console.log(`waiting    ${list(report.backlog)}`)
  console.log(`disk       ${outbox.problem ?? 'good'}`)
  if (report.site) for (const line of siteLines(report.site)) console.log(line)
  console.log(`polls      ${list(report.polls)}`)
  console.log(`dropped    ${list(report.dropped)}`)
  console.log(`memory     ${Math.round(report.process.rssBytes / 1e6)} MB`)
  const expired = report.identity?.state === 'expired'
  return uplink.connected && uplink.refused === null && outbox.problem === null && !expired ? 0 : 1
}

function certificateLines({ fingerprint, notAfter, renewAt, state, problem }: CertificateReport): string[] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  const words = {
    good: `renewed from ${day(renewAt)}`,
    asking: 'being renewed',
    trying: 'new, not yet used',
    expired: 'EXPIRED',
  }
  return [
    `identity   certificate until ${day(notAfter)} UTC, ${words[state]}${problem === null ? '' : `: ${problem}`}`,
    `           key ${fingerprint}`,
  ]
}

/** Of an agent that does not run. */
function linesOnDisk({ dataDir }: AgentConfig): string[] {
  const read = readIdentity(dataDir)
  const facts = read.kind === 'good' ? readFacts(read.identity.pair.certificate) : undefined
  if (facts === undefined) return []
  const state = facts.notAfter <= Date.now() ? 'expired' : 'good'
  return certificateLines({
    ...facts,
    renewAt: facts.notBefore + ((facts.notAfter - facts.notBefore) * 2) / 3,
    state,
    problem: null,
  })
}

function linkText(uplink: Report['uplink']): string {
  if (uplink.refused !== null) return `refuses this agent: ${uplink.refused}`
  if (uplink.connected) return uplink.streaming ? 'connected' : 'connected to the broker, the collector is silent'
  return `not connected: ${uplink.lastProblem ?? 'connecting'}`
}

function siteLines({ version, state, problems, origins }: SiteReport): string[] {
  const all = Object.values(origins)
  const kept = all.filter((origin) => origin === 'collector').length
  const from = version === 0 ? '' : `, ${kept} of them from the collector (configuration ${version}, ${state})`
  const named = problems.map(
    ({ device, path, message }) => `           ${[device, path].filter(Boolean).join(' ')}: ${message}`,
  )
  return [`watches    ${all.length} ${all.length === 1 ? 'device' : 'devices'}${from}`, ...named]
}
