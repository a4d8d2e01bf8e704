// A sweep between what a person fills in and what is sent; how many addresses it asks and how long that may take.
import {
  countOf,
  MAX_SWEEP_ADDRESSES,
  networkAround,
  readRanges,
  textOfRange,
  without,
} from '#shared/domain/address-ranges.ts'
import type { SweepDraft } from '#shared/http/discovery.ts'

export interface SweepForm {
  /** One range per line. */
  readonly ranges: string
  readonly exclude: string
  /** Names in the order in which they are tried. */
  readonly credentials: readonly string[]
  readonly agent: string
  readonly packetsPerSecond: string
  readonly timeoutSeconds: string
  readonly snmpPort: string
  readonly tcpPorts: string
  readonly ping: boolean
}

export const NEW_SWEEP: SweepForm = {
  ...{ ranges: '', exclude: '', credentials: [], agent: '', packetsPerSecond: '100', timeoutSeconds: '2' },
  ...{ snmpPort: '161', tcpPorts: '22, 80, 443', ping: true },
}

export interface SweepReach {
  readonly addresses: number
  /** Sentences of shared/domain/address-ranges.ts. */
  readonly problems: readonly string[]
  readonly excludeProblems: readonly string[]
  readonly notes: readonly string[]
  readonly tooMany: boolean
}

/** What the ranges hold, while they are typed. */
export function reachOf({ ranges, exclude }: Pick<SweepForm, 'ranges' | 'exclude'>): SweepReach {
  const asked = readRanges(linesOf(ranges))
  const left = readRanges(linesOf(exclude), 'exclude')
  const addresses = countOf(without(asked.ranges, left.ranges))
  return {
    addresses,
    problems: asked.problems.map((problem) => problem.message),
    excludeProblems: left.problems.map((problem) => problem.message),
    notes: asked.notes,
    tooMany: addresses > MAX_SWEEP_ADDRESSES,
  }
}

/**
 * Milliseconds when nobody answers, which is the longest: each set asks twice, each port once. `sets`: how many are tried.
 * undefined: the pace is no number.
 */
export function longestMs(form: SweepForm, addresses: number, sets: number): number | undefined {
  const pace = Number(form.packetsPerSecond)
  if (!(pace >= 1)) return undefined
  const each = (form.ping ? 1 : 0) + 2 * Math.max(1, sets) + portsOf(form).length
  return Math.ceil((addresses * each) / pace) * 1000 + 2 * Number(form.timeoutSeconds) * 1000
}

type WrongSweep = 'packetsPerSecond' | 'timeoutSeconds' | 'snmpPort' | 'tcpPorts'

export function wrongSweep(form: SweepForm): ReadonlySet<WrongSweep> {
  const wrong = new Set<WrongSweep>()
  const pace = Number(form.packetsPerSecond)
  if (!(Number.isInteger(pace) && pace >= 1 && pace <= 2_000)) wrong.add('packetsPerSecond')
  const wait = Number(form.timeoutSeconds)
  if (!(wait >= 0.1 && wait <= 10)) wrong.add('timeoutSeconds')
  const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!isPort(Number(form.snmpPort))) wrong.add('snmpPort')
  const ports = portsOf(form)
  if (ports.length > 8 || !ports.every(isPort)) wrong.add('tcpPorts')
  return wrong
}

export function sweepOf(form: SweepForm): SweepDraft {
  return {
    ranges: linesOf(form.ranges),
    exclude: linesOf(form.exclude),
    credentials: [...form.credentials],
    ...(form.agent === '' ? {} : { agent: form.agent }),
    packetsPerSecond: Number(form.packetsPerSecond),
    timeoutMs: Math.round(Number(form.timeoutSeconds) * 1000),
    snmpPort: Number(form.snmpPort),
    tcpPorts: portsOf(form),
    ping: form.ping,
  }
}

export interface Suggestion {
  readonly range: string
  readonly devices: number
}

/** Networks of 256 addresses in which the site has devices already, most devices first. */
export function suggestedRanges(addresses: readonly string[], most = 4): readonly Suggestion[] {
  const counts = new Map<string, number>()
  for (const address of addresses) {
    const around = networkAround(address, { 4: 24, 6: 128 })
    if (around === undefined || around.family === 6) continue
    const range = `${textOfRange(around).split('-')[0]}/24`
    counts.set(range, (counts.get(range) ?? 0) + 1)
  }
  return [...counts]
    .map(([range, devices]) => ({ range, devices }))
    .sort((a, b) => b.devices - a.devices || a.range.localeCompare(b.range, 'en', { numeric: true }))
    .slice(0, most)
}

function portsOf({ tcpPorts }: Pick<SweepForm, 'tcpPorts'>): number[] {
  return tcpPorts
    .split(/[\s,;，；、]+/)
    .filter((part) => part !== '')
    .map(Number)
}

/** Also apart by commas, as people paste them. */
function linesOf(text: string): string[] {
  return text
    .split(/[\n,;，；、]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
