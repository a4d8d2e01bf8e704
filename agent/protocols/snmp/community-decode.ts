// Answers of v1 and v2c (RFC 1157, RFC 3416). Nothing is believed about lengths, nothing throws.
import {
  BER,
  type BerCursor,
  BerError,
  cursorOver,
  enter,
  expect,
  oidAt,
  readHeader,
  readInteger,
  signedAt,
  unsignedAt,
} from './ber.ts'
import type { SnmpValue } from './snmp-client.ts'

export interface CommunityResponse {
  /** The wire's number: 0 is v1, 1 is v2c. */
  readonly version: number
  readonly community: string
  /** PDU tag; 0xa2 is a response. */
  readonly pdu: number
  readonly id: number
  readonly errorStatus: number
  readonly errorIndex: number
  readonly varbinds: readonly SnmpValue[]
  /** Index below its hint for each varbind that lay there. */
  readonly indexes: readonly (string | undefined)[]
}

/** `version` and `id` are set as far as they could be read, so that a broken answer still finds its request. */
export type DecodedResponse =
  | { readonly ok: true; readonly response: CommunityResponse }
  | { readonly ok: false; readonly reason: string; readonly version: number | null; readonly id: number | null }

/** A subtree the answer probably lies in: saves reading the known part of each OID. */
export interface OidHint {
  readonly oid: string
  readonly bytes: readonly number[]
}

/** Never throws. `hints[i % hints.length]` is tried for the i-th varbind. */
export function decodeResponse(message: Uint8Array, hints: readonly OidHint[] = []): DecodedResponse {
  const c = cursorOver(message)
  let version: number | null = null
  let id: number | null = null
  try {
    enter(c, BER.sequence, 'message')
    version = readInteger(c, 'version')
    if (version !== 0 && version !== 1) return { ok: false, reason: `version ${version}`, version, id }
    expect(c, BER.octetString, 'community')
    const community = Buffer.from(message.buffer, message.byteOffset + c.at, c.end - c.at).toString('utf8')
    c.at = c.end
    const pdu = readHeader(c)
    c.limit = c.end
    id = readInteger(c, 'request id')
    const errorStatus = readInteger(c, 'error status')
    const errorIndex = readInteger(c, 'error index')
    const indexes: (string | undefined)[] = []
    const varbinds = readVarbinds(c, hints, indexes)
    return { ok: true, response: { version, community, pdu, id, errorStatus, errorIndex, varbinds, indexes } }
  } catch (error) {
    if (error instanceof BerError) return { ok: false, reason: error.message, version, id }
    throw error
  }
}

function readVarbinds(c: BerCursor, hints: readonly OidHint[], indexes: (string | undefined)[]): SnmpValue[] {
  enter(c, BER.sequence, 'varbinds')
  const listEnd = c.limit
  const varbinds: SnmpValue[] = []
  while (c.at < listEnd) {
    c.limit = listEnd
    enter(c, BER.sequence, 'varbind')
    const end = c.limit
    expect(c, BER.oid, 'name')
    const hint = hints.length > 0 ? hints[varbinds.length % hints.length] : undefined
    const index = hint !== undefined && startsWith(c, hint.bytes) ? indexText(c, hint.bytes.length) : undefined
    indexes.push(index)
    const oid = index === undefined ? oidAt(c.bytes, c.at, c.end) : `${hint?.oid}.${index}`
    c.at = c.end
    const tag = readHeader(c)
    varbinds.push(readValue(oid, tag, c))
    c.at = end
  }
  return varbinds
}

/** Arcs after the first `skip` bytes. Those are whole arcs, because hints are whole OIDs. */
function indexText(c: BerCursor, skip: number): string {
  let text = ''
  let arc = 0
  for (let i = c.at + skip; i < c.end; i++) {
    const byte = c.bytes[i] as number
    arc = arc * 128 + (byte & 0x7f)
    if (arc > 0xffffffff) throw new BerError('sub-identifier above 2^32-1')
    if (byte & 0x80) continue
    text = text === '' ? String(arc) : `${text}.${arc}`
    arc = 0
  }
  if ((c.bytes[c.end - 1] as number) & 0x80) throw new BerError('OID ends inside a sub-identifier')
  return text
}

function startsWith(c: BerCursor, prefix: readonly number[]): boolean {
  const length = c.end - c.at
  // Long ones take the general way, which counts sub-identifiers.
  if (length <= prefix.length || length > 128) return false
  for (let i = prefix.length - 1; i >= 0; i--) if (c.bytes[c.at + i] !== prefix[i]) return false
  return true
}

function readValue(oid: string, tag: number, c: BerCursor): SnmpValue {
  const { bytes, at, end } = c
  switch (tag) {
    case BER.integer:
      return { oid, type: 'Integer', value: signedAt(bytes, at, end) }
    case BER.octetString:
      return { oid, type: 'OctetString', value: new Uint8Array(bytes.subarray(at, end)) }
    case BER.opaque:
      return { oid, type: 'Opaque', value: new Uint8Array(bytes.subarray(at, end)) }
    case BER.oid:
      return { oid, type: 'OID', value: oidAt(bytes, at, end) }
    case BER.ipAddress:
      if (end - at !== 4) throw new BerError(`IP address of ${end - at} bytes`)
      return { oid, type: 'IpAddress', value: bytes.subarray(at, end).join('.') }
    // Equipment that forgets the leading zero means its 32 bits, not a negative number.
    case BER.counter32:
      return { oid, type: 'Counter32', value: unsignedAt(bytes, at, end) % 0x100000000 }
    case BER.gauge32:
    case UINTEGER32:
      return { oid, type: 'Gauge32', value: unsignedAt(bytes, at, end) % 0x100000000 }
    case BER.timeTicks:
      return { oid, type: 'TimeTicks', value: unsignedAt(bytes, at, end) % 0x100000000 }
    case BER.counter64:
      return { oid, type: 'Counter64', value: counter64(bytes, at, end) }
    case BER.null:
      return { oid, type: 'Null', value: null }
    case BER.noSuchObject:
      return { oid, type: 'noSuchObject', value: null }
    case BER.noSuchInstance:
      return { oid, type: 'noSuchInstance', value: null }
    case BER.endOfMibView:
      return { oid, type: 'endOfMibView', value: null }
    default:
      throw new BerError(`value of unknown type 0x${tag.toString(16)}`)
  }
}

function counter64(bytes: Uint8Array, at: number, end: number): number | bigint {
  if (end - at < 7) return unsignedAt(bytes, at, end)
  const high = unsignedAt(bytes, at, end - 4) % 0x100000000
  const low = unsignedAt(bytes, end - 4, end)
  return high < 0x200000 ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low)
}

/** RFC 1442; old equipment still sends it. */
const UINTEGER32 = 0x47
