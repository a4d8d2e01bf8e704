// Door of the room: compiles a folder of MIB files to trap definitions, in a thread with bounds on memory and time. A file
// that breaks the bounds costs itself; the thread is started anew for the next.
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { MibProblem } from './module.ts'
import type { MibAnswer, MibRequest } from './thread.ts'

export interface CompiledMibs {
  readonly modules: readonly {
    readonly name: string
    readonly file: string
    readonly traps: number
    readonly text: string
  }[]
  readonly problems: readonly MibProblem[]
  readonly files: number
}

export interface CompileOptions {
  /** The program's entry: the thread is the program itself, run as `mib-thread`. */
  readonly entry: string
  readonly fileMs?: number
  readonly memoryMb?: number
  readonly maxFileBytes?: number
  onProgress?(done: number, of: number, file: string): void
}

const FILE_MS = 20_000
const MEMORY_MB = 256
const MAX_FILE = 16 * 1024 * 1024
const MAX_FILES = 20_000

/** Every file of the folder, not of those below it. Throws when the folder cannot be read. */
export async function compileMibs(dir: string, options: CompileOptions): Promise<CompiledMibs> {
  const { fileMs = FILE_MS, memoryMb = MEMORY_MB, maxFileBytes = MAX_FILE } = options
  const problems: MibProblem[] = []
  const files = readdirSync(dir)
    .filter((name) => !name.startsWith('.') && statSync(join(dir, name)).isFile())
    .sort()
    .slice(0, MAX_FILES)
  const fit = files.filter((file) => {
    const { size } = statSync(join(dir, file))
    if (size > maxFileBytes)
      problems.push({ file, line: 1, message: `larger than ${maxFileBytes} bytes: this is no MIB module` })
    return size <= maxFileBytes
  })
  const thread = createThread(options.entry, fileMs, memoryMb)
  try {
    const places = new Map<string, { file: string; path: string }>()
    const readable: string[] = []
    for (const file of fit) {
      const path = join(dir, file)
      const { modules, problems: bad } = await thread.ask({ op: 'index', file, path })
      problems.push(...bad)
      if (modules.length > 0) readable.push(file)
      for (const { name } of modules) {
        const known = places.get(name)
        if (!known) places.set(name, { file, path })
        else problems.push({ file, line: 1, message: `module ${name} is also in ${known.file}, which is taken` })
      }
    }
    const done: CompiledMibs['modules'][number][] = []
    for (const [n, file] of readable.entries()) {
      options.onProgress?.(n, readable.length, file)
      const request = { op: 'compile' as const, file, path: join(dir, file), modules: [...places] }
      const { modules, problems: bad } = await thread.ask(request)
      problems.push(...bad)
      for (const module of modules) if (places.get(module.name)?.file === file) done.push({ ...module, file })
    }
    options.onProgress?.(readable.length, readable.length, '')
    return { modules: done, problems, files: files.length }
  } finally {
    await thread.end()
  }
}

function createThread(entry: string, fileMs: number, memoryMb: number) {
  let worker: Worker | undefined
  const start = (): Worker => {
    const options = {
      argv: ['mib-thread'],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    }
    // an error that comes when nobody waits any more must not be thrown
    return new Worker(entry, options).on('error', () => {})
  }
  return {
    async ask(request: MibRequest): Promise<MibAnswer> {
      worker ??= start()
      const asked = worker
      const failed = (message: string): MibAnswer => ({
        modules: [],
        problems: [{ file: request.file, line: 1, message }],
      })
      const answer = await new Promise<MibAnswer | undefined>((resolve) => {
        const timer = setTimeout(
          () => end(failed(`takes longer than ${fileMs / 1000} s to read: it is left out`), true),
          fileMs,
        )
        const onError = (error: Error & { code?: string }) => {
          const out = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          end(
            failed(out ? `needs more than ${memoryMb} MB to read: it is left out` : `cannot be read: ${error.message}`),
            true,
          )
        }
        const onExit = () => end(failed('the thread that read it ended: it is left out'), true)
        const onMessage = (message: MibAnswer) => end(message, false)
        const end = (result: MibAnswer, broken: boolean) => {
          clearTimeout(timer)
          asked.off('error', onError).off('exit', onExit).off('message', onMessage)
          if (broken) worker = undefined
          if (broken) void asked.terminate()
          resolve(result)
        }
        asked.on('error', onError).on('exit', onExit).on('message', onMessage)
        asked.postMessage(request)
      })
      return answer ?? failed('cannot be read')
    },
    async end(): Promise<void> {
      await worker?.terminate()
    },
  }
}

/** File of a module's definitions, without what a path must not hold. */
export const definitionFile = (module: string): string =>
  `mib-${basename(module)
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 120)}.yaml`
