// Builders for the parts of one file, so that problems carry its name and line.
import { codesOf } from './interpret.ts'
import type {
  ColumnMetric,
  DeviceTag,
  FieldSource,
  MetricDefinition,
  ProfileProblem,
  Reading,
  ScalarMetric,
  TableTag,
} from './profile.ts'
import type { RawProfile } from './read-profile.ts'
import { readingOf } from './reading.ts'
import type { MetricSpec, SymbolSpec, TagSpec } from './schema.ts'
import { patternOf } from './selectors.ts'
import { tagPairs } from './tag-pairs.ts'
import { UPS_STATES } from './ups-state.ts'
import { conditionOf, conditionsOf, validOf } from './which-values.ts'

export interface PartContext {
  /** What our own profiles say about an OID: foreign names of it become ours, so that one rule fits both. */
  readonly known: (oid: string) => SymbolSpec | undefined
  readonly tell: (problem: ProfileProblem) => void
}

export type PartBuilder = ReturnType<typeof partsOf>

/** Each answers undefined, and tells why, for what cannot be used. */
export function partsOf(raw: RawProfile, context: PartContext) {
  const lineOf = (entry?: MetricSpec) => (entry as { line?: number } | undefined)?.line ?? 1
  const say = (severity: 'note' | 'error', entry: MetricSpec | undefined, message: string) =>
    void context.tell({ severity, file: raw.file, line: lineOf(entry), message: message.slice(0, 512) })
  const pattern = (text: string, entry?: MetricSpec) => patternOf(text, raw.file, lineOf(entry), context.tell)
  const reading = (symbol: SymbolSpec, tag?: TagSpec, entry?: MetricSpec): Reading | undefined =>
    readingOf(symbol, { tag, entry, pattern: (text) => pattern(text, entry), wrong: (m) => say('error', entry, m) })

  const metric = (given: SymbolSpec, entry: MetricSpec): MetricDefinition | undefined => {
    const type = given.metric_type ?? entry.metric_type
    const known = given['x-outrider'] || given.OID === undefined ? undefined : context.known(given.OID)
    const extension = given['x-outrider'] ?? known?.['x-outrider'] ?? {}
    const mapping = given.conversion === 'powerset_status' ? UPS_STATES : (given.mapping ?? known?.mapping)
    const states =
      mapping && codesOf(mapping) ? Object.fromEntries(Object.values(mapping).map((s, n) => [n + 1, s])) : mapping
    const counts = type !== undefined && type !== 'gauge' && type !== 'flag_stream'
    const suffix = entry.options?.metric_suffix
    const name = extension.metric ?? known?.name ?? given.tag ?? given.name
    const built = reading(given, undefined, entry)
    if (built === undefined) return undefined
    return {
      metric: (suffix === undefined ? name : `${name}.${suffix}`).slice(0, 128),
      source: given.name,
      unit: extension.unit ?? given.chart_meta?.unit?.slice(0, 32) ?? '',
      kind: states ? 'state' : type === undefined ? undefined : counts ? 'counter' : 'gauge',
      reading: built,
      ...(states ? { states } : {}),
      ...(extension.labels ? { labels: extension.labels } : {}),
      ...(extension.class ? { class: extension.class } : {}),
      ...(extension.limits ? { limits: extension.limits } : {}),
      ...(extension.states ? { severities: extension.states } : {}),
      ...(extension.alarmType ? { alarmType: extension.alarmType } : {}),
      ...(extension.fallback && extension.fallback !== given.OID ? { fallback: extension.fallback } : {}),
      ...(extension.percentOf ? { percentOf: extension.percentOf } : {}),
      ...(extension.times ? { times: extension.times } : {}),
      ...(extension.plus ? { plus: extension.plus } : {}),
      ...(extension.inverse ? { inverse: true } : {}),
      ...(extension.valid ? { valid: validOf(extension.valid) } : {}),
      ...(given.allow_duplicate ? { alternative: true } : {}),
    }
  }
  /** Said for what has no OID; a name with a leading `_` is for the file's own use. */
  const unusable = (symbol: SymbolSpec, entry: MetricSpec): boolean => {
    if (symbol.OID === undefined) say('note', entry, `${symbol.name}: has no OID, left out`)
    else if (symbol.name.startsWith('_') && symbol.tag === undefined)
      say('note', entry, `${symbol.name}: is private to the file (leading _), not kept`)
    else return false
    return true
  }
  const derived = ({ match, tags }: TagSpec, entry?: MetricSpec) => {
    const found = match === undefined ? undefined : pattern(match, entry)
    return found && tags ? { derived: { pattern: found, tags } } : {}
  }
  const deviceTag = (tag: TagSpec, entry?: MetricSpec): DeviceTag | undefined => {
    const name = tag.tag ?? tag.symbol?.name ?? Object.keys(tag.tags ?? {})[0]
    const built = tag.symbol && reading(tag.symbol, tag, entry)
    if (!name || !tag.symbol?.OID || built === undefined) return undefined
    return { tag: name, oid: instance(tag.symbol.OID), reading: built, ...derived(tag, entry) }
  }
  return remembered({
    deviceTag,
    fieldSources(symbol: SymbolSpec): FieldSource[] {
      const built = reading(symbol)
      if (symbol.OID === undefined || built === undefined) return []
      const source = { oid: symbol.OID, reading: built }
      return symbol['x-outrider']?.column ? [{ ...source, column: { where: conditionsOf(symbol) } }] : [source]
    },
    scalar(symbol: SymbolSpec, entry: MetricSpec): ScalarMetric | undefined {
      if (unusable(symbol, entry) || symbol.OID === undefined) return undefined
      const built = metric(symbol, entry)
      const oid = instance(symbol.OID)
      // A file may name one cell of a table as a scalar: then the OID as written is the one that answers.
      const written = oid === symbol.OID ? {} : { fallback: symbol.OID }
      if (entry.table === undefined && symbol.condition !== undefined)
        say('note', entry, `${symbol.name}: a condition needs a table, read without`)
      const tags = (entry.table ? [] : (entry.metric_tags ?? [])).flatMap((tag) => deviceTag(tag, entry) ?? [])
      const staticTags = tagPairs(entry.static_tags ?? [])
      return built && { ...written, ...built, oid, tags, staticTags, everyMs: everyOf(symbol, entry) }
    },
    column(symbol: SymbolSpec, entry: MetricSpec): ColumnMetric | undefined {
      if (unusable(symbol, entry) || symbol.OID === undefined) return undefined
      const built = metric(symbol, entry)
      const where = conditionOf(symbol, entry)
      if (where === null)
        return say('error', entry, `${symbol.name}: cannot use condition ${symbol.condition}, metric left out`)
      const scaledBy = symbol['x-outrider']?.scaledBy
      return built && { ...built, oid: symbol.OID, where, ...(scaledBy ? { scaledBy } : {}) }
    },
    tableTag(tag: TagSpec, entry: MetricSpec): TableTag | undefined {
      const name = tag.tag ?? tag.symbol?.name ?? Object.keys(tag.tags ?? {})[0]
      const symbol = tag.symbol ?? { name: name ?? '' }
      const built = reading(symbol, tag, entry)
      if (!name || built === undefined) return undefined
      const hidden = name.startsWith('_') ? { hidden: true } : {}
      const common = { tag: name, reading: built, ...hidden, ...derived(tag, entry) }
      if (tag.index !== undefined) return { ...common, from: 'index', position: tag.index }
      if (symbol.OID !== undefined) {
        const transform = tag.index_transform ? { transform: tag.index_transform } : {}
        return { ...common, from: 'column', oid: symbol.OID, ...transform }
      }
      if (tag.index_transform) return { ...common, from: 'arcs', parts: tag.index_transform }
      return say('note', entry, `${name}: has no OID, left out`)
    },
    staticTableTags(entry: MetricSpec): TableTag[] {
      const reading = { scale: 1, constantOne: false }
      return Object.entries(tagPairs(entry.static_tags ?? [])).map(([tag, value]) => ({
        ...{ tag, value, reading, from: 'file' },
      }))
    },
  })
}

/** Many profiles extend one file: what is built of a part of it is built once, and is one object in all of them. */
function remembered<B extends Record<string, (part: never, entry: never) => unknown>>(builders: B): B {
  const one = (build: (part: never, entry: never) => unknown) => {
    const built = new WeakMap<object, unknown>()
    return (part: object, entry: never) => {
      if (!built.has(part)) built.set(part, build(part as never, entry))
      return built.get(part)
    }
  }
  return Object.fromEntries(Object.entries(builders).map(([name, build]) => [name, one(build)])) as unknown as B
}

/** Milliseconds between two readings; 0: at every poll. */
export function everyOf(symbol: SymbolSpec, entry: MetricSpec): number {
  return (entry['x-outrider']?.every ?? symbol.poll_time_sec ?? 0) * 1000
}

/** RFC 2578 7.1: the instance of a scalar ends in .0 */
function instance(oid: string): string {
  return oid.endsWith('.0') ? oid : `${oid}.0`
}
