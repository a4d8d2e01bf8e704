// Rule or definition files of one folder as they are on disk now: read again when they change. A file that went bad keeps its last
// good version, with its problems said; one that was bad from the beginning gives what of it is right.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FileProblem } from './located-yaml.ts'

export interface WatchedFiles<T> {
  /** By file name, in the order of names. */
  current(): ReadonlyMap<string, T>
  problems(): readonly FileProblem[]
  /** Looks at the disk for at most about `ms`; true when something has changed. What is left is read the next time. */
  refresh(ms?: number): boolean
}

interface Known<T> {
  /** Changes whenever the file does. */
  readonly mark: string
  readonly content: T
  readonly problems: readonly FileProblem[]
}

/** A large pack must not hold up the clockwork: milliseconds of reading at a time. */
const READ_MS = 200

/**
 * Files `*.yaml` and `*.yml` of `dir`; one that is not there holds none. `read` is given the file as it is called in problems,
 * `traps.d/acme.yaml`, and its text, and never throws. `name` is the folder's name in that.
 */
export function watchFiles<T extends { readonly problems: readonly FileProblem[] }>(
  dir: string,
  read: (file: string, text: string) => T,
  name: string,
): WatchedFiles<T> {
  let known = new Map<string, Known<T>>()
  let current: ReadonlyMap<string, T> = new Map()
  return {
    current: () => current,
    problems: () => [...known.values()].flatMap((k) => k.problems),
    refresh(ms = READ_MS) {
      const until = performance.now() + ms
      const next = new Map<string, Known<T>>()
      let changed = false
      for (const file of namesIn(dir)) {
        const before = known.get(file)
        const mark = markOf(join(dir, file))
        if (before?.mark === mark || performance.now() > until) {
          if (before) next.set(file, before)
          continue
        }
        changed = true
        const content = readOne(join(dir, file), `${name}/${file}`, read)
        const bad = content.problems.length > 0 && before !== undefined
        next.set(file, { mark, content: bad ? before.content : content, problems: content.problems })
      }
      changed ||= next.size !== known.size
      known = next
      if (changed) current = new Map([...known].map(([file, k]) => [file, k.content]))
      return changed
    },
  }
}

function readOne<T>(path: string, file: string, read: (file: string, text: string) => T): T {
  try {
    return read(file, readFileSync(path, 'utf8'))
  } catch (error) {
    // a text that is no definition file says so itself; only its problem matters
    const unread = read(file, '')
    return { ...unread, problems: [{ file, line: 1, path: '', message: `cannot be read: ${String(error)}` }] }
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
  } catch {
    return []
  }
}

/** A file that cannot be looked at has a mark too, so that it is read, and found bad, once. */
function markOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return 'unreadable'
  }
}
