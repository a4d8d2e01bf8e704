// Checked parts of a file and of all it extends become one profile. Later entries win; a cycle is told and cut.
import { createHash } from 'node:crypto'
import { ownAlarms } from './own-alarms.ts'
import { playbookOf } from './own-diagnostics.ts'
import { everyOf, type PartBuilder } from './parts.ts'
import type { DeviceField, DeviceTag, Profile, ProfileProblem, ScalarMetric } from './profile.ts'
import type { RawProfile } from './read-profile.ts'
import { profileNameOf } from './read-profile.ts'
import { addResourceFacts } from './resource-facts.ts'
import { patternOf, selectorOf } from './selectors.ts'
import { createTables } from './tables.ts'
import { tagPairs } from './tag-pairs.ts'
import { totalsOf } from './totals.ts'
import { symbolsOf } from './which-values.ts'

export interface CompileContext {
  readonly find: (name: string) => RawProfile | undefined
  readonly origin: 'stock' | 'user'
  readonly tell: (problem: ProfileProblem) => void
  /** One for each file, whoever extends it. */
  readonly build: (part: RawProfile) => PartBuilder
}

/** Scalars and columns of one profile with all it extends. */
const MAX_METRICS = 10_000

/** Builds the profile of one file. Parts that cannot be used are told and left out. */
export function compileProfile(raw: RawProfile, context: CompileContext): Profile {
  const chain = extendsChain(raw, context)
  const scalars = new Map<string, ScalarMetric>()
  const tables = createTables()
  const fields = new Map<string, DeviceField>()
  const tags = new Map<string, DeviceTag>()
  let room = MAX_METRICS
  const full = (part: RawProfile, line: number) => {
    if (room-- > 0) return false
    const message = `more than ${MAX_METRICS} metrics with what it extends; the rest is left out`
    if (room === -1) context.tell({ severity: 'error', file: part.file, line, message })
    return true
  }
  for (const part of chain) {
    const build = context.build(part)
    for (const entry of part.metrics) {
      const symbols = symbolsOf(entry)
      const table = entry.table && tables.of(entry)
      for (const symbol of symbols) {
        if (full(part, entry.line)) break
        // No column ends in .0: a scalar that is written among them.
        if (table === undefined || symbol.OID?.endsWith('.0')) addScalar(scalars, build.scalar(symbol, entry))
        else {
          const column = build.column(symbol, entry)
          if (column) table.column(column, everyOf(symbol, entry))
        }
      }
      if (table) for (const tag of entry.metric_tags ?? []) table.tag(build.tableTag(tag, entry))
      if (table) for (const tag of build.staticTableTags(entry)) table.tag(tag)
    }
    addFields(fields, part, build)
    for (const tag of part.tags) {
      const built = build.deviceTag(tag)
      if (built) tags.set(built.tag, built)
    }
    for (const [tag, [symbol]] of Object.entries(part.head['x-outrider']?.inventory ?? {})) {
      const built = symbol && build.deviceTag({ tag, symbol })
      if (built) tags.set(tag, built)
    }
  }
  addResourceFacts(tables, chain, context.build)
  const last = <T>(pick: (part: RawProfile) => T | undefined) => chain.map(pick).findLast((one) => one !== undefined)
  const own = raw.head['x-outrider']
  const vendor = last((part) => part.head.device?.vendor)
  const alarmed = ownAlarms(chain, [...scalars.values(), ...tables.all().flatMap((t) => t.columns)], context.tell)
  const playbook = playbookOf(chain, context.tell)
  const compiledScalars = [...scalars.values()].map(alarmed)
  const compiledTables = tables.compiled().map((table) => ({ ...table, columns: table.columns.map(alarmed) }))
  return {
    ...{ name: raw.name, origin: context.origin, fingerprint: fingerprintOf(chain, context.origin) },
    ...(vendor === undefined ? {} : { vendor }),
    ...(raw.head.description === undefined ? {} : { description: raw.head.description }),
    selectors: raw.selectors.map((selector) =>
      selectorOf(selector, (pattern) => patternOf(pattern, raw.file, raw.lines.selectors, context.tell)),
    ),
    matches: Object.entries(raw.head.matches ?? {}).flatMap(([source, file]) => {
      const pattern = patternOf(source, raw.file, raw.lines.matches, context.tell)
      const profile = profileNameOf(file)
      if (context.find(profile) === undefined)
        context.tell({
          ...{ severity: 'error', file: raw.file, line: raw.lines.matches },
          message: `matches ${source}: there is no profile ${profile}`,
        })
      return pattern ? [{ pattern, profile }] : []
    }),
    scalars: compiledScalars,
    tables: compiledTables,
    fields: [...fields.values()],
    tags: [...tags.values()],
    staticTags: tagPairs(chain.flatMap((part) => part.head.static_tags ?? [])),
    totals: chain.flatMap((part) => totalsOf(part, compiledScalars, compiledTables, context.tell)),
    ...(last((part) => part.head.no_use_bulkwalkall) ? { noBulk: true } : {}),
    ...(playbook === undefined ? {} : { playbook }),
    ...(own?.probe ? { probe: own.probe } : {}),
    ...(own?.shared ? { shared: true } : {}),
  }
}

/** Of several that may be there twice each is kept, and the first that answers counts. */
function addScalar(scalars: Map<string, ScalarMetric>, built: ScalarMetric | undefined): void {
  if (built === undefined) return
  const twin = scalars.get(built.metric)
  const second = built.alternative && twin && twin.oid !== built.oid
  scalars.set(second ? `${built.metric} ${built.oid}` : built.metric, built)
}

function addFields(fields: Map<string, DeviceField>, part: RawProfile, build: PartBuilder): void {
  for (const [field, spec] of Object.entries(part.metadata.device?.fields ?? {})) {
    const symbols = [...(spec.symbol ? [spec.symbol] : []), ...(spec.symbols ?? [])]
    const sources = symbols.flatMap((s) => build.fieldSources(s))
    fields.set(field, { field, ...(spec.value === undefined ? {} : { value: String(spec.value) }), sources })
  }
  for (const [fact, symbols] of Object.entries(part.head['x-outrider']?.identity ?? {})) {
    const field = fact === 'serial' ? 'serial_number' : fact
    fields.set(field, { field, sources: symbols.flatMap((s) => build.fieldSources(s)) })
  }
}

/** The files it extends, deepest first, itself last; each once. */
function extendsChain(raw: RawProfile, context: CompileContext): RawProfile[] {
  const chain: RawProfile[] = []
  const visit = (part: RawProfile, path: readonly string[]): void => {
    for (const reference of part.head.extends ?? []) {
      const name = profileNameOf(reference)
      const found = context.find(name)
      const told = { severity: 'error' as const, file: part.file, line: part.lines.extends }
      if (found === undefined) context.tell({ ...told, message: `extends ${name}, which is not there` })
      else if (path.includes(found.name) || found === part)
        context.tell({ ...told, message: `extends itself: ${[...path, part.name, name].join(' > ')}` })
      else if (!chain.includes(found)) visit(found, [...path, part.name])
    }
    if (!chain.includes(part)) chain.push(part)
  }
  visit(raw, [])
  return chain
}

function fingerprintOf(chain: readonly RawProfile[], origin: string): string {
  const hash = createHash('sha256').update(origin)
  for (const { name, text } of chain) hash.update(`\0${name}\0${text}`)
  return hash.digest('base64')
}
