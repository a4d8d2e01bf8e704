// `discover`: sweeps address ranges from this machine and shows what answers. Needs no collector and keeps nothing.
import { pino } from 'pino'
import { z } from 'zod'
import { canonicalAddress, countOf, MAX_SWEEP_ADDRESSES, readRanges, without } from '#shared/domain/address-ranges.ts'
import type { Found } from '#shared/domain/discovery.ts'
import { systemClock } from '#shared/time/clock.ts'
import type { AgentConfig } from '../config/config.ts'
import { createDiscovery, type NamedSet, type SweepPlan } from '../discovery/discovery.ts'
import { devicesOf } from '../discovery/same-device.ts'
import { readProfiles } from '../inputs/snmp-poll/profile-files.ts'
import { csvOf, jsonOf, progressLine, tableOf } from './discover-output.ts'
import { readConfigFile } from './read-file.ts'

const Port = z.coerce.number().int().min(1).max(65_535)
const Options = z.object({
  exclude: z.array(z.string()).default([]),
  config: z.string().optional(),
  credentials: z.array(z.string()).default([]),
  community: z.array(z.string().min(1)).default([]),
  rate: z.coerce.number().int().min(1).max(2_000).default(100),
  timeout: z.coerce.number().int().min(100).max(10_000).default(2_000),
  port: Port.default(161),
  tcp: z.array(Port).max(8).default([22, 80, 443]),
  ping: z.boolean().default(true),
  profiles: z.string().optional(),
  json: z.boolean().default(false),
  csv: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

export interface Screen {
  readonly out: (text: string) => void
  /** Progress and problems. */
  readonly say: (text: string) => void
  /** Progress is written over itself. */
  readonly isTerminal: boolean
}

/** The exit code: 0 when something answered, 1 when nothing did, 2 for what cannot be used, 130 when interrupted. */
export async function discover(
  ranges: readonly string[],
  given: unknown,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const parsed = Options.safeParse(given)
  if (!parsed.success)
    return refuse(
      screen,
      parsed.error.issues.map((i) => `--${i.path.join('.')}: ${i.message}`),
    )
  const options = parsed.data
  const config =
    options.config === undefined ? undefined : readConfigFile({ config: options.config }, ANY_IDENTITY, screen.say)
  if (options.config !== undefined && config === undefined) return 2
  const plan = planOf(ranges, options, config)
  if ('problems' in plan) return refuse(screen, plan.problems)
  for (const note of plan.notes) screen.say(note)
  const dirs = [options.profiles, config?.profilesDir].filter((dir) => dir !== undefined)
  const { profiles } = await readProfiles(dirs)
  const devices = new Map(config?.devices.map((device) => [canonicalAddress(device.address) ?? '', device]))
  const discovery = createDiscovery({
    ...{ profiles: () => profiles, deviceAt: (address) => devices.get(address), clock: systemClock() },
    log: pino({ level: 'silent' }),
  })
  const findings: Found[] = []
  const line = progressWriter(screen)
  const watch = { found: (found: Found) => void findings.push(found), progress: line.show }
  const end = await discovery.sweep(plan.plan, watch, signal)
  line.end()
  for (const note of end.notes) screen.say(note)
  const all = devicesOf(findings)
  if (options.json) screen.out(jsonOf(all, end.progress, [...plan.notes, ...end.notes]))
  else if (options.csv) screen.out(csvOf(all))
  else if (all.length > 0) screen.out(tableOf(all))
  else screen.out('Nothing answered.')
  return end.stopped ? 130 : all.length > 0 ? 0 : 1
}

/** How the agent signs in does not matter here. */
const ANY_IDENTITY = () => ({ kind: 'enrolling' }) as const

type Planned =
  | { readonly plan: SweepPlan; readonly notes: readonly string[] }
  | { readonly problems: readonly string[] }

function planOf(texts: readonly string[], options: Options, config: AgentConfig | undefined): Planned {
  const asked = readRanges(texts)
  const excluded = readRanges(options.exclude, 'exclude')
  const problems = [...asked.problems, ...excluded.problems].map(({ message }) => message)
  const ranges = without(asked.ranges, excluded.ranges)
  const count = countOf(ranges)
  if (problems.length === 0 && count > MAX_SWEEP_ADDRESSES)
    problems.push(`${count} addresses together, ${MAX_SWEEP_ADDRESSES} at most: sweep in parts`)
  if (problems.length === 0 && count === 0) problems.push('nothing is left of the ranges: leave less out')
  const sets = new Map(Object.entries(config?.credentials ?? {}))
  for (const name of options.credentials)
    if (!sets.has(name)) {
      const known = sets.size > 0 ? `there are ${[...sets.keys()].join(', ')}` : 'give --config FILE, where they stand'
      problems.push(`there are no credentials "${name}": ${known}`)
    }
  if (problems.length > 0) return { problems }
  const named = options.credentials.length > 0 || options.community.length > 0 ? options.credentials : [...sets.keys()]
  const chosen: NamedSet[] = [
    ...named.flatMap((name) => {
      const credentials = sets.get(name)
      return credentials ? [{ name, from: 'file' as const, credentials }] : []
    }),
    ...options.community.map((community, i) => ({
      ...{ name: `community-${i + 1}`, from: 'file' as const, credentials: { version: 'v2c', community } as const },
    })),
  ]
  if (chosen.length === 0)
    chosen.push({ name: 'public', from: 'file', credentials: { version: 'v2c', community: 'public' } })
  const { rate: packetsPerSecond, timeout: timeoutMs, port: snmpPort, tcp: tcpPorts, ping } = options
  return { plan: { ranges, sets: chosen, packetsPerSecond, timeoutMs, snmpPort, tcpPorts, ping }, notes: asked.notes }
}

function progressWriter({ say, isTerminal }: Screen) {
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    show(progress: Parameters<typeof progressLine>[0]) {
      if (!isTerminal && performance.now() - shownAt < QUIET_MS && progress.etaMs !== 0) return
      shownAt = performance.now()
      say(isTerminal ? `\r\u001b[2K${progressLine(progress)}` : progressLine(progress))
    },
    end: () => (isTerminal ? say('\n') : undefined),
  }
}

function refuse({ say }: Screen, problems: readonly string[]): number {
  for (const problem of problems) say(problem)
  return 2
}

/** Between two lines where they are kept, in a file or a log. */
const QUIET_MS = 5_000
