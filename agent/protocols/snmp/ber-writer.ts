// The little BER encoding the agent needs by hand: acknowledgements, v3 reports and their envelopes.
import { BER } from './ber.ts'

/** One value with its header; `parts` are joined as content. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([header(tag, length), ...parts])
}

/** INTEGER (or another number type by tag) in the fewest bytes. Numbers from -2^31 up to 2^53. */
export function integer(value: number, tag: number = BER.integer): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.unshift(((rest % 256) + 256) % 256)
    rest = Math.floor(rest / 256)
  } while (rest !== 0 && rest !== -1)
  const first = bytes[0] as number
  if (value >= 0 && first & 0x80) bytes.unshift(0)
  if (value < 0 && !(first & 0x80)) bytes.unshift(0xff)
  return tlv(tag, Buffer.from(bytes))
}

export function octets(content: Uint8Array | string): Buffer {
  return tlv(BER.octetString, typeof content === 'string' ? Buffer.from(content) : content)
}

/** OBJECT IDENTIFIER from dotted text. */
export function oid(text: string): Buffer {
  const arcs = text.split('.').map(Number)
  const numbers = [(arcs[0] ?? 0) * 40 + (arcs[1] ?? 0), ...arcs.slice(2)]
  return tlv(BER.oid, Buffer.from(numbers.flatMap(base128)))
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 0x80)
  return bytes
}

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length])
  if (length < 0x100) return Buffer.from([tag, 0x81, length])
  if (length < 0x10000) return Buffer.from([tag, 0x82, length >> 8, length & 0xff])
  return Buffer.from([tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff])
}
