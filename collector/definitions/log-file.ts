// Reads one file of log definitions. A bad definition costs itself, a bad file costs itself; problems name file and line.
import type { Match } from '../rules/event-matching.ts'
import { type FileProblem, type LocatedYaml, readLocatedYaml } from '../rules/located-yaml.ts'
import type { LogMatch } from '../rules/log-matching.ts'
import { problemOfPattern } from '../rules/text-pattern.ts'
import type { AlarmBlock, When } from './alarm-block.ts'
import { type AlarmDefinition, type DefinitionRules, rulesOfDefinitions } from './definition-rules.ts'
import { type LineSpec, LogFileSpec, LogSpec } from './log-schema.ts'

export interface LogFile {
  readonly file: string
  readonly vendor: string
  readonly definitions: readonly AlarmDefinition[]
  readonly rules: DefinitionRules['rules']
  readonly problems: readonly FileProblem[]
}

/** Reads the text of one file; `file` is its name in problems and rules. Never throws for what the file says. */
export function readLogFile(file: string, text: string): LogFile {
  const yaml = readLocatedYaml(file, text)
  const empty = { file, vendor: '', definitions: [], rules: [] }
  if (yaml.problems.length > 0) return { ...empty, problems: yaml.problems }
  const shape = LogFileSpec.safeParse(yaml.content)
  if (!shape.success) return { ...empty, problems: shape.error.issues.map((i) => yaml.problem(i.path, i.message)) }
  const problems: FileProblem[] = []
  const patterns = usable(shape.data.patterns ?? {}, yaml, problems)
  const definitions = shape.data.logs.flatMap((raw, i) => definitionsOf(raw, i, { file, yaml, patterns, problems }))
  const made = rulesOfDefinitions('log', definitions)
  const vendor = shape.data.vendor ?? (file.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '')
  return { file, vendor, definitions, rules: made.rules, problems: [...problems, ...made.problems] }
}

interface Reader {
  readonly file: string
  readonly yaml: LocatedYaml
  readonly patterns: Readonly<Record<string, string>>
  readonly problems: FileProblem[]
}

/** The file's own Grok patterns; one that is wrong is said once, here. */
function usable(patterns: Readonly<Record<string, string>>, yaml: LocatedYaml, problems: FileProblem[]) {
  for (const name of Object.keys(patterns)) {
    const message = problemOfPattern(`%{${name}}`, patterns)
    if (message !== undefined) problems.push(yaml.problem(['patterns', name], message))
  }
  return patterns
}

function definitionsOf(raw: unknown, i: number, { file, yaml, patterns, problems }: Reader): AlarmDefinition[] {
  const parsed = LogSpec.safeParse(raw)
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((x) => yaml.problem(['logs', i, ...x.path], x.message)))
    return []
  }
  const { name, any, example: _, 'x-outrider': own, ...keys } = parsed.data
  const lines: LineSpec[] = any ?? [keys]
  const before = problems.length
  for (const [n, line] of lines.entries()) {
    const message = line.pattern === undefined ? undefined : problemOfPattern(line.pattern, patterns)
    const path = any ? ['logs', i, 'any', n, 'pattern'] : ['logs', i, 'pattern']
    if (message !== undefined) problems.push(yaml.problem(path, message))
  }
  if (problems.length > before) return []
  return own.alarm.flatMap((block, n) => {
    const inList = Array.isArray((raw as { 'x-outrider': { alarm: unknown } })['x-outrider'].alarm)
    const path = ['logs', i, 'x-outrider', 'alarm', ...(inList ? [n] : [])]
    const bad = problemOfBlock(block)
    if (bad !== undefined) {
      problems.push(yaml.problem(path, bad))
      return []
    }
    const where = block.when.map(whereOf)
    const matches: Match[] = lines.map((line) => ({
      kind: 'log',
      ...given(line),
      ...(line.pattern !== undefined ? withPatterns(line.pattern, patterns) : {}),
      ...(where.length > 0 ? { where } : {}),
    }))
    return {
      ...{ name, title: own.title ?? name, block, file },
      ...{ line: yaml.lineAt(path), path: path.join('.'), matches: () => matches },
    }
  })
}

function problemOfBlock(block: AlarmBlock): string | undefined {
  if (block.when.some((when) => when.field === undefined)) return 'when: a log line has fields, no varbinds'
  if (block.as !== undefined) return 'as: call the parts alike in the patterns of both lines'
  return undefined
}

/** A match carries the patterns of its file only when it may need them. */
function withPatterns(pattern: string, patterns: LogMatch['patterns']): Pick<LogMatch, 'patterns'> {
  return pattern.includes('%{') && Object.keys(patterns ?? {}).length > 0 ? { patterns } : {}
}

function given(line: LineSpec): Partial<LineSpec> {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined))
}

function whereOf(when: When): NonNullable<Match['where']>[number] {
  const among = when.equals !== undefined ? [when.equals] : when.in
  return {
    group: when.field as string,
    ...(among ? { in: among } : {}),
    ...(when.notIn ? { notIn: when.notIn } : {}),
    ...(when.gt !== undefined ? { above: when.gt } : {}),
    ...(when.lt !== undefined ? { below: when.lt } : {}),
    ...(when.pattern !== undefined ? { pattern: when.pattern } : {}),
  }
}
