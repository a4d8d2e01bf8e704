// From what a device answered to a number or a text, as a profile's reading says. Device text is hostile: lengths capped.
import { RE2JS } from 're2js'
import { dateAndTime, secondsOfDate, secondsOfDateAndTime } from './dates.ts'
import type { Reading, RegularExpression } from './profile.ts'
import { upsState } from './ups-state.ts'

export type RawValue = number | bigint | string | Uint8Array | null

const MAX_TEXT = 256

/** The sample value, NaN when the answer holds no number. */
export function numberFrom(reading: Reading, value: RawValue): number {
  if (typeof value === 'number' && reading.special === undefined) return value * reading.scale
  if (reading.constantOne) return 1
  if (value === null) return Number.NaN
  if (value instanceof Uint8Array && (reading.integer !== undefined || reading.format !== undefined)) {
    const number = numberOfOctets(reading, value)
    if (number !== undefined) return number * reading.scale
  }
  if (typeof value === 'bigint' && reading.special === undefined) return Number(value) * reading.scale
  let text = typeof value === 'object' || typeof value === 'string' ? textOf(value) : String(value)
  if (reading.flag !== undefined) return flagOf(text, reading.flag)
  if (reading.upsState) return upsState(text)
  if (reading.extract) text = reading.extract.match(text)?.[1] ?? ''
  if (reading.pattern) text = matched(reading, text) ?? ''
  text = text.trim()
  if (text === '') return Number.NaN
  if (reading.codes) return reading.codes[text.toLowerCase()] ?? Number.NaN
  if (reading.format === 'text_date') return secondsOfDate(text)
  const plain = Number(text)
  if (Number.isFinite(plain)) return plain * reading.scale
  // "41 %" and "23.5C" are numbers with their unit written behind.
  return Number.parseFloat(text) * reading.scale
}

/** Tag or field text, '' when there is none. */
export function textFrom(reading: Reading, value: RawValue): string {
  if (value === null) return ''
  if (reading.constantOne) return '1'
  let text =
    reading.integer && value instanceof Uint8Array
      ? String(integerOf(value.subarray(0, reading.integer.octets), reading.integer.littleEndian))
      : formatted(reading.format, value)
  if (reading.extract) text = reading.extract.match(text)?.[1] ?? ''
  if (reading.pattern) text = matched(reading, text) ?? ''
  return cleaned(reading.mapping?.[text] ?? text)
}

/** The same word however it is written is one state: numbers count from 1 in the order of the mapping's words. */
export function codesOf(mapping: Readonly<Record<string, string>> | undefined): Record<string, number> | undefined {
  const words = Object.keys(mapping ?? {})
  if (words.length === 0 || words.some((word) => Number.isFinite(Number(word)))) return undefined
  return Object.fromEntries(words.map((word, n) => [word.toLowerCase(), n + 1]))
}

/** Puts $1 or \1 groups into a template. */
export function fill(template: string, groups: readonly string[]): string {
  return template.replace(/[$\\](\d)/g, (_, n) => groups[Number(n)] ?? '')
}

/** Throws with the reason when RE2 cannot compile it. */
export function regularExpression(source: string): RegularExpression {
  const compiled = RE2JS.compile(source)
  return {
    source,
    test: (text) => compiled.test(text.slice(0, 4096)),
    match(text) {
      const matcher = compiled.matcher(text.slice(0, 4096))
      if (!matcher.find()) return undefined
      return Array.from({ length: matcher.groupCount() + 1 }, (_, n) => matcher.group(n) ?? '')
    },
  }
}

/** What `pattern` finds, put into the template where there is one; undefined when it finds nothing. */
function matched({ pattern, template }: Reading, text: string): string | undefined {
  const groups = pattern?.match(text)
  if (groups === undefined) return undefined
  return template === undefined ? (groups[1] ?? groups[0] ?? '') : fill(template, groups)
}

function numberOfOctets({ integer, format }: Reading, octets: Uint8Array): number | undefined {
  if (integer) return integerOf(octets.subarray(0, integer.octets), integer.littleEndian)
  if (format === 'uint32' || format === 'hex') return octets.length <= 8 ? integerOf(octets, false) : Number.NaN
  if (format === 'snmp_dateandtime') return secondsOfDateAndTime(octets)
  return undefined
}

/** The sign at this place of "0010..."; NaN where the text is shorter or holds something else. */
function flagOf(text: string, place: number): number {
  const sign = text[place]
  return sign === '1' ? 1 : sign === '0' ? 0 : Number.NaN
}

function formatted(format: string | undefined, value: NonNullable<RawValue>): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
  switch (format) {
    case 'mac_address':
      return bytes.length === 6 || bytes.length === 8 ? hex(bytes).replace(/..(?!$)/g, '$&:') : textOf(value)
    case 'ip_address':
      return typeof value === 'string' ? value : address(value)
    case 'hex':
      return hex(bytes)
    case 'uint32':
      return String(integerOf(bytes, false))
    case 'snmp_dateandtime':
      return dateAndTime(bytes) ?? hex(bytes)
    case 'text_date': {
      const seconds = secondsOfDate(textOf(value).trim())
      return Number.isNaN(seconds) ? textOf(value) : new Date(seconds * 1000).toISOString()
    }
    default:
      return textOf(value)
  }
}

/** UTF-8, else GBK (what equipment configured in Chinese holds), else hex: a name must never become replacement characters. */
function textOf(value: string | Uint8Array): string {
  if (typeof value === 'string') return value.slice(0, 4096)
  const bytes = value.subarray(0, 4096)
  for (const decoder of [utf8, gbk]) {
    try {
      const text = decoder.decode(bytes).replace(/\0+$/, '')
      if (decoder === utf8 || !/\p{Cc}/u.test(text)) return text
    } catch {}
  }
  return `0x${hex(bytes)}`
}
const utf8 = new TextDecoder('utf-8', { fatal: true })
const gbk = new TextDecoder('gbk', { fatal: true })

/** Control characters, line breaks and bidirectional overrides out, length capped. */
function cleaned(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT)
}

function integerOf(bytes: Uint8Array, littleEndian: boolean): number {
  if (bytes.length === 0 || bytes.length > 8) return Number.NaN
  const ordered = littleEndian ? bytes.toReversed() : bytes
  return ordered.reduce((sum, byte) => sum * 256 + byte, 0)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** Octets of an address, or its text, or its octets written in hex. */
function address(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length === 16) return ipv6(bytes)
  const text = textOf(bytes).trim()
  const digits = /^(?:0x)?([0-9a-f]{8})$/i.exec(text)?.[1]
  if (digits !== undefined) return [...Buffer.from(digits, 'hex')].join('.')
  return /^[\x20-\x7e]*$/.test(text) ? text : hex(bytes)
}

function ipv6(bytes: Uint8Array): string {
  return (hex(bytes).match(/.{4}/g) ?? []).map((part) => Number.parseInt(part, 16).toString(16)).join(':')
}
