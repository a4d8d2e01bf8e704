// Finds the parts of a notification PDU (v1 Trap, v2 Trap, Inform) without building objects: a scan fills one reusable
// record with positions. Whoever needs text asks for it afterwards.
import {
  BER,
  type BerCursor,
  BerError,
  enter,
  expect,
  oidAt,
  readHeader,
  readInteger,
  signedAt,
  unsignedAt,
} from './ber.ts'

export const PDU = {
  get: 0xa0,
  getNext: 0xa1,
  response: 0xa2,
  trapV1: 0xa4,
  getBulk: 0xa5,
  inform: 0xa6,
  trapV2: 0xa7,
  report: 0xa8,
} as const

/** Positions refer to `bytes`. Valid until the next scan into the same record. */
export interface Notification {
  bytes: Uint8Array
  pdu: number
  /** Positions of the PDU tag and the error fields' contents (to turn an inform into its response). */
  pduAt: number
  requestId: number
  errorStatusAt: number
  errorStatusEnd: number
  errorIndexAt: number
  errorIndexEnd: number
  pduEnd: number
  /** TimeTicks, hundredths of a second; -1 when the device sent none. */
  uptime: number
  /** Content of the snmpTrapOID value; for v1 the enterprise OID. */
  trapOidAt: number
  trapOidEnd: number
  /** v1 only: generic and specific trap numbers, agent-addr content. */
  generic: number
  specific: number
  agentAddressAt: number
  /** The varbinds after sysUpTime and snmpTrapOID. */
  varbindsAt: number
  varbindsEnd: number
}

/** A record to scan into. */
export function emptyNotification(): Notification {
  return {
    bytes: new Uint8Array(0),
    pdu: 0,
    pduAt: 0,
    requestId: 0,
    errorStatusAt: 0,
    errorStatusEnd: 0,
    errorIndexAt: 0,
    errorIndexEnd: 0,
    pduEnd: 0,
    uptime: -1,
    trapOidAt: 0,
    trapOidEnd: 0,
    generic: -1,
    specific: 0,
    agentAddressAt: 0,
    varbindsAt: 0,
    varbindsEnd: 0,
  }
}

/**
 * Scans the PDU at the cursor into `n`. Returns false when the PDU is not a notification at all (a GET that went to the
 * wrong port). Throws BerError for a notification that cannot be read.
 */
export function scanNotification(c: BerCursor, n: Notification): boolean {
  n.bytes = c.bytes
  n.pduAt = c.at
  const pdu = readHeader(c)
  n.pdu = pdu
  n.pduEnd = c.end
  c.limit = c.end
  n.uptime = -1
  n.generic = -1
  if (pdu === PDU.trapV2 || pdu === PDU.inform) scanV2(c, n)
  else if (pdu === PDU.trapV1) scanV1(c, n)
  else return false
  return true
}

/** Trap OID in dotted text; v1 numbers are mapped by RFC 3584 3.1 (2) and (3). */
export function trapOidOf(n: Notification): string {
  if (n.generic >= 0 && n.generic < 6) return `1.3.6.1.6.3.1.1.5.${n.generic + 1}`
  const oid = oidAt(n.bytes, n.trapOidAt, n.trapOidEnd)
  return n.generic < 0 ? oid : `${oid}.0.${n.specific}`
}

function scanV2(c: BerCursor, n: Notification): void {
  n.requestId = readInteger(c, 'request-id')
  expect(c, BER.integer, 'error-status')
  n.errorStatusAt = c.at
  n.errorStatusEnd = c.end
  c.at = c.end
  expect(c, BER.integer, 'error-index')
  n.errorIndexAt = c.at
  n.errorIndexEnd = c.end
  c.at = c.end
  enter(c, BER.sequence, 'variable-bindings')
  n.varbindsEnd = c.limit
  if (startsWith(c, SYS_UPTIME)) scanUptime(c, n)
  if (startsWith(c, SNMP_TRAP_OID)) {
    scanTrapOid(c, n)
    n.varbindsAt = c.at
  } else findTrapOid(c, n)
}

/** Some stacks send the trap OID first or forget sysUpTime: then it is searched, and all varbinds are kept. */
function findTrapOid(c: BerCursor, n: Notification): void {
  n.varbindsAt = c.at
  while (c.at < n.varbindsEnd) {
    const outer = c.limit
    if (startsWith(c, SNMP_TRAP_OID)) {
      const start = c.at
      scanTrapOid(c, n)
      if (start === n.varbindsAt) n.varbindsAt = c.at
      return
    }
    expect(c, BER.sequence, 'varbind')
    c.at = c.end
    c.limit = outer
  }
  throw new BerError('no snmpTrapOID among the varbinds')
}

