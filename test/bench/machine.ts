// What every bench stands on: the machine's facts, compiled generators, CPU accounting, pinning.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { type Child, ROOT, startChild } from '../support/child.ts'

/** Facts to print before any figure. */
export function machineFacts(): Record<string, unknown> {
  const read = (file: string) => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : null)
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    // of the last minute: what else ran here
    loadAverage: Number((loadavg()[0] as number).toFixed(2)),
    receiveBufferMax: read('/proc/sys/net/core/rmem_max'),
  }
}

/** Compiles a generator from test/bench/generators once per content; undefined when there is no C compiler. */
export function generator(name: 'udp-send' | 'tcp-send' | 'snmp-devices'): string | undefined {
  const source = join(ROOT, 'test/bench/generators', `${name}.c`)
  const dir = join(tmpdir(), 'outrider-generators')
  mkdirSync(dir, { recursive: true })
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12)
  const binary = join(dir, `${name}-${digest}`)
  if (existsSync(binary)) return binary
  const built = spawnSync('cc', ['-O2', '-o', `${binary}.part`, source], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (built.status !== 0) return undefined
  renameSync(`${binary}.part`, binary)
  return binary
}

/** Where a program is, or undefined: peers that are missing are named as such, never guessed. */
export function findProgram(...names: readonly string[]): string | undefined {
  const dirs = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/local/sbin']
  for (const name of names) for (const dir of dirs) if (existsSync(join(dir, name))) return join(dir, name)
  return undefined
}

/** Starts a subject pinned to one core (generators get another), when taskset exists and there is more than one core. */
export function startPinned(
  command: readonly string[],
  core: number | 'all',
  env: Readonly<Record<string, string>> = {},
): Child {
  const taskset = core === 'all' || availableParallelism() < 2 ? undefined : findProgram('taskset')
  const argv = command[0] === 'node' ? [process.execPath, ...command.slice(1)] : command
  return startChild(taskset ? [taskset, '-c', String(core), ...argv] : argv, { env })
}

/** Scheduler run time of a process, all its threads, in seconds: what the subject itself used. */
export function cpuSecondsOf(pid: number): number {
  let nanoseconds = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // the thread ended between the listing and the reading
    }
  }
  return nanoseconds / 1e9
}

/** Resident memory of a process in MB. */
export function residentMb(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)
  return line ? Number(line[1]) / 1024 : Number.NaN
}

/** Runs a generator to its end and returns the JSON line it prints. Pinned to core 1 where possible. */
export function runGenerator(
  command: readonly string[],
): Promise<{ sent: number; seconds: number; cpuSeconds: number }> {
  const child = startPinned(command, 1)
  return child
    .says(/\{"sent".*\}/, 120_000)
    .then((match) => JSON.parse(match[0]) as { sent: number; seconds: number; cpuSeconds: number })
}

export function programVersion(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0] ?? ''
  } catch {
    return 'unknown'
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
