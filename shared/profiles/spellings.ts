// Brings the spellings of Datadog, Kentik and Netdata files to the native one. Works on parsed YAML of unknown shape.

export type Fields = Record<string, unknown>

/** Known keys of other programs that mean nothing here; left out without a warning per file line. */
export const IGNORED_KEYS: ReadonlySet<string> = new Set([
  ...['topology', 'bgp', 'licensing', 'virtual_metrics', 'lookup_symbol', 'mapping_ref', 'consumers', 'traps'],
  ...['sysobjectid_metadata', 'transform', 'script', 'walk_full_table', 'is_interface', 'no_use_bulkwalkall'],
  ...['match_attributes', 'from_device_origin'],
])

const TYPES: Readonly<Record<string, string>> = { counter: 'rate' }

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One entry of `metrics`: column, enum, forced_type, flat OID and name, text symbols, dots before OIDs. */
export function normaliseMetric(entry: Fields): Fields {
  const out = withoutIgnored(entry)
  rename(out, 'forced_type', 'metric_type')
  fixType(out)
  if (typeof out.table === 'string') out.table = { name: out.table }
  if (isFields(out.table)) out.table = withOid(out.table)
  if (out.symbol === undefined && typeof out.OID === 'string' && typeof out.name === 'string')
    out.symbol = { OID: out.OID, name: out.name }
  if (isFields(out.symbol)) {
    delete out.OID
    delete out.name
  }
  if (isFields(out.symbol)) out.symbol = normaliseSymbol(out.symbol)
  if (Array.isArray(out.symbols))
    out.symbols = out.symbols.map((s) => (isFields(s) ? normaliseSymbol(s) : { name: String(s) }))
  if (Array.isArray(out.metric_tags)) out.metric_tags = out.metric_tags.map((tag) => normaliseTag(tag))
  return out
}

/** One entry of `metric_tags`, of a table or of the whole device. */
export function normaliseTag(entry: unknown): unknown {
  if (!isFields(entry)) return entry
  const out = withoutIgnored(entry)
  rename(out, 'column', 'symbol')
  if (typeof out.symbol === 'string') out.symbol = { name: out.symbol, ...(out.OID ? { OID: out.OID } : {}) }
  if (out.symbol === undefined && typeof out.OID === 'string') out.symbol = { OID: out.OID, name: out.tag ?? out.OID }
  delete out.OID
  if (isFields(out.symbol)) out.symbol = normaliseSymbol(out.symbol)
  if (isFields(out.mapping)) out.mapping = textValues(out.mapping)
  return out
}

export function normaliseSymbol(symbol: Fields): Fields {
  const out = withOid(withoutIgnored(symbol))
  rename(out, 'forced_type', 'metric_type')
  fixType(out)
  if (isFields(out.enum)) {
    out.mapping ??= mappingOfEnum(out.enum)
    delete out.enum
  }
  if (isFields(out.mapping)) out.mapping = textValues(out.mapping)
  if (typeof out.conversion === 'string') convert(out, out.conversion)
  return out
}

/** `sysobjectid` (text or list) and `selector` of Netdata become one list of selectors. */
export function selectorsOf(head: Fields): unknown[] {
  const own = typeof head.sysobjectid === 'string' ? [head.sysobjectid] : head.sysobjectid
  const selectors: unknown[] = Array.isArray(head.selector) ? [...head.selector] : []
  if (Array.isArray(own) && own.length > 0) selectors.push({ sysobjectid: { include: own.map(String) } })
  return selectors
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

/** Duplicates of a value occur in published files; the first label is kept. */
function mappingOfEnum(labels: Fields): Fields {
  const mapping: Fields = {}
  for (const [label, value] of Object.entries(labels)) mapping[String(value)] ??= label
  return mapping
}

function convert(symbol: Fields, conversion: string): void {
  const formats: Fields = { hwaddr: 'mac_address', hextoip: 'ip_address' }
  if (formats[conversion] !== undefined) symbol.format ??= formats[conversion]
  else if (conversion === 'to_one') symbol.constant_value_one = true
  else if (conversion.startsWith('regexp:')) symbol.extract_value ??= conversion.slice('regexp:'.length)
  else return
  delete symbol.conversion
}

function withoutIgnored(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => value !== null && !IGNORED_KEYS.has(key)))
}

function withOid(fields: Fields): Fields {
  return typeof fields.OID === 'string' || typeof fields.OID === 'number'
    ? { ...fields, OID: String(fields.OID).trim().replace(/^\./, '') }
    : { ...fields }
}

function rename(fields: Fields, from: string, to: string): void {
  if (fields[from] !== undefined) fields[to] ??= fields[from]
  delete fields[from]
}

function fixType(fields: Fields): void {
  const type = TYPES[String(fields.metric_type)]
  if (type !== undefined) fields.metric_type = type
}

function textValues(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value).slice(0, 64)]))
}
