// Inhibitions of files: the list `inhibit:` in rule files, and the shipped ones. A bad one costs itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InhibitionBody } from '#shared/http/suppression.ts'
import { type FileProblem, readLocatedYaml } from '../rules/located-yaml.ts'
import { watchFiles } from '../rules/watched-files.ts'
import type { DefinedInhibition } from './inhibition-gate.ts'

export interface InhibitionFile {
  readonly inhibitions: readonly DefinedInhibition[]
  readonly problems: readonly FileProblem[]
}

const MAX_IN_FILE = 1000

/** Reads the list `inhibit:` of one file; what else is in it is for others. Never throws for what the file says. */
export function readInhibitionFile(file: string, text: string, kind: 'stock' | 'file'): InhibitionFile {
  const yaml = readLocatedYaml(file, text)
  // who reads its rules says that it is no YAML
  if (yaml.problems.length > 0) return { inhibitions: [], problems: [] }
  const list = (yaml.content as { inhibit?: unknown } | null | undefined)?.inhibit
  if (list === undefined || list === null) return { inhibitions: [], problems: [] }
  if (!Array.isArray(list) || list.length > MAX_IN_FILE)
    return { inhibitions: [], problems: [yaml.problem(['inhibit'], `must be a list of at most ${MAX_IN_FILE}`)] }
  const inhibitions: DefinedInhibition[] = []
  const problems: FileProblem[] = []
  list.forEach((raw, i) => {
    const parsed = InhibitionBody.safeParse(raw)
    const line = yaml.lineAt(['inhibit', i])
    if (parsed.success) inhibitions.push({ inhibition: parsed.data, origin: { kind, file, line } })
    else problems.push(...parsed.error.issues.map((x) => yaml.problem(['inhibit', i, ...x.path], x.message)))
  })
  return { inhibitions, problems }
}

/** The ones that come with the program. */
export function readStockInhibitions(): InhibitionFile {
  const name = 'inhibitions.yaml'
  return readInhibitionFile(`stock/${name}`, readFileSync(join(import.meta.dirname, 'stock', name), 'utf8'), 'stock')
}

/** Those of the rule files of a folder as they are on disk now; of a file that went bad its last good version holds. */
export function watchInhibitions(dir: string) {
  const files = watchFiles(dir, (file, text) => readInhibitionFile(file, text, 'file'), dir)
  files.refresh(Number.POSITIVE_INFINITY)
  return {
    inhibitions: () => [...files.current().values()].flatMap((file) => file.inhibitions),
    problems: () => files.problems(),
    refresh: () => files.refresh(Number.POSITIVE_INFINITY),
  }
}

/** Later sources replace earlier ones of the same id; twice in one source the first stays and the other is a problem. */
export function joinInhibitions(sources: readonly (readonly DefinedInhibition[])[]): InhibitionFile {
  const byId = new Map<string, DefinedInhibition>()
  const problems: FileProblem[] = []
  for (const source of sources) {
    const here = new Set<string>()
    for (const one of source) {
      const { id } = one.inhibition
      if (here.has(id)) {
        const { origin } = one
        const place = origin.kind === 'database' ? { file: '', line: 0 } : { file: origin.file, line: origin.line }
        problems.push({ ...place, path: id, message: `inhibition id ${id} is used twice` })
        continue
      }
      here.add(id)
      byId.set(id, one)
    }
  }
  return { inhibitions: [...byId.values()], problems }
}
