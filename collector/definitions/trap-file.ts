// Reads one file of trap definitions. A bad definition costs itself, a bad file costs itself; problems name file and line.
import type { TrapCategory, TrapLevel } from '#shared/http/traps.ts'
import type { Match } from '../rules/event-matching.ts'
import { type FileProblem, type LocatedYaml, readLocatedYaml } from '../rules/located-yaml.ts'
import type { AlarmBlock, When } from './alarm-block.ts'
import { type AlarmDefinition, placeholdersOf } from './definition-rules.ts'
import { otherTrapOid } from './trap-oid.ts'
import { EventsTrapSpec, TrapFileSpec, TrapSpec, VarbindSpec } from './trap-schema.ts'
import { compileTrapText, isTextWord } from './trap-text.ts'

export interface VarbindName {
  readonly name: string
  readonly oid: string
  /** Labels of its numbers. */
  readonly labels: Readonly<Record<string, string>> | undefined
  /** What of the value alarms are named by; see VarbindSpec. */
  readonly extract?: string
}

export interface TrapDefinition {
  readonly oid: string
  /** `IF-MIB::linkDown`. */
  readonly name: string
  readonly vendor: string
  readonly category: TrapCategory
  /** What the vendor, or who wrote the file, thinks of it; opens nothing. */
  readonly severity: TrapLevel
  readonly description: { readonly 'zh-CN': string; readonly en: string }
  readonly file: string
  readonly line: number
  readonly alarms: readonly AlarmDefinition[]
}

export interface TrapFile {
  readonly file: string
  readonly vendor: string
  readonly varbinds: ReadonlyMap<string, VarbindName>
  readonly definitions: readonly TrapDefinition[]
  readonly problems: readonly FileProblem[]
}

/** Largest file read, characters: packs made of whole vendors' MIBs. */
const MAX_FILE = 8_000_000

/** Reads the text of one file; `file` is its name in problems and rules. Never throws for what the file says. */
export function readTrapFile(file: string, text: string): TrapFile {
  const yaml = readLocatedYaml(file, text, MAX_FILE)
  const empty = { file, vendor: '', varbinds: new Map(), definitions: [] }
  if (yaml.problems.length > 0) return { ...empty, problems: yaml.problems }
  const shape = TrapFileSpec.safeParse(yaml.content)
  if (!shape.success) return { ...empty, problems: shape.error.issues.map((i) => yaml.problem(i.path, i.message)) }
  const stem = (file.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '')
  const vendor = shape.data.vendor ?? shape.data.provider ?? stem
  const problems: FileProblem[] = []
  const varbinds = varbindsOf(shape.data.varbinds ?? {}, yaml, problems)
  const reader = { file, vendor, varbinds, yaml, problems }
  const definitions = shape.data.traps.flatMap((raw, i) => definitionOf(raw, i, reader) ?? [])
  return { file, vendor, varbinds, definitions, problems }
}

interface Reader {
  readonly file: string
  readonly vendor: string
  readonly varbinds: Map<string, VarbindName>
  readonly yaml: LocatedYaml
  readonly problems: FileProblem[]
}

function varbindsOf(
  raw: Record<string, unknown>,
  yaml: LocatedYaml,
  problems: FileProblem[],
): Map<string, VarbindName> {
  const varbinds = new Map<string, VarbindName>()
  for (const [name, value] of Object.entries(raw)) {
    const parsed = VarbindSpec.safeParse(typeof value === 'string' ? { oid: value } : value)
    if (parsed.success) {
      const { oid, enum: labels, 'x-outrider': own } = parsed.data
      const extract = own?.extract === undefined ? {} : { extract: own.extract }
      varbinds.set(name, { name, oid, labels: labels ?? undefined, ...extract })
    } else problems.push(...parsed.error.issues.map((i) => yaml.problem(['varbinds', name, ...i.path], i.message)))
  }
  return varbinds
}

function definitionOf(raw: unknown, i: number, reader: Reader): TrapDefinition | undefined {
  const { yaml, problems } = reader
  const old = typeof raw === 'object' && raw !== null && 'trap_oid' in raw
  const parsed = old ? EventsTrapSpec.safeParse(raw) : TrapSpec.safeParse(raw)
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((x) => yaml.problem(['traps', i, ...x.path], x.message)))
    return undefined
  }
  const spec = 'trap_oid' in parsed.data ? fromEvents(EventsTrapSpec.parse(raw), reader) : TrapSpec.parse(raw)
  const own = spec['x-outrider']
  const said = spec.description ?? ''
  const texts = own?.text ?? { 'zh-CN': said, en: said }
  for (const text of new Set(Object.values(texts)))
    checkText(text, ['traps', i, ...(own?.text ? ['x-outrider', 'text'] : ['description'])], reader)
  const definition = {
    oid: spec.oid,
    name: spec.name,
    vendor: reader.vendor,
    category: spec.category,
    severity: spec.severity,
    description: texts,
    file: reader.file,
    line: yaml.lineAt(['traps', i]),
  }
  const symbol = spec.name.split('::').at(-1) as string
  const alarms = (own?.alarm ?? []).flatMap((block, n) => {
    const inList = Array.isArray((raw as { 'x-outrider': { alarm: unknown } })['x-outrider'].alarm)
    const path = ['traps', i, 'x-outrider', 'alarm', ...(inList ? [n] : [])]
    const text = block.text ?? own?.text ?? own?.title ?? (said === '' ? symbol : said.slice(0, 500))
    return alarmOf({ ...block, text }, path, { ...definition, symbol, title: own?.title ?? symbol }, reader) ?? []
  })
  return { ...definition, alarms }
}

