// Reads rule files. A bad rule costs itself, a bad file costs itself; each problem names its file and line.
import type { AddedOverride } from './added-overrides.ts'
import { type FileProblem, readLocatedYaml } from './located-yaml.ts'
import { type DefinedRule, Rule, RuleFileShape } from './rule.ts'

export type RuleProblem = FileProblem

export interface RuleFile {
  readonly rules: readonly DefinedRule[]
  /** Of rules of any file. */
  readonly overrides?: readonly AddedOverride[]
  readonly problems: readonly RuleProblem[]
}

/** Reads the text of one file of the form `rules: [...]`. Never throws for what the file says. */
export function readRuleFile(file: string, text: string, kind: 'stock' | 'file'): RuleFile {
  const yaml = readLocatedYaml(file, text)
  if (yaml.problems.length > 0) return { rules: [], problems: yaml.problems }
  const shape = RuleFileShape.safeParse(yaml.content)
  if (!shape.success) return { rules: [], problems: shape.error.issues.map((i) => yaml.problem(i.path, i.message)) }
  const rules: DefinedRule[] = []
  const problems: RuleProblem[] = []
  shape.data.rules.forEach((raw, i) => {
    const parsed = Rule.safeParse(raw)
    const line = yaml.lineAt(['rules', i])
    if (parsed.success) rules.push({ rule: parsed.data, origin: { kind, file, line } })
    else problems.push(...parsed.error.issues.map((x) => yaml.problem(['rules', i, ...x.path], x.message)))
  })
  const overrides = shape.data.overrides.map(({ rule, ...raw }, i): AddedOverride => {
    return { rule, raw, origin: { kind, file, line: yaml.lineAt(['overrides', i]) } }
  })
  return { rules, problems, overrides }
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
        const before = byId.get(id)
        byId.set(id, before ? { ...defined, replaces: before.origin } : defined)
      }
    }
  }
  return { rules: [...byId.values()], problems }
}
