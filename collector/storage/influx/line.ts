// One sample as a line of InfluxDB's line protocol. Two series of ours never share one of theirs: what the protocol
// cannot carry in a name is written as %XX, so that different names stay different.
import { createHash } from 'node:crypto'
import type { SeriesInfo } from '../../ingest/evaluation.ts'

/** The one field of every point. */
export const FIELD = 'value'
/** Longest name, bytes of UTF-8: below what InfluxDB (64 KB a key) and VictoriaMetrics (1 KB a label) take. */
export const MAX_NAME_BYTES = 960
const KEPT_BYTES = 800

/**
 * A name as it is stored there: well-formed text without control characters, backslashes or a leading `#` or `_`, never
 * empty, at most MAX_NAME_BYTES. Injective (beyond MAX_NAME_BYTES as good as SHA-256 is); most names are unchanged.
 */
export function storedName(name: string): string {
  if (name === '') return '%'
  let stored = name.replace(/[\p{Cc}%\\]|^[#_]/gu, percent)
  if (!stored.isWellFormed()) stored = stored.replace(/\p{Surrogate}/gu, (c) => `%u${c.charCodeAt(0).toString(16)}`)
  const bytes = Buffer.from(stored)
  if (bytes.length <= MAX_NAME_BYTES) return stored
  const kept = bytes
    .subarray(0, KEPT_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
  return `${kept}%-${createHash('sha256').update(name, 'utf16le').digest('hex')}`
}

/** Measurement and tags of a series, up to and with the space before the field. `customer` '' leaves the tag out. */
export function lineHead(
  series: Pick<SeriesInfo, 'metric' | 'device' | 'resource' | 'site'>,
  customer: string,
): string {
  const tags: (readonly [string, string])[] = [
    ['customer', customer],
    ['device', series.device],
    ['resource', series.resource],
    ['site', series.site],
  ]
  const written = tags.filter(([, v]) => v !== '').map(([k, v]) => `,${k}=${escaped(storedName(v))}`)
  return `${escaped(storedName(series.metric))}${written.join('')} ${FIELD}=`
}

/** A line; undefined for a value the protocol has no word for. `at` in ms. */
export function lineOf(head: string, at: number, value: number): string | undefined {
  return Number.isFinite(value) ? `${head}${value} ${at}` : undefined
}

const percent = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
const escaped = (name: string) => name.replace(/[,= ]/g, '\\$&')
