// Words of other programs' profiles: what we know and do not use, old names of metric types, enums.

type Fields = Record<string, unknown>

/** Known keys that mean nothing here, and why; each use is noted with its line. */
export const IGNORED_KEYS: ReadonlyMap<string, string> = new Map([
  ['topology', 'neighbours are read from LLDP, CDP, FDB and ARP whatever the profile'],
  ['bgp', 'peers come with the bgp profile'],
  ['licensing', 'licences are metrics of their own'],
  ['lookup_symbol', 'a tag names the column that holds it'],
  ['mapping_ref', 'write the mapping where it is used'],
  ['consumers', 'everything read is for everyone'],
  ['sysobjectid_metadata', 'write a profile for each of the sysObjectIDs'],
  ['transform', 'a profile holds no program'],
  ['script', 'a profile holds no program'],
  ['walk_full_table', 'columns are read, never more of a table'],
  ['is_interface', 'interfaces are known by their table'],
  ['match_attributes', 'alarms select by tags'],
  ['matches_list', 'write matches'],
  ['sysmap', 'write mapping'],
  ['from_device_origin', 'facts of a device come from the device'],
  ['mibs', 'OIDs are numbers, no MIB is read'],
])

/** How a value is read: may also stand beside `column` and beside a flat OID. */
export const TAG_READING_KEYS = [
  ...['format', 'conversion', 'convert', 'extract_value', 'match_pattern', 'match_value', 'scale_factor'],
  ...['constant_value_one', 'poll_time_sec', 'condition', 'allow_duplicate', 'chart_meta'],
] as const

const TYPES: Readonly<Record<string, string>> = {
  gauge: 'gauge',
  rate: 'rate',
  monotonic_count: 'monotonic_count',
  monotonic_count_and_rate: 'monotonic_count_and_rate',
  flag_stream: 'flag_stream',
  percent: 'percent',
  counter: 'rate',
}
const OLD: Readonly<Record<string, string>> = {
  counter: 'read as rate',
  percent: 'read as a rate times 100',
}

/** The native metric type, undefined for a word nobody knows; `old` says what became of a deprecated one. */
export function typeOf(word: unknown): { readonly type: string | undefined; readonly old: string | undefined } {
  const key = wordOf(word).toLowerCase()
  return Object.hasOwn(TYPES, key) ? { type: TYPES[key], old: OLD[key] } : { type: undefined, old: undefined }
}

/** `enum{label: number}` as `mapping{number: label}`. Several labels of a value occur in published files: the first is kept. */
export function mappingOfEnum(labels: Fields, warn: (message: string) => void): Fields {
  const mapping: Fields = {}
  for (const [label, value] of Object.entries(labels)) {
    const key = wordOf(value)
    if (mapping[key] === undefined) mapping[key] = label
    else warn(`${label} has the number of ${wordOf(mapping[key])} (${key}): the first is kept`)
  }
  return mapping
}

/** A list of `name:value`, of mappings, or one mapping; always a list of `name:value`. */
export function staticTags(value: unknown): string[] {
  const one = (entry: unknown): string[] => {
    if (typeof entry !== 'object' || entry === null) return [wordOf(entry)]
    const fields = entry as Fields
    if (fields.tag !== undefined && fields.value !== undefined) return [`${wordOf(fields.tag)}:${wordOf(fields.value)}`]
    return Object.entries(fields).map(([name, text]) => `${name}:${wordOf(text)}`)
  }
  return (Array.isArray(value) ? value : [value]).flatMap(one)
}

/** A word or a number as text; '' for what is none, since not everything in a file can be made one. */
export function wordOf(value: unknown): string {
  return typeof value === 'object' || typeof value === 'undefined' ? '' : String(value)
}
