// How a symbol says its value is to be read, made ready: patterns compiled, conversions understood.
import { codesOf } from './interpret.ts'
import type { Reading, RegularExpression } from './profile.ts'
import type { MetricSpec, SymbolSpec, TagSpec } from './schema.ts'

interface ReadingContext {
  readonly tag: TagSpec | undefined
  /** Present for a metric: then words become numbers. */
  readonly entry: MetricSpec | undefined
  /** undefined, and told, when it cannot be used. */
  readonly pattern: (text: string) => RegularExpression | undefined
  readonly wrong: (message: string) => void
}

/** undefined, and told, when the value could not be read as the file means it. */
export function readingOf(symbol: SymbolSpec, { tag, entry, pattern, wrong }: ReadingContext): Reading | undefined {
  const compiled = (text: string | undefined) => (text === undefined ? undefined : (pattern(text) ?? null))
  const extract = compiled(symbol.extract_value)
  const match = compiled(symbol.match_pattern)
  if (extract === null || match === null) return undefined
  const mapping = tag?.mapping ?? symbol.mapping
  const codes = entry && !tag ? codesOf(symbol.mapping) : undefined
  const converted = conversionOf(symbol, wrong)
  if (converted === undefined) return undefined
  const type = symbol.metric_type ?? entry?.metric_type
  const flag = type === 'flag_stream' ? { flag: (entry?.options?.placement ?? 1) - 1 } : {}
  const one = symbol.constant_value_one ?? false
  const special = extract || match || one || type === 'flag_stream' || symbol.format === 'text_date'
  return {
    scale: (symbol.scale_factor ?? 1) * (type === 'percent' ? 100 : 1),
    constantOne: one,
    ...(symbol.format ? { format: symbol.format } : {}),
    ...converted,
    ...flag,
    ...(extract ? { extract } : {}),
    ...(match ? { pattern: match } : {}),
    ...(symbol.match_value === undefined ? {} : { template: symbol.match_value }),
    ...(mapping ? { mapping: bare(mapping) } : {}),
    ...(codes ? { codes: bare(codes) } : {}),
    ...(special ? { special: true } : {}),
  }
}

const OCTETS: Readonly<Record<string, number>> = { uint8: 1, uint16: 2, uint32: 4, uint64: 8 }

function conversionOf(
  { name, conversion }: SymbolSpec,
  wrong: (message: string) => void,
): Pick<Reading, 'integer' | 'upsState' | 'special'> | undefined {
  if (conversion === undefined) return {}
  if (conversion === 'powerset_status') return { upsState: true }
  const [, endian, type] = /^hextoint:(LittleEndian|BigEndian):(\w+)$/i.exec(conversion) ?? []
  const octets = OCTETS[type?.toLowerCase() ?? '']
  if (endian !== undefined && octets !== undefined)
    return { integer: { littleEndian: endian.toLowerCase() === 'littleendian', octets } }
  return void wrong(`${name}: unknown conversion ${conversion}, left out`)
}

/** Device text looks things up in it: there must be nothing to find but what the file says. */
function bare<T>(fields: Readonly<Record<string, T>>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, fields)
}
