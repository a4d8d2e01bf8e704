// Runs fping or ping with a fixed argv: no shell, no inherited environment, bounded output and time.
import { spawn } from 'node:child_process'

export interface ProgramRun {
  /** Null when it was killed or never started. */
  readonly code: number | null
  readonly output: string
  readonly failure: 'missing' | 'timeout' | 'cancelled' | null
}

/** Standard output and error together, at most 1 MB. `onStarted` is called when it runs. Never rejects. */
export async function runProgram(
  name: string,
  args: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
  onStarted: () => void = () => undefined,
): Promise<ProgramRun> {
  return await new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let failure: ProgramRun['failure'] = null
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: SEARCH_PATH, LC_ALL: 'C' } })
    const keep = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk)
      else child.kill('SIGKILL')
    }
    const stop = (why: 'timeout' | 'cancelled') => {
      failure ??= why
      child.kill('SIGKILL')
    }
    const onAbort = () => stop('cancelled')
    const timer = setTimeout(() => stop('timeout'), timeoutMs)
    const end = (code: number | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve({ code, output: Buffer.concat(chunks).toString('utf8'), failure })
    }
    child.on('spawn', onStarted)
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', () => {
      failure ??= 'missing'
      end(null)
    })
    child.on('close', end)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}

const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin'
const MAX_OUTPUT_BYTES = 1024 * 1024
