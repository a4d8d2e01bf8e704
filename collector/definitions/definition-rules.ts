// Turns alarm blocks into rules of the rule engine: each raising block is one rule with event-match, whose clear matches are
// those of all blocks that end its alarm.
import { createHash } from 'node:crypto'
import type { Match } from '../rules/event-matching.ts'
import type { FileProblem } from '../rules/located-yaml.ts'
import { type DefinedRule, type LocalText, Rule } from '../rules/rule.ts'
import type { AlarmBlock } from './alarm-block.ts'

/** One block of one definition, with what its message is matched by. */
export interface AlarmDefinition {
  /** Name of the definition in its file; what `clears` speaks of. */
  readonly name: string
  readonly title: LocalText
  readonly block: AlarmBlock
  /** How the message is found, with `when` and `names` in it; any of them. `names`: placeholders its rule needs. */
  matches(names: readonly string[]): readonly Match[]
  readonly file: string
  readonly line: number
  /** Path of the block in its file, for problems. */
  readonly path: string
}

export interface DefinitionRules {
  readonly rules: readonly DefinedRule[]
  readonly problems: readonly FileProblem[]
  /** Ids of the rules that a block raises or ends, in the order of the blocks. */
  readonly rulesOf: ReadonlyMap<AlarmDefinition, readonly string[]>
}

/** An event's alarm ends after this long, ms, unless its block says otherwise. */
const EVENT_ENDS_AFTER = 30 * 60_000

/**
 * Rules of the definitions of one file. `kind` begins the rules' ids. A block that makes no right rule is a problem and costs itself; so is a
 * clear that ends nothing.
 */
export function rulesOfDefinitions(kind: 'trap' | 'log', definitions: readonly AlarmDefinition[]): DefinitionRules {
  const rules: DefinedRule[] = []
  const problems: FileProblem[] = []
  const rulesOf = new Map<AlarmDefinition, string[]>()
  const clears = definitions.filter((d) => d.block.type === 'clear')
  const used = new Set<AlarmDefinition>()
  const taken = new Set<string>()
  const say = (d: AlarmDefinition, message: string) =>
    problems.push({ file: d.file, line: d.line, path: d.path, message })
  for (const raise of definitions) {
    if (raise.block.type === 'clear') continue
    const ends = clears.filter((clear) => isEndOf(clear.block, raise))
    for (const clear of ends) used.add(clear)
    const id = raise.block.id ?? idOf(kind, raise, taken)
    if (taken.has(id)) {
      say(raise, `rule id ${id} is used twice`)
      continue
    }
    taken.add(id)
    const parsed = Rule.safeParse(ruleOf(id, raise, ends))
    if (!parsed.success) {
      for (const issue of parsed.error.issues) say(raise, `${issue.path.join('.')}: ${issue.message}`)
      continue
    }
    const { file, line } = raise
    rules.push({ rule: parsed.data, origin: { kind: 'definition', file, line } })
    for (const d of [raise, ...ends]) rulesOf.set(d, [...(rulesOf.get(d) ?? []), id])
  }
  for (const clear of clears) if (!used.has(clear)) say(clear, 'ends nothing: no definition of this file raises it')
  return { rules, problems, rulesOf }
}

/** Names in `{{name}}` of a block's templates. */
export function placeholdersOf(block: AlarmBlock): string[] {
  const text = block.text === undefined ? [] : typeof block.text === 'string' ? [block.text] : Object.values(block.text)
  const all = [block.resource ?? '', block.key ?? '', ...text].join(' ')
  return [...new Set([...all.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map((m) => m[1] as string))]
}

function ruleOf(id: string, raise: AlarmDefinition, ends: readonly AlarmDefinition[]): Record<string, unknown> {
  const { block } = raise
  const names = placeholdersOf(block)
  const clear = ends.flatMap((end) => end.matches(names))
  const clearAfter = block.autoClearAfter ?? (block.type === 'event' ? EVENT_ENDS_AFTER : 0)
  return {
    id,
    title: raise.title,
    enabled: block.enabled,
    condition: {
      ...(block.atLeast
        ? { type: 'event-count', count: block.atLeast.count, within: block.atLeast.within / 1000 }
        : { type: 'event-match' }),
      match: raise.matches(names),
      ...(clear.length > 0 ? { clear } : {}),
    },
    // in seconds, as rules are written
    clearAfter: clearAfter / 1000,
    severity: block.severity,
    alarmType: block.alarmType,
    resource: block.resource ?? '',
    qualifier: block.key ?? '',
    text: block.text,
    // durations of the policy are in ms already
    incident: inSeconds(block.incident),
  }
}

function inSeconds(incident: AlarmBlock['incident']): Record<string, unknown> | undefined {
  if (incident === undefined) return undefined
  const { reopenWithin, resolveOnClear, ...rest } = incident
  const resolve = typeof resolveOnClear === 'number' ? resolveOnClear / 1000 : resolveOnClear
  return { ...rest, reopenWithin: reopenWithin / 1000, resolveOnClear: resolve }
}

function isEndOf(clear: AlarmBlock, { name, block }: AlarmDefinition): boolean {
  if (clear.clears)
    return (
      clear.clears.some((wanted) => wanted.split('::').at(-1) === name) &&
      (clear.alarmType ?? block.alarmType) === block.alarmType
    )
  return (
    clear.alarmType === block.alarmType &&
    (clear.resource ?? block.resource) === block.resource &&
    (clear.key ?? block.key) === block.key
  )
}

/** `trap-cisco-envmon-fan-...`: from the file's and the definition's names; long ones end in a digest. */
function idOf(kind: string, { file, name, block }: AlarmDefinition, taken: ReadonlySet<string>): string {
  const stem = (file.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '')
  const plain = (text: string) =>
    text
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
  const symbol = name.split('::').at(-1) as string
  const base = `${kind}-${plain(stem)}-${plain(symbol)}`
  const full = taken.has(base) ? `${base}-${plain(block.alarmType ?? '')}` : base
  const unique = taken.has(full) ? `${full}-${plain(block.severity ?? '')}` : full
  if (unique.length <= 63) return unique
  return `${unique.slice(0, 54).replace(/-$/, '')}-${createHash('sha256').update(unique).digest('hex').slice(0, 8)}`
}
