// YAML with the place of everything in it, so that each problem can name its file and line.
import { LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'

export interface FileProblem {
  readonly file: string
  readonly line: number
  /** Path inside the file, `rules.2.severity`. */
  readonly path: string
  readonly message: string
}

export interface LocatedYaml {
  /** Undefined when the text is no YAML; then there are problems. */
  readonly content: unknown
  readonly problems: readonly FileProblem[]
  /** Line of a value, or of the nearest thing around it; 1 when nothing is known. */
  lineAt(path: readonly PropertyKey[]): number
  problem(path: readonly PropertyKey[], message: string): FileProblem
}

/** Largest file read, characters. */
const MAX_FILE = 2_000_000

/** Reads the text of one file. Never throws for what the file says. */
export function readLocatedYaml(file: string, text: string, maxCharacters: number = MAX_FILE): LocatedYaml {
  if (text.length > maxCharacters) return unreadable(file, [[1, `larger than ${maxCharacters} characters`]])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const lineOf = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line)
  if (document.errors.length > 0)
    return unreadable(
      file,
      document.errors.map((e) => [lineOf(e.pos[0]), e.message]),
    )
  const lineAt = (path: readonly PropertyKey[]): number => {
    for (let n = path.length; n >= 0; n--) {
      const node = document.getIn(path.slice(0, n), true) as Node | YAMLMap | undefined
      if (node?.range) return lineOf(node.range[0])
    }
    return 1
  }
  try {
    return {
      content: document.toJS({ maxAliasCount: 100 }),
      problems: [],
      lineAt,
      problem: (path, message) => ({ file, line: lineAt(path), path: path.join('.'), message }),
    }
  } catch (error) {
    return unreadable(file, [[1, String(error)]])
  }
}

function unreadable(file: string, problems: readonly (readonly [line: number, message: string])[]): LocatedYaml {
  return {
    content: undefined,
    problems: problems.map(([line, message]) => ({ file, line, path: '', message })),
    lineAt: () => 1,
    problem: (path, message) => ({ file, line: 1, path: path.join('.'), message }),
  }
}
