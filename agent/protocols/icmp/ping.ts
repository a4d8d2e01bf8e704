// The system's ping, one process per address: for machines without fping.
import { type ProgramRun, runProgram } from './program.ts'

export async function systemPing(
  address: string,
  count: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly run: ProgramRun; readonly rttsMs: readonly number[] }> {
  // -W is in seconds, except where ping comes from BSD.
  const wait = process.platform === 'darwin' ? timeoutMs : Math.max(1, Math.ceil(timeoutMs / 1000))
  const args = ['-n', '-c', String(count), '-W', String(wait), address]
  const run = await runProgram('ping', args, count * 1000 + timeoutMs + GRACE_MS, signal)
  return { run, rttsMs: parsePing(run.output).slice(0, count) }
}

/** Times of `64 bytes from ...: icmp_seq=1 ttl=64 time=0.045 ms`, duplicates left out. */
export function parsePing(output: string): number[] {
  const times: number[] = []
  for (const line of output.split('\n')) {
    const match = /\btime[=<](\d+(?:\.\d+)?) ?ms/.exec(line)
    if (match !== null && !line.includes('DUP!')) times.push(Number(match[1]))
  }
  return times
}

const GRACE_MS = 10_000
