// The installation's rule files as they are on disk now: read again when they change.
import { joinRules, type RuleFile, readRuleFile } from './rule-files.ts'
import { watchFiles } from './watched-files.ts'

export interface WatchedFolder {
  /** What holds now. */
  current(): RuleFile
  /** Looks at the disk; true when rules or problems have changed. */
  refresh(): boolean
}

/** Files of one folder, `*.yaml` and `*.yml`, in the order of their names. A folder that is not there holds none. */
export function watchFolder(dir: string): WatchedFolder {
  const files = watchFiles(dir, (file, text) => readRuleFile(file, text, 'file'), dir)
  let current: RuleFile = { rules: [], problems: [] }

  const folder: WatchedFolder = {
    current: () => current,
    refresh() {
      // all at once: rules that replace one another hold together
      const changed = files.refresh(Number.POSITIVE_INFINITY)
      if (changed) {
        const all = [...files.current().values()]
        const { rules, problems } = joinRules([all.flatMap((file) => file.rules)])
        const overrides = all.flatMap((file) => file.overrides ?? [])
        current = { rules, overrides, problems: [...files.problems(), ...problems] }
      }
      return changed
    },
  }
  folder.refresh()
  return folder
}
