// The BER subset SNMP needs, written apart from the code under test so that one cannot hide the other's mistakes.

export const TAG = {
  integer: 0x02,
  octets: 0x04,
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

/** One tag-length-value from parts already encoded. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const head = length < 0x80 ? 2 : length < 0x100 ? 3 : 4
  const out = Buffer.allocUnsafe(head + length)
  out[0] = tag
  if (head === 2) out[1] = length
  else if (head === 3) {
    out[1] = 0x81
    out[2] = length
  } else {
    out[1] = 0x82
    out.writeUInt16BE(length, 2)
  }
  let at = head
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Shortest two's complement; unsigned types get a leading zero where the top bit is set. */
export function integerTlv(value: number | bigint, tag: number = TAG.integer): Buffer {
  let rest = BigInt(value)
  const bytes: number[] = []
  for (;;) {
    const low = Number(rest & 0xffn)
    bytes.unshift(low)
    rest >>= 8n
    if ((rest === 0n && low < 0x80) || (rest === -1n && low >= 0x80)) break
  }
  return tlv(tag, Buffer.from(bytes))
}

export function octetsTlv(value: string | Uint8Array, tag: number = TAG.octets): Buffer {
  return tlv(tag, typeof value === 'string' ? Buffer.from(value, 'utf8') : value)
}

export function oidTlv(oid: string): Buffer {
  const arcs = oid.split('.').map(Number)
  const bytes: number[] = []
  const put = (arc: number) => {
    const septets = [arc % 128]
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) septets.unshift((rest % 128) + 128)
    bytes.push(...septets)
  }
  put((arcs[0] ?? 0) * 40 + (arcs[1] ?? 0))
  for (const arc of arcs.slice(2)) put(arc)
  return tlv(TAG.oid, Buffer.from(bytes))
}

export interface BerReader {
  readonly tag: number
  /** Where the content begins and ends in the buffer. */
  readonly start: number
  readonly end: number
  readonly buffer: Buffer
}

/** Header of the value at `at`; throws on truncation. */
export function readAt(buffer: Buffer, at: number, limit: number = buffer.length): BerReader {
  if (at + 2 > limit) throw new Error('truncated')
  let length = buffer[at + 1] as number
  let start = at + 2
  if (length >= 0x80) {
    const bytes = length & 0x7f
    if (bytes === 0 || bytes > 4 || start + bytes > limit) throw new Error('bad length')
    length = buffer.readUIntBE(start, bytes)
    start += bytes
  }
  if (start + length > limit) throw new Error('truncated')
  return { tag: buffer[at] as number, start, end: start + length, buffer }
}

/** Direct children of a constructed value. */
export function childrenOf(reader: BerReader): BerReader[] {
  const children: BerReader[] = []
  for (let at = reader.start; at < reader.end; ) {
    const child = readAt(reader.buffer, at, reader.end)
    children.push(child)
    at = child.end
  }
  return children
}

export function integerOf(reader: BerReader | undefined): number {
  if (reader === undefined || reader.end - reader.start > 6 || reader.end === reader.start)
    throw new Error('no integer')
  return reader.buffer.readIntBE(reader.start, reader.end - reader.start)
}

export function bytesOf(reader: BerReader | undefined): Buffer {
  if (reader === undefined) throw new Error('no octets')
  return reader.buffer.subarray(reader.start, reader.end)
}

export function oidOf(reader: BerReader | undefined): string {
  const bytes = bytesOf(reader)
  const arcs: number[] = []
  let arc = 0
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40))
      arcs.push(first, arc - first * 40)
    } else arcs.push(arc)
    arc = 0
  }
  return arcs.join('.')
}
