// Checked parts of a file and of all it extends become one profile. Later entries win; a cycle is told and cut.
import { codesOf, regularExpression } from './interpret.ts'
import { ownAlarms } from './own-alarms.ts'
import type {
  ColumnMetric,
  DeviceField,
  DeviceTag,
  FieldSource,
  MetricDefinition,
  Profile,
  ProfileProblem,
  Reading,
  RegularExpression,
  ScalarMetric,
  Selector,
  TableMetric,
  TableTag,
} from './profile.ts'
import type { RawProfile } from './read-profile.ts'
import { profileNameOf } from './read-profile.ts'
import type { MetricSpec, SelectorSpec, SymbolSpec, TagSpec } from './schema.ts'
import { conditionOf, conditionsOf, symbolsOf, validOf } from './which-values.ts'

export interface CompileContext {
  readonly find: (name: string) => RawProfile | undefined
  readonly origin: 'stock' | 'user'
  /** What our own profiles say about an OID: foreign names of it become ours, so that one rule fits both. */
  readonly known: (oid: string) => SymbolSpec | undefined
  readonly tell: (problem: ProfileProblem) => void
}

/** Builds the profile of one file. Parts that cannot be used are told and left out. */
export function compileProfile(raw: RawProfile, context: CompileContext): Profile {
  const chain = extendsChain(raw, context)
  const scalars = new Map<string, ScalarMetric>()
  const tables = new Map<
    string,
    { table: TableMetric; columns: Map<string, ColumnMetric>; tags: Map<string, TableTag> }
  >()
  const fields = new Map<string, DeviceField>()
  const tags = new Map<string, DeviceTag>()
  for (const part of chain) {
    const telling = partsOf(part, context)
    for (const entry of part.metrics) {
      if (entry.table === undefined) {
        for (const symbol of symbolsOf(entry)) {
          const scalar = telling.scalar(symbol, entry)
          if (scalar) scalars.set(scalar.metric, scalar)
        }
        continue
      }
      const name = entry.table.name ?? entry.table.OID ?? ''
      const resource = resourceOf(entry, name)
      const key = `${resource.prefix}/${resource.tags}/${name}`
      const known = tables.get(key) ?? {
        table: { name, resource, columns: [], tags: [], everyMs: (entry['x-outrider']?.every ?? 0) * 1000 },
        columns: new Map(),
        tags: new Map(),
      }
      tables.set(key, known)
      for (const symbol of symbolsOf(entry)) {
        const column = telling.column(symbol, entry)
        // A 32-bit twin after its 64-bit column must not take its place.
        if (column && known.columns.get(column.metric)?.fallback !== column.oid)
          known.columns.set(column.metric, column)
      }
      for (const tag of entry.metric_tags ?? []) {
        const built = telling.tableTag(tag, entry)
        if (built) known.tags.set(built.tag, built)
      }
    }
    for (const [field, spec] of Object.entries(part.metadata.device?.fields ?? {})) {
      const symbols = [...(spec.symbol ? [spec.symbol] : []), ...(spec.symbols ?? [])]
      const sources = symbols.flatMap((s) => telling.fieldSources(s))
      fields.set(field, { field, ...(spec.value === undefined ? {} : { value: String(spec.value) }), sources })
    }
    for (const tag of part.tags) {
      const name = tag.tag ?? tag.symbol?.name
      if (name && tag.symbol?.OID)
        tags.set(name, { tag: name, oid: instance(tag.symbol.OID), reading: telling.reading(tag.symbol, tag) })
    }
  }
  const columns = [...tables.values()].flatMap((t) => [...t.columns.values()])
  const alarmed = ownAlarms(chain, [...scalars.values(), ...columns], context.tell)
  const vendor = raw.head.device?.vendor ?? chain.findLast((part) => part.head.device?.vendor)?.head.device?.vendor
  return {
    name: raw.name,
    origin: context.origin,
    ...(vendor === undefined ? {} : { vendor }),
    ...(raw.head.description === undefined ? {} : { description: raw.head.description }),
    selectors: raw.selectors.map((selector) => selectorOf(selector, (pattern) => patternOf(pattern, raw, 1, context))),
    matches: Object.entries(raw.head.matches ?? {}).flatMap(([source, file]) => {
      const pattern = patternOf(source, raw, 1, context)
      return pattern ? [{ pattern, profile: profileNameOf(file) }] : []
    }),
    scalars: [...scalars.values()].map(alarmed),
    tables: [...tables.values()].map((t) => ({
      ...t.table,
      columns: [...t.columns.values()].map(alarmed),
      tags: [...t.tags.values()],
    })),
    fields: [...fields.values()],
    tags: [...tags.values()],
    ...(raw.head['x-outrider']?.probe ? { probe: raw.head['x-outrider'].probe } : {}),
    ...(raw.head['x-outrider']?.shared ? { shared: true } : {}),
  }
}

