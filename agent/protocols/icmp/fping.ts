// fping: many addresses in one process.
import { type ProgramRun, runProgram } from './program.ts'

/** Round-trip times in ms of what came back, by address as given; an address fping could not use is missing. */
export async function fping(
  addresses: readonly string[],
  count: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly run: ProgramRun; readonly rttsMs: ReadonlyMap<string, readonly number[]> }> {
  const fixed = ['-C', String(count), '-q', '-i', String(GAP_MS), '-p', String(PERIOD_MS), '-t', String(timeoutMs)]
  const longest = addresses.length * count * GAP_MS + count * PERIOD_MS + timeoutMs + GRACE_MS
  const run = await runProgram('fping', [...fixed, ...addresses], longest, signal)
  return { run, rttsMs: parseFping(run.output) }
}

/** One echo to each address, `gapMs` between two; `onStarted` is called when the program runs. */
export async function fpingOnce(
  addresses: readonly string[],
  { gapMs, timeoutMs, onStarted }: { readonly gapMs: number; readonly timeoutMs: number; onStarted(): void },
  signal: AbortSignal,
): Promise<{ readonly run: ProgramRun; readonly rttsMs: ReadonlyMap<string, readonly number[]> }> {
  // -r 0: nothing is sent twice, not even to addresses that are silent
  const args = ['-C', '1', '-q', '-r', '0', '-i', gapMs.toFixed(1), '-t', String(timeoutMs)]
  const longest = addresses.length * gapMs + timeoutMs + GRACE_MS
  const run = await runProgram('fping', [...args, ...addresses], longest, signal, onStarted)
  return { run, rttsMs: parseFping(run.output) }
}

/** Lines like `192.0.2.1 : 0.51 - 0.48`; anything else (name errors, ICMP messages) is passed over. */
export function parseFping(output: string): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const line of output.split('\n')) {
    const match = /^(\S+)\s+:((?:\s+(?:\d+(?:\.\d+)?|-))+)\s*$/.exec(line)
    if (match === null) continue
    const times = (match[2] as string).trim().split(/\s+/)
    found.set(match[1] as string, times.filter((t) => t !== '-').map(Number))
  }
  return found
}

/** True when fping is there but may not send: raw sockets forbidden. */
export function forbidden(run: ProgramRun): boolean {
  return run.code === 4 || /raw socket|permission denied|operation not permitted|must run as root/i.test(run.output)
}

const GAP_MS = 2
const PERIOD_MS = 250
/** Start-up and name resolution. */
const GRACE_MS = 10_000
