// Definitions as the console lists them.
import type { DefinedAlarm, TrapDefinitionList, TrapDefinitionQuery, TrapDefinitionRow } from '#shared/http/traps.ts'
import { BY_LOG } from '../rules/rule.ts'
import type { TrapDefinitions } from './definitions.ts'
import type { TrapDefinition } from './trap-file.ts'

/** By vendor, then OID. */
export function listDefinitions(definitions: TrapDefinitions, query: TrapDefinitionQuery): TrapDefinitionList {
  const kinds = kindsOf(definitions)
  const all = [...definitions.index().definitions].sort(
    (a, b) => compare(a.vendor, b.vendor) || compareOids(a.oid, b.oid),
  )
  const wanted = query.q?.toLowerCase()
  const fits = all.filter(
    (d) =>
      (query.vendor === undefined || d.vendor === query.vendor) &&
      (query.origin === undefined || (kinds.get(d.file) ?? 'built-in') === query.origin) &&
      (wanted === undefined || textOf(d).includes(wanted)),
  )
  const from = /^\d{1,9}$/.test(query.cursor ?? '') ? Number(query.cursor) : 0
  const next = from + query.limit
  return {
    items: fits.slice(from, next).map((d) => rowOfDefinition(d, definitions, kinds)),
    nextCursor: next < fits.length ? String(next) : null,
    total: fits.length,
    vendors: [...new Set(all.map((d) => d.vendor))],
    problems: [...definitions.problems()],
  }
}

export function rowOfDefinition(
  definition: TrapDefinition,
  definitions: TrapDefinitions,
  kinds: ReadonlyMap<string, TrapDefinitionRow['origin']> = kindsOf(definitions),
): TrapDefinitionRow {
  const { oid, name, vendor, category, severity, description, file, line, alarms } = definition
  const origin = kinds.get(file) ?? 'built-in'
  const place = origin === 'database' ? { file: null, line: null } : { file, line }
  const rows = alarms.flatMap((alarm): DefinedAlarm[] => {
    const { type, alarmType = null } = alarm.block
    // a trap has no severity of its own that could stand for the alarm's
    const rated = alarm.block.severity === BY_LOG ? null : (alarm.block.severity ?? null)
    const rules = definitions.rulesOf(alarm) ?? [null]
    return rules.map((rule) => ({ rule, type, alarmType, severity: rated }))
  })
  return { ...{ oid, name, vendor, category, severity, description, origin }, ...place, alarms: rows }
}

function kindsOf(definitions: TrapDefinitions): ReadonlyMap<string, TrapDefinitionRow['origin']> {
  return new Map(definitions.files().map(({ file, kind }) => [file.file, kind === 'stock' ? 'built-in' : kind]))
}

const textOf = ({ oid, name, vendor, description }: TrapDefinition): string =>
  [oid, name, vendor, description['zh-CN'], description.en].join('\n').toLowerCase()

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** OIDs in the order of their numbers. */
export function compareOids(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? -1) - (y[i] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}