/** The files it extends, deepest first, itself last; each once. */
function extendsChain(raw: RawProfile, context: CompileContext): RawProfile[] {
  const chain: RawProfile[] = []
  const visit = (part: RawProfile, path: readonly string[]): void => {
    for (const reference of part.head.extends ?? []) {
      const name = profileNameOf(reference)
      const found = context.find(name)
      const told = { file: part.file, line: 1 }
      if (found === undefined)
        context.tell({ severity: 'error', ...told, message: `extends ${name}, which is not there` })
      else if (path.includes(name) || name === part.name)
        context.tell({
          severity: 'error',
          ...told,
          message: `extends itself: ${[...path, part.name, name].join(' > ')}`,
        })
      else if (!chain.includes(found)) visit(found, [...path, part.name])
    }
    if (!chain.includes(part)) chain.push(part)
  }
  visit(raw, [])
  return chain
}

/** Builders for the parts of one file, so that problems carry its name. */
function partsOf(raw: RawProfile, context: CompileContext) {
  const line = (entry?: MetricSpec) => (entry as { line?: number } | undefined)?.line ?? 1
  const reading = (symbol: SymbolSpec, tag?: TagSpec, entry?: MetricSpec): Reading => {
    const pattern = (text: string | undefined) =>
      text === undefined ? undefined : patternOf(text, raw, line(entry), context)
    const extract = pattern(symbol.extract_value)
    const match = pattern(symbol.match_pattern)
    const mapping = tag?.mapping ?? symbol.mapping
    const codes = entry && codesOf(symbol.mapping)
    return {
      scale: (symbol.scale_factor ?? 1) * (symbol.metric_type === 'percent' ? 100 : 1),
      constantOne: symbol.constant_value_one ?? false,
      ...(symbol.format ? { format: symbol.format } : {}),
      ...(symbol.conversion ? { conversion: symbol.conversion } : {}),
      ...(extract ? { extract } : {}),
      ...(match ? { pattern: match } : {}),
      ...(symbol.match_value === undefined ? {} : { template: symbol.match_value }),
      ...(mapping ? { mapping } : {}),
      ...(codes ? { codes } : {}),
    }
  }
  const metric = (given: SymbolSpec, entry: MetricSpec): MetricDefinition | undefined => {
    const type = given.metric_type ?? entry.metric_type
    const told = { file: raw.file, line: line(entry) }
    if (type === 'flag_stream') {
      context.tell({ severity: 'note', ...told, message: `${given.name}: flag_stream is not used yet` })
      return undefined
    }
    const known = given['x-outrider'] || given.OID === undefined ? undefined : context.known(given.OID)
    const extension = given['x-outrider'] ?? known?.['x-outrider'] ?? {}
    const mapping = given.mapping ?? known?.mapping
    const states =
      mapping && codesOf(mapping) ? Object.fromEntries(Object.values(mapping).map((s, n) => [n + 1, s])) : mapping
    const kind = states ? 'state' : type === undefined ? undefined : type === 'gauge' ? 'gauge' : 'counter'
    return {
      metric: extension.metric ?? known?.name ?? given.tag ?? given.name,
      unit: extension.unit ?? given.chart_meta?.unit ?? '',
      kind,
      reading: reading(given, undefined, entry),
      ...(states ? { states } : {}),
      ...(extension.labels ? { labels: extension.labels } : {}),
      ...(extension.class ? { class: extension.class } : {}),
      ...(extension.limits ? { limits: extension.limits } : {}),
      ...(extension.states ? { severities: extension.states } : {}),
      ...(extension.alarmType ? { alarmType: extension.alarmType } : {}),
      ...(extension.fallback && extension.fallback !== given.OID ? { fallback: extension.fallback } : {}),
      ...(extension.percentOf ? { percentOf: extension.percentOf } : {}),
      ...(extension.times ? { times: extension.times } : {}),
      ...(extension.inverse ? { inverse: true } : {}),
      ...(extension.valid ? { valid: validOf(extension.valid) } : {}),
    }
  }
  const missing = (symbol: SymbolSpec, entry: MetricSpec) =>
    context.tell({
      severity: 'note',
      file: raw.file,
      line: line(entry),
      message: `${symbol.name}: has no OID, left out`,
    })
  return {
    reading,
    fieldSources(symbol: SymbolSpec): FieldSource[] {
      if (symbol.OID === undefined) return []
      const source = { oid: symbol.OID, reading: reading(symbol) }
      return symbol['x-outrider']?.column ? [{ ...source, column: { where: conditionsOf(symbol) } }] : [source]
    },
    scalar(symbol: SymbolSpec, entry: MetricSpec): ScalarMetric | undefined {
      if (symbol.OID === undefined) return void missing(symbol, entry)
      const built = metric(symbol, entry)
      const oid = instance(symbol.OID)
      // A file may name one cell of a table as a scalar: then the OID as written is the one that answers.
      const written = oid === symbol.OID ? {} : { fallback: symbol.OID }
      return built && { ...written, ...built, oid }
    },
    column(symbol: SymbolSpec, entry: MetricSpec): ColumnMetric | undefined {
      if (symbol.OID === undefined) return void missing(symbol, entry)
      const built = metric(symbol, entry)
      const where = conditionOf(symbol, entry)
      if (where === null)
        return void context.tell({
          severity: 'error',
          file: raw.file,
          line: line(entry),
          message: `${symbol.name}: cannot use condition ${symbol.condition}, metric left out`,
        })
      const scaledBy = symbol['x-outrider']?.scaledBy
      return built && { ...built, oid: symbol.OID, where, ...(scaledBy ? { scaledBy } : {}) }
    },
    tableTag(tag: TagSpec, entry: MetricSpec): TableTag | undefined {
      const name = tag.tag ?? tag.symbol?.name
      const pattern = tag.match === undefined ? undefined : patternOf(tag.match, raw, line(entry), context)
      const symbol = tag.symbol ?? { name: name ?? '' }
      const common = {
        tag: name ?? Object.keys(tag.tags ?? {})[0] ?? '',
        reading: reading(symbol, tag, entry),
        ...(pattern && tag.tags ? { derived: { pattern, tags: tag.tags } } : {}),
      }
      if (common.tag === '') return undefined
      if (tag.index !== undefined) return { ...common, from: 'index', position: tag.index }
      if (symbol.OID === undefined) return void missing(symbol, entry)
      const transform = tag.index_transform ? { transform: tag.index_transform } : {}
      return { ...common, from: 'column', oid: symbol.OID, ...transform }
    },
  }
}

