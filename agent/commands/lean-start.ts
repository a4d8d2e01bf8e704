// Starts the process anew with compiled code from a cache in the data folder. Stripping types at run time keeps some
// 17 MB per thread for ever; a process that finds all its code in the cache never loads the stripper.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { isSea } from 'node:sea'
import { STAGE } from '#shared/start/lean-modules.ts'
import { NO_COMPILERS } from './optimise-when-busy.ts'

import { PROGRAM } from './program.ts'

/**
 * Call before anything is open. Replaces the process (same pid, same arguments) until its code comes from the cache;
 * returns when that is so, when the platform cannot do it, or when the cache folder cannot be written.
 * `loadAll` imports everything the running agent needs.
 */
export async function leanStart(dataDir: string, loadAll: () => Promise<unknown>): Promise<void> {
  const { execve } = process
  const stage = Number(process.env[STAGE] ?? 0)
  if (execve === undefined || stage >= 2) return
  if (isSea()) {
    // Nothing to strip, and the flags are built in (packaging/executable.ts): only the environment may be missing.
    if (Object.keys(ENVIRONMENT).every((name) => process.env[name] !== undefined)) return
    const env = { ...ENVIRONMENT, ...process.env, [STAGE]: '2' } as Record<string, string>
    return execve(process.execPath, [process.execPath, ...process.argv.slice(2)], env)
  }
  // whoever names a folder for all programs wants it used
  const folder = process.env.NODE_COMPILE_CACHE ?? join(dataDir, 'code-cache')
  const complete = join(folder, `complete-${PROGRAM.replace('/', '-')}-${process.version}`)
  const again = (next: number) => {
    const env = { ...ENVIRONMENT, ...process.env, NODE_COMPILE_CACHE: folder, [STAGE]: String(next) } as Record<
      string,
      string
    >
    execve(
      process.execPath,
      [
        process.execPath,
        ...FLAGS,
        ...process.execArgv.filter((flag) => !FLAGS.includes(flag)),
        ...process.argv.slice(1),
      ],
      env,
    )
  }
  try {
    if (stage === 0) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      again(existsSync(complete) ? 2 : 1)
    }
    await loadAll()
    flushCompileCache()
    writeFileSync(complete, '')
    again(2)
  } catch {
    // A folder that cannot be written costs memory, nothing else.
  }
}

/**
 * A storm needs the young generation (with 4 MB it costs a fifth more); give-back.ts shrinks it when there is none. The old
 * one may grow by half until it is collected: V8 would let it grow fourfold, to 1 GB while a large site is first polled.
 */
export const FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=50', '--expose-gc', ...NO_COMPILERS]

const ENVIRONMENT = {
  /** Memory of libraries in one place: an arena per thread keeps some 6 MB that no one uses. glibc only, ignored elsewhere. */
  MALLOC_ARENA_MAX: '1',
  /** The MQTT client's copy of Node's streams steps back for Node's own. */
  READABLE_STREAM: 'disable',
}