function alarmOf(
  block: AlarmBlock,
  path: readonly PropertyKey[],
  trap: { readonly oid: string; readonly symbol: string; readonly title: AlarmDefinition['title'] },
  { varbinds, yaml, file, problems }: Reader,
): AlarmDefinition | undefined {
  const bad: string[] = []
  if (
    block.type !== 'clear' &&
    Object.values(typeof block.text === 'string' ? [block.text] : (block.text ?? {})).some((x) =>
      /\{\{[^}]*["\s(]/.test(x),
    )
  )
    bad.push('text: alarms hold {{name}} only, no functions; give the block a text of its own')
  for (const name of placeholdersOf(block))
    if (!isEngineName(name) && !varbinds.has(bare(name)))
      bad.push(`{{${name}}}: no varbind of this name is in the file`)
  const where = block.when.flatMap((when) => {
    const items = whereOf(when, varbinds)
    if (!items) bad.push(`when: no varbind ${when.varbind ?? when.field} is in the file`)
    return items ?? []
  })
  for (const name of Object.values(block.as ?? {}))
    if (!varbinds.has(bare(name))) bad.push(`as: no varbind ${name} is in the file`)
  problems.push(...bad.map((message) => yaml.problem(path, message)))
  if (bad.length > 0) return undefined
  return {
    name: trap.symbol,
    title: trap.title,
    block,
    file,
    line: yaml.lineAt(path),
    path: path.join('.'),
    matches(wanted): readonly Match[] {
      const names = wanted.flatMap((name) => {
        const source = block.as?.[name] ?? name
        const varbind = varbinds.get(bare(source))
        if (!varbind) return []
        const take = /^(index|last)\./.exec(source)?.[1] ?? 'value'
        const labels =
          take === 'value' && !source.startsWith('raw.') && varbind.labels ? { labels: varbind.labels } : {}
        const whole = varbind.extract === undefined || source.startsWith('raw.')
        const extract = whole ? {} : { extract: varbind.extract as string }
        return [[name, { varbind: varbind.oid, take: take as 'value', ...labels, ...extract }] as const]
      })
      return [
        {
          kind: 'trap',
          trapOid: [trap.oid, otherTrapOid(trap.oid)],
          ...(where.length > 0 ? { where } : {}),
          ...(names.length > 0 ? { names: Object.fromEntries(names) } : {}),
        },
      ]
    },
  }
}

/** Undefined when there is no such varbind. Labels of its numbers may stand for them. */
function whereOf(when: When, varbinds: ReadonlyMap<string, VarbindName>): NonNullable<Match['where']> | undefined {
  const name = when.varbind ?? ''
  const varbind = varbinds.get(name) ?? (/^\d+(\.\d+)+$/.test(name) ? { oid: name, labels: undefined } : undefined)
  if (!varbind) return undefined
  const numbers = new Map(Object.entries(varbind.labels ?? {}).map(([number, label]) => [label, number]))
  const values = (list: readonly (string | number)[]) => list.map((v) => numbers.get(String(v)) ?? v)
  const among = when.equals !== undefined ? [when.equals] : when.in
  return [
    {
      varbind: varbind.oid,
      ...(among ? { in: values(among) } : {}),
      ...(when.notIn ? { notIn: values(when.notIn) } : {}),
      ...(when.gt !== undefined ? { above: when.gt } : {}),
      ...(when.lt !== undefined ? { below: when.lt } : {}),
      ...(when.pattern !== undefined ? { pattern: when.pattern } : {}),
    },
  ]
}

function fromEvents(spec: ReturnType<typeof EventsTrapSpec.parse>, { varbinds }: Reader): TrapSpec {
  for (const event of spec.events ?? []) {
    const name = event.tag ?? event.name
    if (!varbinds.has(name)) varbinds.set(name, { name, oid: event.OID, labels: event.enum ?? undefined })
  }
  const own = spec['x-outrider']
  return {
    oid: spec.trap_oid,
    name: spec.trap_name,
    category: 'unknown',
    severity: 'notice',
    ...(own ? { 'x-outrider': own } : {}),
  }
}

function checkText(text: string, path: readonly PropertyKey[], { varbinds, yaml, problems }: Reader): void {
  try {
    const missing = compileTrapText(text).names.filter(
      (n) => !isTextWord(n) && !isEngineName(n) && !varbinds.has(bare(n)),
    )
    for (const name of missing) problems.push(yaml.problem(path, `{{${name}}}: no varbind of this name is in the file`))
  } catch (error) {
    problems.push(yaml.problem(path, (error as Error).message))
  }
}

/** `raw.x`, `index.x` and `last.x` are about the varbind x. */
export const bare = (name: string): string => name.replace(/^(raw|index|last)\./, '')

const isEngineName = (name: string): boolean =>
  /^(device|interface|source|site|agent|trapOid)$|^tag\.|^varbind\./.test(name)
