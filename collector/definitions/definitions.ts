// Door of the room: what traps of equipment mean, kept as data. Shipped definitions, files of `traps.d/`, and those made in
// the console; a file of the same name replaces a shipped one.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileProblem } from '../rules/located-yaml.ts'
import type { DefinedRule } from '../rules/rule.ts'
import { watchFiles } from '../rules/watched-files.ts'
import { type DefinitionRules, rulesOfDefinitions } from './definition-rules.ts'
import { readTrapFile, type TrapFile } from './trap-file.ts'
import { indexTraps, type RankedFile, type TrapIndex } from './trap-index.ts'

export interface TrapDefinitions {
  /** What holds now. */
  index(): TrapIndex
  /** Alarms of all definitions as rules; the console's come last. */
  rules(): readonly DefinedRule[]
  /** Ids of the rules that each alarm block raises or ends. */
  rulesOf: DefinitionRules['rulesOf']['get']
  problems(): readonly FileProblem[]
  /** Takes up files that have changed; true when there were any. Reads for at most about `ms`. */
  refresh(ms?: number): boolean
  /** The definitions made in the console, instead of those before. */
  setDatabase(files: readonly TrapFile[]): void
  /** All files that hold, and where each comes from. */
  files(): readonly RankedFile[]
}

const STOCK = join(import.meta.dirname, 'traps', 'stock')

/** `refresh()` reads the definitions of `dir`, which need not be there; `stock`: the shipped ones, by file name. */
export function createTrapDefinitions(
  dir: string,
  stock: ReadonlyMap<string, TrapFile> = readStockTraps(),
): TrapDefinitions {
  const folder = watchFiles(dir, readTrapFile, 'traps.d')
  let database: readonly TrapFile[] = []
  let state = build()

  function build() {
    const own = folder.current()
    const files: RankedFile[] = [
      ...[...stock].filter(([name]) => !own.has(name)).map(([, file]) => ({ file, kind: 'stock' as const })),
      ...[...own.values()].map((file) => ({ file, kind: 'file' as const })),
      ...database.map((file) => ({ file, kind: 'database' as const })),
    ]
    const made = files.map(({ file }) =>
      rulesOfDefinitions(
        'trap',
        file.definitions.flatMap((d) => d.alarms),
      ),
    )
    return {
      index: indexTraps(files),
      files,
      rules: made.flatMap((m) => m.rules),
      rulesOf: new Map(made.flatMap((m) => [...m.rulesOf])),
      problems: [
        ...files.flatMap(({ file, kind }) => (kind === 'file' ? [] : file.problems)),
        ...made.flatMap((m) => m.problems),
      ],
    }
  }

  return {
    index: () => state.index,
    rules: () => state.rules,
    rulesOf: (definition) => state.rulesOf.get(definition),
    problems: () => [...folder.problems(), ...state.problems],
    refresh(ms) {
      if (!folder.refresh(ms)) return false
      state = build()
      return true
    },
    setDatabase(files) {
      database = files
      state = build()
    },
    files: () => state.files,
  }
}

/** The files that come with the program, by name; some half second of reading. */
export function readStockTraps(): ReadonlyMap<string, TrapFile> {
  const names = readdirSync(STOCK)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
  return new Map(
    names.map((name) => [name, readTrapFile(`traps/stock/${name}`, readFileSync(join(STOCK, name), 'utf8'))]),
  )
}