function scanUptime(c: BerCursor, n: Notification): void {
  const outer = enter(c, BER.sequence, 'varbind')
  expect(c, BER.oid, 'varbind name')
  c.at = c.end
  const tag = readHeader(c)
  if (tag === BER.timeTicks || tag === BER.integer) n.uptime = unsignedAt(c.bytes, c.at, c.end)
  c.at = c.limit
  c.limit = outer
}

function scanTrapOid(c: BerCursor, n: Notification): void {
  const outer = enter(c, BER.sequence, 'varbind')
  expect(c, BER.oid, 'varbind name')
  c.at = c.end
  expect(c, BER.oid, 'snmpTrapOID')
  n.trapOidAt = c.at
  n.trapOidEnd = c.end
  c.at = c.limit
  c.limit = outer
}

function scanV1(c: BerCursor, n: Notification): void {
  n.requestId = 0
  expect(c, BER.oid, 'enterprise')
  n.trapOidAt = c.at
  n.trapOidEnd = c.end
  c.at = c.end
  expect(c, BER.ipAddress, 'agent-addr')
  if (c.end - c.at !== 4) throw new BerError(`agent-addr of ${c.end - c.at} bytes`)
  n.agentAddressAt = c.at
  c.at = c.end
  n.generic = readInteger(c, 'generic-trap')
  if (n.generic < 0 || n.generic > 6) throw new BerError(`generic-trap ${n.generic}`)
  expect(c, BER.integer, 'specific-trap')
  n.specific = signedAt(c.bytes, c.at, c.end) >>> 0
  c.at = c.end
  const tag = readHeader(c)
  if (tag !== BER.timeTicks && tag !== BER.integer) throw new BerError(`time-stamp: tag 0x${tag.toString(16)}`)
  n.uptime = unsignedAt(c.bytes, c.at, c.end)
  c.at = c.end
  enter(c, BER.sequence, 'variable-bindings')
  n.varbindsAt = c.at
  n.varbindsEnd = c.limit
}

// The two names are compared as bytes: 1.3.6.1.2.1.1.3.0 and 1.3.6.1.6.3.1.1.4.1.0.
const SYS_UPTIME = Uint8Array.of(6, 8, 0x2b, 6, 1, 2, 1, 1, 3, 0)
const SNMP_TRAP_OID = Uint8Array.of(6, 10, 0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0)

/** True when the varbind at the cursor has this name; the cursor stays. */
function startsWith(c: BerCursor, name: Uint8Array): boolean {
  const { at, limit } = c
  if (at >= limit) return false
  readHeader(c)
  const { bytes } = c
  const from = c.at
  const end = c.end
  c.at = at
  c.limit = limit
  if (end - from < name.length) return false
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false
  return true
}

export interface CommunityMessage {
  version: number
  communityAt: number
  communityEnd: number
  /** One past the message; bytes after it are tolerated. */
  end: number
}

/** Reads the envelope common to all versions: the version number, and for v1/v2c the community. Cursor moves to the PDU. */
export function readEnvelope(c: BerCursor, message: CommunityMessage): void {
  enter(c, BER.sequence, 'message')
  message.end = c.limit
  message.version = readInteger(c, 'version')
  if (message.version !== 0 && message.version !== 1) return
  expect(c, BER.octetString, 'community')
  message.communityAt = c.at
  message.communityEnd = c.end
  c.at = c.end
}

/** A copy of a message, also of one that cannot be read, in which the community of v1 and v2c is blanked: it is a secret. */
export function withoutCommunity(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  const message = boundsOf(copy, 0, BER.sequence)
  const version = message && boundsOf(copy, message.from, BER.integer)
  const community = version && boundsOf(copy, version.end, BER.octetString)
  if (community) copy.fill('*', community.from, community.end)
  return copy
}

/** Content of the value at `at` when it has this tag, as far as there is any: nothing is checked to fit. */
function boundsOf(bytes: Buffer, at: number, tag: number): { from: number; end: number } | undefined {
  if (bytes[at] !== tag) return undefined
  const first = bytes[at + 1] ?? 0
  const lengthBytes = first > 0x7f ? first & 0x7f : 0
  let length = first === 0x80 ? Number.POSITIVE_INFINITY : first & 0x7f
  if (lengthBytes > 0) length = bytes.subarray(at + 2, at + 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
  const from = Math.min(bytes.length, at + 2 + lengthBytes)
  return { from, end: Math.min(bytes.length, from + length) }
}

/**
 * The response that acknowledges an inform (RFC 3416 4.2.7): the same bytes with the PDU type changed and the error
 * fields zeroed. `from` and `end` bound the enclosing value to copy.
 */
export function responseTo(n: Notification, from: number, end: number): Buffer {
  const copy = Buffer.from(n.bytes.subarray(from, end))
  copy[n.pduAt - from] = PDU.response
  copy.fill(0, n.errorStatusAt - from, n.errorStatusEnd - from)
  copy.fill(0, n.errorIndexAt - from, n.errorIndexEnd - from)
  return copy
}
