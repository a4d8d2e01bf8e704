import { type ChildProcess, spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface Child {
  readonly pid: number
  /** Everything printed so far, both streams. */
  output(): string
  /** Resolves when it has ended. */
  readonly gone: Promise<void>
  exited(): { code: number | null; signal: NodeJS.Signals | null } | undefined
  /** Resolves when the output matches; rejects with the output when the child ends first or time runs out. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>
  /** SIGTERM, after `graceMs` SIGKILL; resolves when it is gone. Idempotent. */
  stop(graceMs?: number): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  readonly process: ChildProcess
}

/** Starts a program of the project (`node agent/main.ts ...`) or any other by fixed argv. Output is kept (last 1 MB). */
export function startChild(
  command: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly echo?: boolean } = {},
): Child {
  const [program, ...args] = command
  const child = spawn(program === 'node' ? process.execPath : (program as string), args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const take = (bytes: Buffer) => {
    output = (output + bytes.toString('utf8')).slice(-1_000_000)
    if (options.echo) process.stderr.write(bytes)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  let ended: { code: number | null; signal: NodeJS.Signals | null } | undefined
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      ended = { code, signal }
      resolve()
    })
    child.on('error', (error) => {
      output += `\n${error.message}`
      ended = { code: -1, signal: null }
      resolve()
    })
  })
  return {
    pid: child.pid ?? -1,
    process: child,
    gone,
    output: () => output,
    exited: () => ended,
    async says(pattern, timeoutMs = 60_000) {
      await until(() => pattern.test(output) || ended, {
        timeoutMs,
        what: `${command.join(' ')} to print ${pattern}; it printed:\n${output.slice(-4000)}`,
      }).catch(() => undefined)
      const match = output.match(pattern)
      if (!match)
        throw new Error(
          `${command.join(' ')} did not print ${pattern} (exit ${JSON.stringify(ended)}):\n${output.slice(-4000)}`,
        )
      return match
    },
    async stop(graceMs = 10_000) {
      if (ended) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(timer)
    },
    async kill() {
      if (ended) return
      child.kill('SIGKILL')
      await gone
    },
  }
}
