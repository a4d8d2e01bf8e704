// Rules as the console reads them: where each is written, whether it can be changed here, and what was changed beside it.
import { relative } from 'node:path'
import type { RuleOverrideRow, RuleRow } from '#shared/http/rules.ts'
import type { DefinedRule, RuleOrigin } from './rule.ts'
import { versionOf } from './rule-version.ts'
import { overrideAsWritten, ruleAsWritten } from './written-rule.ts'

export interface RowFacts {
  /** Folder of the installation's rule files. */
  readonly dir: string
  readonly updatedAt: number | null
  readonly failing: number
}

export function rowOf(defined: DefinedRule, { dir, updatedAt, failing }: RowFacts): RuleRow {
  const { rule, origin, replaces, added = [] } = defined
  const own = rule.overrides.length - added.length
  const overrides = rule.overrides.map((override, i): RuleOverrideRow => {
    const from = i < own ? undefined : added[i - own]
    const kind = from === undefined ? 'rule' : from.kind === 'database' ? 'database' : 'file'
    return { origin: kind, file: from === undefined ? null : fileOf(from, dir), override: overrideAsWritten(override) }
  })
  return {
    id: rule.id,
    origin: originOf(origin),
    file: fileOf(origin, dir),
    enabled: rule.enabled,
    mode: rule.enabled ? (rule.shadow ? 'shadow' : 'live') : 'off',
    readOnly: !isChangeable(origin),
    updatedAt,
    version: versionOf(rule),
    replaces: replaces === undefined ? null : { origin: originOf(replaces), file: fileOf(replaces, dir) },
    overrides,
    failing,
    rule: ruleAsWritten({ ...rule, overrides: rule.overrides.slice(0, own) }),
  }
}

/** One that is made of a definition may be changed or switched off here; removing that brings it back. */
export const isChangeable = ({ kind }: RuleOrigin): boolean => kind === 'database' || kind === 'definition'

/** File and line, without the installation's own folders. */
export const placeOf = (origin: RuleOrigin, dir: string): string => fileOf(origin, dir) ?? 'the database'

function fileOf(origin: RuleOrigin, dir: string): string | null {
  if (origin.kind === 'database') return null
  if (origin.kind === 'definition') return `${origin.file}:${origin.line}`
  const file = origin.kind === 'file' ? relative(dir, origin.file) : `stock/${origin.file.split('/').at(-1)}`
  return `${file}:${origin.line}`
}

const originOf = ({ kind }: RuleOrigin): RuleRow['origin'] => (kind === 'stock' ? 'built-in' : kind)
