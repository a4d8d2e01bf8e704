// Basic encoding rules as SNMP uses them, read in place: positions in, positions and numbers out, no objects per value.
// Deliberately lenient where equipment is known to err (over-long length forms), strict where memory safety is at stake.

export const BER = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const

/** What was wrong with the bytes. The only error the reader throws. */
export class BerError extends Error {}

/** A place in a message. After `enter` or `expect`, `at` is the first content byte and `end` is one past the last. */
export interface BerCursor {
  readonly bytes: Uint8Array
  /** Next byte to read. */
  at: number
  /** One past the last byte that belongs to the enclosing value. */
  limit: number
  /** Content end of the value whose header was read last. */
  end: number
}

/** A cursor over `bytes` from `at` up to `limit`. */
export function cursorOver(bytes: Uint8Array, at = 0, limit = bytes.length): BerCursor {
  return { bytes, at, limit, end: at }
}

/**
 * Reads tag and length; moves `at` to the content and sets `end`. Returns the tag. Throws BerError when the value does
 * not fit its container, has a multi-byte tag or an indefinite length. Length bytes beyond need (net-snmp issue 253)
 * are accepted.
 */
export function readHeader(c: BerCursor): number {
  const { bytes, limit } = c
  let at = c.at
  if (at + 2 > limit) throw new BerError('message ends inside a header')
  const tag = bytes[at++] as number
  if ((tag & 0x1f) === 0x1f) throw new BerError('multi-byte tag')
  let length = bytes[at++] as number
  if (length > 0x7f) {
    let count = length & 0x7f
    if (count === 0) throw new BerError('indefinite length')
    if (at + count > limit) throw new BerError('message ends inside a length')
    length = 0
    while (count-- > 0) {
      length = length * 256 + (bytes[at++] as number)
      if (length > 0xffffff) throw new BerError('length out of range')
    }
  }
  if (at + length > limit) throw new BerError('value is longer than what contains it')
  c.at = at
  c.end = at + length
  return tag
}

/** As readHeader, for a value that must have this tag. */
export function expect(c: BerCursor, tag: number, what: string): void {
  const got = readHeader(c)
  if (got !== tag) throw new BerError(`${what}: tag 0x${got.toString(16)} instead of 0x${tag.toString(16)}`)
}

/** Enters a constructed value: `limit` becomes its end. Returns the old limit for the way out. */
export function enter(c: BerCursor, tag: number, what: string): number {
  expect(c, tag, what)
  const outer = c.limit
  c.limit = c.end
  return outer
}

/** Reads an INTEGER and moves past it. */
export function readInteger(c: BerCursor, what: string): number {
  expect(c, BER.integer, what)
  const value = signedAt(c.bytes, c.at, c.end)
  c.at = c.end
  return value
}

/** Two's complement number of the content bytes; exact up to 2^53. */
export function signedAt(bytes: Uint8Array, at: number, end: number): number {
  if (end - at > 8) throw new BerError('integer of more than 8 bytes')
  if (at === end) return 0
  let value = ((bytes[at] as number) << 24) >> 24
  for (let i = at + 1; i < end; i++) value = value * 256 + (bytes[i] as number)
  return value
}

/** Unsigned number of the content bytes (a leading zero byte is usual). Devices that send Gauge32 as negative mean this. */
export function unsignedAt(bytes: Uint8Array, at: number, end: number): number {
  if (end - at > 9) throw new BerError('number of more than 9 bytes')
  let value = 0
  for (let i = at; i < end; i++) value = value * 256 + (bytes[i] as number)
  return value
}

/** Counter64 content as a decimal string. */
export function unsigned64At(bytes: Uint8Array, at: number, end: number): string {
  if (end - at < 7) return String(unsignedAt(bytes, at, end))
  if (end - at > 9) throw new BerError('Counter64 of more than 9 bytes')
  let value = 0n
  for (let i = at; i < end; i++) value = (value << 8n) | BigInt(bytes[i] as number)
  return String(BigInt.asUintN(64, value))
}

/** Dotted text of an OBJECT IDENTIFIER. Sub-identifiers above 2^32-1 and more than 128 of them throw (RFC 2578 3.5). */
export function oidAt(bytes: Uint8Array, at: number, end: number): string {
  if (at === end) return '0.0'
  let text = ''
  let arcs = 0
  let value = 0
  for (let i = at; i < end; i++) {
    const byte = bytes[i] as number
    value = value * 128 + (byte & 0x7f)
    if (value > 0xffffffff) throw new BerError('sub-identifier above 2^32-1')
    if (byte & 0x80) continue
    if (arcs === 0) {
      const root = value < 80 ? Math.floor(value / 40) : 2
      text = `${root}.${value - root * 40}`
      arcs = 2
    } else {
      text += `.${value}`
      if (++arcs > 128) throw new BerError('more than 128 sub-identifiers')
    }
    value = 0
  }
  if ((bytes[end - 1] as number) & 0x80) throw new BerError('OID ends inside a sub-identifier')
  return text
}
