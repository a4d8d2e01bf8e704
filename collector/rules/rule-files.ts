// Reads rule files. A bad rule costs itself, a bad file costs itself; each problem names its file and line.
import { LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { type DefinedRule, Rule, RuleFileShape } from './rule.ts'

export interface RuleProblem {
  readonly file: string
  readonly line: number
  /** Path inside the file, `rules.2.severity`. */
  readonly path: string
  readonly message: string
}

export interface RuleFile {
  readonly rules: readonly DefinedRule[]
  readonly problems: readonly RuleProblem[]
}

/** Largest rule file read, characters. */
const MAX_FILE = 2_000_000

/** Reads the text of one file of the form `rules: [...]`. Never throws for what the file says. */
export function readRuleFile(file: string, text: string, kind: 'stock' | 'file'): RuleFile {
  if (text.length > MAX_FILE) return failed(file, `larger than ${MAX_FILE} characters`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const lineOf = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line)
  if (document.errors.length > 0) {
    const problems = document.errors.map((e) => ({ file, line: lineOf(e.pos[0]), path: '', message: e.message }))
    return { rules: [], problems }
  }
  const lineAt = (path: readonly PropertyKey[]): number => {
    for (let n = path.length; n >= 0; n--) {
      const node = document.getIn(path.slice(0, n), true) as Node | YAMLMap | undefined
      if (node?.range) return lineOf(node.range[0])
    }
    return 1
  }
  let content: unknown
  try {
    content = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return failed(file, String(error))
  }
  const problem = (path: readonly PropertyKey[], message: string): RuleProblem => ({
    file,
    line: lineAt(path),
    path: path.join('.'),
    message,
  })
  const shape = RuleFileShape.safeParse(content)
  if (!shape.success) {
    return { rules: [], problems: shape.error.issues.map((i) => problem(i.path, i.message)) }
  }
  const rules: DefinedRule[] = []
  const problems: RuleProblem[] = []
  shape.data.rules.forEach((raw, i) => {
    const parsed = Rule.safeParse(raw)
    const line = lineAt(['rules', i])
    if (!parsed.success) problems.push(...parsed.error.issues.map((x) => problem(['rules', i, ...x.path], x.message)))
    else rules.push({ rule: parsed.data, origin: { kind, file, line } })
  })
  return { rules, problems }
}

/**
 * Joins rules of several sources; a later source replaces rules of the same id (a file in `rules.d/` may replace a stock
 * rule), but the same id twice in one kind of source is a problem and the first stays.
 */
export function joinRules(sources: readonly (readonly DefinedRule[])[]): RuleFile {
  const byId = new Map<string, DefinedRule>()
  const problems: RuleProblem[] = []
  for (const source of sources) {
    const here = new Set<string>()
    for (const defined of source) {
      const { id } = defined.rule
      if (here.has(id)) {
        const { origin } = defined
        const place = origin.kind === 'database' ? { file: '', line: 0 } : { file: origin.file, line: origin.line }
        problems.push({ ...place, path: id, message: `rule id ${id} is used twice` })
      } else {
        here.add(id)
        byId.set(id, defined)
      }
    }
  }
  return { rules: [...byId.values()], problems }
}

function failed(file: string, message: string): RuleFile {
  return { rules: [], problems: [{ file, line: 1, path: '', message }] }
}
