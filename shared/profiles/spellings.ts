// Brings the spellings of Datadog, Kentik and Netdata files to the native one. Works on parsed YAML of unknown shape; what
// was changed or left out is said with the key it is about, so that the reader can name the line.
import { IGNORED_KEYS, mappingOfEnum, staticTags, TAG_READING_KEYS, typeOf, wordOf } from './foreign-words.ts'
import { FORMATS } from './schema.ts'

export type Fields = Record<string, unknown>
/** `key` is the path below the value that was given. */
export type Say = (severity: 'note' | 'warning' | 'error', key: readonly (string | number)[], message: string) => void

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

/**
 * One entry of `metrics`: column, enum, forced_type, flat OID and name, text symbols, dots before OIDs. Undefined for what
 * is no metric.
 */
export function normaliseMetric(entry: Fields, say: Say): Fields | undefined {
  const out = cleaned(entry, say)
  rename(out, 'oid', 'OID')
  rename(out, 'help', 'description')
  rename(out, 'type', 'metric_type')
  if (out.metric_type === 'trap') return void say('note', [], 'is a trap, read by trap definitions')
  fixType(out, say)
  if (typeof out.table === 'string') out.table = { name: out.table }
  if (isFields(out.table)) out.table = tableOf(out.table)
  if (out.symbol === undefined && out.symbols === undefined && out.OID !== undefined) flatSymbol(out)
  delete out.OID
  delete out.name
  delete out.description
  if (isFields(out.symbol)) {
    out.symbol = normaliseSymbol(out.symbol, below(say, 'symbol'))
    if (out.symbol === undefined) delete out.symbol
  }
  if (Array.isArray(out.symbols))
    out.symbols = out.symbols.map((s, n) =>
      isFields(s) ? (normaliseSymbol(s, below(say, 'symbols', n)) ?? null) : { name: wordOf(s) },
    )
  if (out.metric_tags !== undefined)
    out.metric_tags = asList(out.metric_tags).map((tag, n) => normaliseTag(tag, below(say, 'metric_tags', n)))
  if (out.static_tags !== undefined) out.static_tags = staticTags(out.static_tags)
  if (isFields(out.options)) {
    numeric(out.options, 'placement')
    if (typeof out.options.metric_suffix === 'number') out.options.metric_suffix = wordOf(out.options.metric_suffix)
  }
  return out
}

/** One entry of `metric_tags`, of a table or of the whole device. */
export function normaliseTag(entry: unknown, say: Say): unknown {
  if (!isFields(entry)) return entry
  const out = cleaned(entry, say)
  rename(out, 'column', 'symbol')
  rename(out, 'oid', 'OID')
  if (typeof out.symbol === 'string') out.symbol = { name: out.symbol }
  const symbol: Fields = isFields(out.symbol) ? { ...out.symbol } : {}
  for (const key of ['OID', 'name', ...TAG_READING_KEYS])
    if (out[key] !== undefined) {
      symbol[key] ??= out[key]
      delete out[key]
    }
  if (out.enum !== undefined) {
    symbol.enum ??= out.enum
    delete out.enum
  }
  delete out.symbol
  symbol.name ??= out.tag ?? symbol.OID
  if (symbol.name !== undefined) out.symbol = normaliseSymbol(symbol, below(say, 'symbol'))
  if (isFields(out.mapping)) out.mapping = textValues(out.mapping)
  if (isFields(out.tags)) out.tags = textValues(out.tags, 256)
  if (typeof out.tag === 'number') out.tag = wordOf(out.tag)
  numeric(out, 'index')
  return out
}

/** A symbol of a metric, a tag or a field. Undefined for one that says nothing. */
export function normaliseSymbol(symbol: Fields, say: Say): Fields | undefined {
  const out = cleaned(symbol, say)
  for (const [from, to] of [
    ['oid', 'OID'],
    ['convert', 'conversion'],
    ['help', 'description'],
  ] as const)
    rename(out, from, to)
  if (Object.keys(out).length === 0) return void say('warning', [], 'says nothing, left out')
  out.name ??= out.tag ?? out.OID
  for (const key of ['name', 'tag', 'extract_value', 'match_pattern', 'match_value'])
    if (typeof out[key] === 'number') out[key] = wordOf(out[key])
  if (isNumericOid(out.name) && out.OID !== undefined && !isNumericOid(out.OID)) {
    say('warning', ['OID'], `name and OID are the wrong way round: ${wordOf(out.OID).slice(0, 64)}`)
    ;[out.name, out.OID] = [out.OID, out.name]
  }
  if (out.OID !== undefined) out.OID = trimmedOid(out.OID)
  for (const key of ['scale_factor', 'poll_time_sec']) numeric(out, key)
  fixType(out, say)
  if (out.enum !== undefined) {
    if (isFields(out.enum)) out.mapping ??= mappingOfEnum(out.enum, (message) => say('warning', ['enum'], message))
    delete out.enum
  }
  if (isFields(out.mapping)) out.mapping = textValues(out.mapping)
  if (typeof out.conversion === 'string') convert(out, out.conversion)
  if (out.format !== undefined && !(FORMATS as readonly unknown[]).includes(out.format)) {
    say('warning', ['format'], `unknown format ${wordOf(out.format).slice(0, 64)}, read without`)
    delete out.format
  }
  return out
}