/** Interfaces are `if:<ifName>` whatever file they come from; other foreign tables go by their own name and index. */
function resourceOf(entry: MetricSpec, table: string): TableMetric['resource'] {
  const own = entry['x-outrider']?.resource
  if (own) return { prefix: own.prefix, tags: own.tag === undefined ? [] : [own.tag].flat() }
  if (/^ifX?Table$/.test(table)) {
    const nameOf = (oid: string) => {
      const tag = (entry.metric_tags ?? []).find((t) => t.symbol?.OID === oid)
      return tag?.tag ?? tag?.symbol?.name ?? []
    }
    return { prefix: 'if', tags: [nameOf('1.3.6.1.2.1.31.1.1.1.1'), nameOf('1.3.6.1.2.1.2.2.1.2')].flat() }
  }
  return { prefix: table.replace(/Table$/, '').slice(0, 32), tags: [] }
}

function selectorOf(spec: SelectorSpec, pattern: (text: string) => RegularExpression | undefined): Selector {
  const patterns = (texts: readonly string[] | undefined) => (texts ?? []).flatMap((text) => pattern(text) ?? [])
  const oids = (texts: readonly string[] | undefined) => (texts ?? []).map((text) => text.trim().replace(/^\./, ''))
  return {
    include: oids(spec.sysobjectid?.include),
    exclude: oids(spec.sysobjectid?.exclude),
    descrInclude: patterns(spec.sysdescr?.include),
    descrExclude: patterns(spec.sysdescr?.exclude),
  }
}

function patternOf(
  source: string,
  raw: RawProfile,
  line: number,
  context: CompileContext,
): RegularExpression | undefined {
  try {
    return regularExpression(source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    context.tell({ severity: 'error', file: raw.file, line, message: `cannot use pattern ${source}: ${reason}` })
    return undefined
  }
}

/** RFC 2578 7.1: the instance of a scalar ends in .0 */
function instance(oid: string): string {
  return oid.endsWith('.0') ? oid : `${oid}.0`
}
