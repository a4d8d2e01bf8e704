// Real-shaped log lines of many vendors through the agent's own listeners into its outbox: is what stands in their headers
// read rightly, and is none lost? And what does a pattern cost that takes for ever elsewhere?
import type { LogEvent } from '#shared/domain/device-event.ts'
import type { Proof, ProofContext } from './proof-kind.ts'
import { trueLines } from './syslog-headers/generator.ts'
import type { TrueLine } from './syslog-headers/line.ts'
import { receive } from './syslog-headers/receive.ts'
import { slowPatterns } from './syslog-headers/slow-patterns.ts'

const LINES = 10_000
const PARTS = ['host', 'time', 'severity', 'name', 'app', 'message'] as const

export const syslogHeaders: Proof = {
  name: 'syslog-headers',
  title: 'log lines of sixteen vendors through UDP and TCP: headers right, none lost, no pattern slow',
  rounds: 1,
  async run(context) {
    const figures = await readHeaders(context.rounds * (context.brisk ? 2000 : LINES), context)
    const patterns = await slowPatterns(context.brisk ? 100 : 2000)
    for (const { pattern, firstMs, usualMs, worstMs, regExpMs } of patterns)
      context.progress(
        `${pattern.padEnd(50)} first ${firstMs.toFixed(2)} ms, then ${usualMs.toFixed(2)} ms, at worst ${worstMs.toFixed(2)} ms; ` +
          `RegExp ${regExpMs === undefined ? 'stopped at the limit' : `${regExpMs.toFixed(2)} ms`}`,
      )
    const slowestMs = Math.round(Math.max(...patterns.map((p) => p.usualMs)) * 100) / 100
    const ok = figures.right >= 0.995 && figures.lost === 0 && figures.doubled === 0 && slowestMs < 5
    return { ok, ...figures, slowestPatternMs: slowestMs, patterns }
  },
}

export interface HeaderFigures {
  readonly lines: number
  readonly lost: number
  readonly doubled: number
  /** Share of lines of which every part of the header is right. */
  readonly right: number
  readonly vendors: Readonly<Record<string, { readonly lines: number; readonly wrong: number }>>
}

/** Sends `count` lines and holds what was recorded against the truth; wrong ones are told. */
export async function readHeaders(
  count: number,
  { random, progress }: Pick<ProofContext, 'random' | 'progress'>,
): Promise<HeaderFigures> {
  const lines = trueLines(count, random, Date.now())
  const byToken = new Map<string, LogEvent[]>()
  for (const event of await receive(
    lines.map((line) => line.bytes),
    random,
  )) {
    const token = /\b7\d{7}\b/.exec(event.message)?.[0] ?? ''
    byToken.set(token, [...(byToken.get(token) ?? []), event])
  }
  const table = new Map<string, { lines: number; wrong: number; parts: Record<(typeof PARTS)[number], number> }>()
  let [lost, doubled, told] = [0, 0, 0]
  for (const line of lines) {
    const row = table.get(line.vendor) ?? {
      lines: 0,
      wrong: 0,
      parts: Object.fromEntries(PARTS.map((p) => [p, 0])) as never,
    }
    table.set(line.vendor, row)
    row.lines++
    const found = byToken.get(line.token) ?? []
    if (found.length === 0) lost++
    doubled += Math.max(0, found.length - 1)
    const wrong = found[0] === undefined ? [...PARTS] : wrongParts(line, found[0])
    for (const part of wrong) row.parts[part]++
    if (wrong.length === 0) continue
    row.wrong++
    if (told++ < 10) progress(`${line.vendor}: ${wrong.join(', ')} of ${JSON.stringify(line.bytes.toString('latin1'))}`)
  }
  progress(`${'vendor'.padEnd(18)} ${'lines'.padStart(6)} ${PARTS.map((p) => p.padStart(8)).join(' ')}   right`)
  for (const [vendor, { lines: n, wrong, parts }] of table) {
    const share = (bad: number) => `${(100 * (1 - bad / n)).toFixed(1)}%`.padStart(8)
    progress(
      `${vendor.padEnd(18)} ${String(n).padStart(6)} ${PARTS.map((p) => share(parts[p])).join(' ')} ${share(wrong)}`,
    )
  }
  const wrong = [...table.values()].reduce((sum, row) => sum + row.wrong, 0)
  const vendors = Object.fromEntries([...table].map(([name, row]) => [name, { lines: row.lines, wrong: row.wrong }]))
  return { lines: count, lost, doubled, right: 1 - wrong / count, vendors }
}

/** What of a record is not as the truth says. */
export function wrongParts(line: TrueLine, event: LogEvent): (typeof PARTS)[number][] {
  const time = event.clock === undefined ? event.deviceTime : undefined
  const name = event.mnemonic ?? event.app
  const right = {
    host: event.host === line.host,
    time: time === line.time,
    severity: event.severity === line.severity && event.facility === line.facility,
    name: name === line.name,
    app: line.app === undefined || event.app === line.app,
    message: event.message.endsWith(line.text),
  }
  return PARTS.filter((part) => !right[part])
}
