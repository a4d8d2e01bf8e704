// Answers and errors of net-snmp in our words.
import { type NetSnmpVarbind, ResponseInvalidCode } from 'net-snmp'
import type { SnmpReply } from './session.ts'
import type { SnmpAnswer, SnmpValue } from './snmp-client.ts'

/** GET and GETNEXT give varbinds, GETBULK gives columns of rows: both become varbinds in the order of the wire. */
export function replyOf(answer: readonly (NetSnmpVarbind | NetSnmpVarbind[])[] | undefined): SnmpAnswer<SnmpReply> {
  const flat: NetSnmpVarbind[] = []
  const columns = answer ?? []
  const longest = columns.reduce((most, c) => Math.max(most, Array.isArray(c) ? c.length : 1), 0)
  for (let row = 0; row < longest; row++) {
    for (const c of columns) {
      const varbind = Array.isArray(c) ? c[row] : c
      if (varbind !== undefined) flat.push(varbind)
    }
  }
  const varbinds: SnmpValue[] = []
  let bytes = 0
  for (const varbind of flat) {
    const value = readValue(varbind)
    if (value === null) return { outcome: 'parse', detail: `value of type ${varbind.type} for ${varbind.oid}` }
    bytes += varbind.oid.length + (value.value instanceof Uint8Array ? value.value.length : 8)
    varbinds.push(value)
  }
  return { outcome: 'ok', value: { errorStatus: 0, errorIndex: 0, varbinds, bytes } }
}

/** The device's own error statuses are its answer; the rest is a failure. Texts are ours: the library's quote digests. */
export function failureOfLibrary(error: Error & { code?: unknown; status?: unknown }): SnmpAnswer<SnmpReply> {
  if (error.name === 'RequestTimedOutError') return { outcome: 'timeout', detail: 'no answer' }
  if (error.name === 'RequestFailedError' && typeof error.status === 'number')
    return { outcome: 'ok', value: { errorStatus: error.status, errorIndex: 0, varbinds: [], bytes: 0 } }
  if (error.name === 'ResponseInvalidError') {
    const code = String(ResponseInvalidCode[String(error.code)] ?? 'unknown')
    if (SECURITY.has(code)) return { outcome: 'auth', detail: usmReason(error.message) ?? code }
    return { outcome: 'parse', detail: code }
  }
  if (error.message === 'Socket forcibly closed') return { outcome: 'cancelled', detail: 'session closed' }
  return { outcome: 'parse', detail: `${error.name}: ${error.message}`.slice(0, 128) }
}

const SECURITY: ReadonlySet<string> = new Set([
  'ECouldNotDecrypt',
  'EAuthFailure',
  'EUnexpectedReport',
  'ENotInTimeWindow',
])

const USM_REASONS = [
  'Unsupported Security Level',
  'Not In Time Window',
  'Unknown User Name',
  'Unknown Engine ID',
  'Wrong Digest',
  'Decryption Error',
]

/** Names of the usmStats objects (RFC 3414 5), which the library gives as the message. */
function usmReason(message: string): string | undefined {
  return USM_REASONS.find((reason) => message.startsWith(reason))
}

const TYPES: Readonly<Record<number, SnmpValue['type']>> = {
  2: 'Integer',
  4: 'OctetString',
  5: 'Null',
  6: 'OID',
  64: 'IpAddress',
  65: 'Counter32',
  66: 'Gauge32',
  67: 'TimeTicks',
  68: 'Opaque',
  70: 'Counter64',
  128: 'noSuchObject',
  129: 'noSuchInstance',
  130: 'endOfMibView',
}

function readValue(varbind: NetSnmpVarbind): SnmpValue | null {
  const type = TYPES[varbind.type]
  if (type === undefined || typeof varbind.value === 'boolean') return null
  const { oid, value } = varbind
  if (type === 'Counter64') return value instanceof Uint8Array ? { oid, type, value: unsigned(value) } : null
  // A copy: the library's buffers are views of whole datagrams.
  if (value instanceof Uint8Array) return { oid, type, value: new Uint8Array(value) }
  return { oid, type, value: value ?? null }
}

function unsigned(bytes: Uint8Array): number | bigint {
  let value = 0n
  for (const byte of bytes.subarray(-9)) value = (value << 8n) | BigInt(byte)
  value = BigInt.asUintN(64, value)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
