// The installation's rule files as they are on disk now: read again when they change. A file that went bad keeps its last
// good version, with its problems said; one that was bad from the beginning gives the rules of it that are right.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { joinRules, type RuleFile } from './rule-files.ts'
import { readRulesOf } from './rule-folder.ts'

export interface WatchedFolder {
  /** What holds now. */
  current(): RuleFile
  /** Looks at the disk; true when rules or problems have changed. */
  refresh(): boolean
}

interface Known {
  /** Changes whenever the file does. */
  readonly mark: string
  readonly file: RuleFile
  /** Problems of a newer version that does not hold. */
  readonly refused: RuleFile['problems']
}

/** Files of one folder, `*.yaml` and `*.yml`, in the order of their names. A folder that is not there holds none. */
export function watchFolder(dir: string): WatchedFolder {
  let known = new Map<string, Known>()
  let current: RuleFile = { rules: [], problems: [] }

  const folder: WatchedFolder = {
    current: () => current,
    refresh() {
      const next = new Map<string, Known>()
      let changed = false
      for (const name of namesIn(dir)) {
        const before = known.get(name)
        const mark = markOf(join(dir, name))
        if (before?.mark === mark) {
          next.set(name, before)
          continue
        }
        changed = true
        const file = readRulesOf(join(dir, name), join(dir, name), 'file')
        const bad = file.problems.length > 0 && before !== undefined
        next.set(name, bad ? { mark, file: before.file, refused: file.problems } : { mark, file, refused: [] })
      }
      changed ||= next.size !== known.size
      known = next
      if (changed) current = joined([...known.values()])
      return changed
    },
  }
  folder.refresh()
  return folder
}

function joined(files: readonly Known[]): RuleFile {
  const all = joinRules([files.flatMap((k) => k.file.rules)])
  // of a refused version only its own problems count
  const own = files.flatMap((k) => (k.refused.length > 0 ? k.refused : k.file.problems))
  return { rules: all.rules, problems: [...own, ...all.problems] }
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