/** `sysobjectid` (text or list) and `selector` of Netdata become one list of selectors. */
export function selectorsOf(head: Fields): unknown[] {
  const own = asList(head.sysobjectid ?? head.sysObjectID ?? head.sysObjectId).map(wordOf)
  const selectors: unknown[] = asList(head.selector).map((one) =>
    isFields(one) ? Object.fromEntries(Object.entries(one).map(([key, value]) => [key, selectionOf(value)])) : one,
  )
  return own.length > 0 ? [...selectors, { sysobjectid: { include: own } }] : selectors
}

/** `device`, `interface` or another resource of `metadata`. */
export function normaliseMetadata(value: unknown, say: Say): unknown {
  if (!isFields(value)) return value
  const out = cleaned(value, say)
  if (isFields(out.fields))
    out.fields = Object.fromEntries(
      Object.entries(out.fields).map(([name, field]) => [name, normaliseField(field, below(say, 'fields', name))]),
    )
  if (out.id_tags !== undefined)
    out.id_tags = asList(out.id_tags).map((tag, n) => normaliseTag(tag, below(say, 'id_tags', n)))
  return out
}

/** `x-outrider` of a file: what identity and inventory are read from, an OID as text or a symbol, becomes symbols. */
export function normaliseOwn(value: unknown, say: Say): unknown {
  if (!isFields(value)) return value
  const out: Fields = { ...value }
  for (const section of ['identity', 'inventory']) {
    const facts = out[section]
    if (!isFields(facts)) continue
    const sources = (name: string, given: unknown) =>
      asList(given).flatMap((one, n) => {
        const symbol = isFields(one) ? one : { OID: one }
        return normaliseSymbol({ name, ...symbol }, below(say, section, name, n)) ?? []
      })
    out[section] = Object.fromEntries(Object.entries(facts).map(([name, given]) => [name, sources(name, given)]))
  }
  return out
}

function normaliseField(field: unknown, say: Say): unknown {
  if (!isFields(field)) return field
  const out = cleaned(field, say)
  if (isFields(out.symbol)) out.symbol = normaliseSymbol(out.symbol, below(say, 'symbol'))
  if (Array.isArray(out.symbols))
    out.symbols = out.symbols.flatMap((s, n) =>
      isFields(s) ? (normaliseSymbol(s, below(say, 'symbols', n)) ?? []) : s,
    )
  if (out.symbol === undefined) delete out.symbol
  return out
}

/** Without empty keys and those known to mean nothing here, which are noted. */
function cleaned(fields: Fields, say: Say): Fields {
  const out: Fields = {}
  for (const [key, value] of Object.entries(fields)) {
    const why = IGNORED_KEYS.get(key)
    if (why !== undefined) say('note', [key], `${key} is not used: ${why}`)
    // as a key of an object it would give it another prototype
    else if (value !== null && key !== '__proto__') out[key] = value
  }
  return out
}

function below(say: Say, ...path: readonly (string | number)[]): Say {
  return (severity, key, message) => say(severity, [...path, ...key], message)
}

function flatSymbol(out: Fields): void {
  const symbol: Fields = {}
  for (const key of ['OID', 'name', 'tag', 'enum', 'mapping', ...TAG_READING_KEYS])
    if (out[key] !== undefined) {
      symbol[key] = out[key]
      delete out[key]
    }
  out.symbol = symbol
}

function tableOf(table: Fields): Fields {
  const out: Fields = {}
  for (const key of Object.keys(table))
    if (table[key] !== null && key !== 'description') out[key === 'oid' ? 'OID' : key] = table[key]
  if (out.OID !== undefined) out.OID = trimmedOid(out.OID)
  if (typeof out.name === 'number') out.name = wordOf(out.name)
  return out
}

function convert(symbol: Fields, conversion: string): void {
  const formats: Fields = { hwaddr: 'mac_address', hextoip: 'ip_address' }
  if (formats[conversion] !== undefined) symbol.format ??= formats[conversion]
  else if (conversion === 'to_one') symbol.constant_value_one = true
  else if (conversion.startsWith('regexp:')) symbol.extract_value ??= conversion.slice('regexp:'.length)
  else return
  delete symbol.conversion
}

function fixType(fields: Fields, say: Say): void {
  rename(fields, 'forced_type', 'metric_type')
  if (fields.metric_type === undefined) return
  const { type, old } = typeOf(fields.metric_type)
  if (type === undefined)
    say('warning', ['metric_type'], `unknown metric_type ${wordOf(fields.metric_type).slice(0, 64)}, told by the value`)
  else if (old) say('note', ['metric_type'], `${wordOf(fields.metric_type)} is an old spelling: ${old}`)
  if (type === undefined) delete fields.metric_type
  else fields.metric_type = type
}

function selectionOf(value: unknown): unknown {
  if (typeof value === 'string' || Array.isArray(value)) return { include: asList(value).map(wordOf) }
  if (!isFields(value)) return value
  const lists = Object.entries(value).map(([key, list]) => [key, asList(list).map(wordOf)])
  return Object.fromEntries(lists)
}

function numeric(fields: Fields, key: string): void {
  const value = fields[key]
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) fields[key] = Number(value)
}

const isNumericOid = (value: unknown) => /^\.?\d+(\.\d+)+$/.test(wordOf(value).trim())

function trimmedOid(oid: unknown): string {
  return wordOf(oid)
    .trim()
    .replace(/^\.|\.$/g, '')
}

function rename(fields: Fields, from: string, to: string): void {
  if (fields[from] !== undefined) fields[to] ??= fields[from]
  delete fields[from]
}

function textValues(fields: Fields, most = 64): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, wordOf(value).slice(0, most)]))
}
