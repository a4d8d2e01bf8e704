// What log lines of equipment mean: shipped definitions and those of `logs.d/`, where a file of the same name replaces a
// shipped one.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileProblem } from '../rules/located-yaml.ts'
import type { DefinedRule } from '../rules/rule.ts'
import { watchFiles } from '../rules/watched-files.ts'
import { type LogFile, readLogFile } from './log-file.ts'

export interface LogDefinitions {
  /** Alarms of all definitions as rules. */
  rules(): readonly DefinedRule[]
  /** What is wrong in files now; of a file that went bad its last good version holds. */
  problems(): readonly FileProblem[]
  /** Takes up files that have changed; true when there were any. Reads for at most about `ms`. */
  refresh(ms?: number): boolean
  /** Shipped files as they hold, then the folder's. */
  files(): readonly LogFile[]
}

const STOCK = join(import.meta.dirname, 'logs', 'stock')

/** Reads the shipped definitions; `refresh()` reads those of `dir`, which need not be there. */
export function createLogDefinitions(dir: string): LogDefinitions {
  const stock = readStockLogs()
  const folder = watchFiles(dir, readLogFile, 'logs.d')
  const files = () => {
    const own = folder.current()
    return [...[...stock].filter(([name]) => !own.has(name)).map(([, file]) => file), ...own.values()]
  }
  return {
    files,
    rules: () => files().flatMap((file) => file.rules),
    problems: () => [...[...stock.values()].flatMap((file) => file.problems), ...folder.problems()],
    refresh: (ms) => folder.refresh(ms),
  }
}

/** The files that come with the program, by name. */
export function readStockLogs(): ReadonlyMap<string, LogFile> {
  const names = readdirSync(STOCK)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
  return new Map(
    names.map((name) => [name, readLogFile(`logs/stock/${name}`, readFileSync(join(STOCK, name), 'utf8'))]),
  )
}
