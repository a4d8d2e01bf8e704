// Writes the part of a TrapEvent line that comes from the PDU straight from its bytes: no object per varbind. That it
// equals the schema is proven by tests.
import {
  BER,
  BerError,
  cursorOver,
  enter,
  expect,
  oidAt,
  readHeader,
  signedAt,
  unsigned64At,
  unsignedAt,
} from '../../protocols/snmp/ber.ts'
import { type Notification, trapOidOf } from '../../protocols/snmp/notification.ts'
import { hexText, printableText } from '../device-text.ts'

export interface TrapLineWriter {
  /**
   * `"trapOid":...,"uptime":...,"user":...,"varbinds":[...]}` of the notification. `userJson` is a JSON string. Throws
   * BerError when a varbind cannot be read.
   */
  write(n: Notification, userJson: string): string
  /** Varbinds and octets left out because of the caps of the schema, since the start. */
  readonly cut: { varbinds: number; values: number }
}

const MAX_VARBINDS = 128
const MAX_VALUE = 4096
const MAX_OID_TEXT = 512
/** A record may have 64 K characters; what stands before and after the varbinds needs far less than the difference. */
const MAX_BYTES = 56 * 1024

/** Builds a writer with its own scratch buffer; not reentrant. */
export function createTrapLineWriter(): TrapLineWriter {
  const out = Buffer.allocUnsafe(MAX_BYTES + 4 * MAX_VALUE + 4096)
  const cut = { varbinds: 0, values: 0 }
  let at = 0
  let ascii = true

  function write(n: Notification, userJson: string): string {
    const trapOid = trapOidOf(n)
    if (trapOid.length > MAX_OID_TEXT) throw new BerError('trap OID too long')
    at = 0
    ascii = true
    const c = cursorOver(n.bytes, n.varbindsAt, n.varbindsEnd)
    let count = 0
    while (c.at < n.varbindsEnd) {
      if (count === MAX_VARBINDS || at > MAX_BYTES) {
        cut.varbinds++
        break
      }
      c.limit = n.varbindsEnd
      enter(c, BER.sequence, 'varbind')
      const start = at
      if (count > 0) out[at++] = COMMA
      if (writeName(n.bytes, c)) {
        writeValue(n.bytes, c)
        count++
      } else {
        at = start
        cut.varbinds++
      }
      c.at = c.limit
    }
    if (n.generic >= 0) count = writeV1Extras(n, count)
    const uptime = n.uptime < 0 ? '' : `,"uptime":${n.uptime}`
    const varbinds = ascii ? out.toString('latin1', 0, at) : out.toString('utf8', 0, at)
    return `"trapOid":"${trapOid}"${uptime},"user":${userJson},"varbinds":[${varbinds}]}`
  }

  /** False when the name is longer than a record may carry. */
  function writeName(bytes: Uint8Array, c: { at: number; end: number; limit: number; readonly bytes: Uint8Array }) {
    expect(c, BER.oid, 'varbind name')
    put(OID_OPEN)
    const start = at
    writeOid(bytes, c.at, c.end)
    c.at = c.end
    return at - start <= MAX_OID_TEXT
  }

  function writeValue(bytes: Uint8Array, c: { at: number; end: number; limit: number; readonly bytes: Uint8Array }) {
    const tag = readHeader(c)
    const from = c.at
    const end = c.end
    switch (tag) {
      case BER.integer:
        put(INTEGER)
        putNumber(signedAt(bytes, from, end))
        break
      case BER.octetString:
        put(OCTET_STRING)
        writeOctets(bytes, from, end)
        break
      case BER.oid:
        put(OID)
        writeOid(bytes, from, end)
        out[at++] = QUOTE
        break
      case BER.ipAddress:
        put(IP_ADDRESS)
        if (end - from === 4) putAscii(`${bytes[from]}.${bytes[from + 1]}.${bytes[from + 2]}.${bytes[from + 3]}`)
        else writeHex(bytes, from, end)
        out[at++] = QUOTE
        break
      case BER.counter32:
      case BER.gauge32:
      case BER.timeTicks:
        put(tag === BER.counter32 ? COUNTER32 : tag === BER.gauge32 ? GAUGE32 : TIME_TICKS)
        putNumber(unsignedAt(bytes, from, end))
        break
      case BER.counter64:
        put(COUNTER64)
        putAscii(unsigned64At(bytes, from, end))
        out[at++] = QUOTE
        break
      case BER.null:
        put(NULL)
        break
      case BER.noSuchObject:
        put(NO_SUCH_OBJECT)
        break
      case BER.noSuchInstance:
        put(NO_SUCH_INSTANCE)
        break
      case BER.endOfMibView:
        put(END_OF_MIB_VIEW)
        break
      default:
        // Opaque and the types nobody uses any more (NsapAddress, UInteger32) stay octets.
        put(OPAQUE)
        writeHex(bytes, from, end)
        out[at++] = QUOTE
    }
    out[at++] = CLOSE
  }

  function writeOid(bytes: Uint8Array, from: number, end: number) {
    // Long or odd ones take the checked way; the usual one is written digit by digit.
    if (end - from > 64 || end === from || (bytes[end - 1] as number) & 0x80) return putAscii(oidAt(bytes, from, end))
    let value = 0
    let first = true
    for (let i = from; i < end; i++) {
      const byte = bytes[i] as number
      value = value * 128 + (byte & 0x7f)
      if (byte & 0x80) {
        if (value > 0x1ffffff) throw new BerError('sub-identifier above 2^32-1')
        continue
      }
      if (first) {
        const root = value < 80 ? (value / 40) | 0 : 2
        out[at++] = 48 + root
        value -= root * 40
        first = false
      }
      out[at++] = DOT
      putNumber(value)
      value = 0
    }
  }

  function writeOctets(bytes: Uint8Array, from: number, end: number) {
    const start = at
    let stop = end
    if (end - from > MAX_VALUE) stop = from + MAX_VALUE
    for (let i = from; i < stop; i++) {
      const byte = bytes[i] as number
      if (byte < 32 || byte > 126) {
        at = start
        writeUnusual(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from))
        return
      }
      if (byte === QUOTE || byte === BACKSLASH) out[at++] = BACKSLASH
      out[at++] = byte
    }
    if (stop < end) cut.values++
    out[at++] = QUOTE
  }

  function writeUnusual(octets: Buffer) {
    // A cut inside a character would make the rest unreadable: whole characters only.
    const head = octets.length > MAX_VALUE ? wholeCharacters(octets, MAX_VALUE) : octets
    let text = printableText(head, MAX_VALUE)
    if (text === undefined) {
      if (octets.length > (MAX_VALUE - 2) / 2) cut.values++
      text = hexText(octets, MAX_VALUE)
    } else {
      if (head.length < octets.length) cut.values++
      ascii = false
    }
    at += out.write(JSON.stringify(text).slice(1), at)
  }

  function writeHex(bytes: Uint8Array, from: number, end: number) {
    if (end - from > (MAX_VALUE - 2) / 2) cut.values++
    putAscii(hexText(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from), MAX_VALUE))
  }

  /** RFC 3584 3.1 (4): where a v1 trap came from and its enterprise. The community is a secret and stays out. */
  function writeV1Extras(n: Notification, count: number): number {
    if (count + 2 > MAX_VARBINDS) return count
    const b = n.bytes
    const a = n.agentAddressAt
    putAscii(
      `${count > 0 ? ',' : ''}{"oid":"1.3.6.1.6.3.18.1.3.0","type":"IpAddress","value":"${b[a]}.${b[a + 1]}.${b[a + 2]}.${b[a + 3]}"}` +
        `,{"oid":"1.3.6.1.6.3.1.1.4.3.0","type":"OID","value":"`,
    )
    writeOid(b, n.trapOidAt, n.trapOidEnd)
    out[at++] = QUOTE
    out[at++] = CLOSE
    return count + 2
  }

  function put(text: Uint8Array) {
    for (let i = 0; i < text.length; i++) out[at++] = text[i] as number
  }

  function putAscii(text: string) {
    for (let i = 0; i < text.length; i++) out[at++] = text.charCodeAt(i)
  }

  function putNumber(value: number) {
    if (value < 0 || value > 0x7fffffff) return putAscii(String(value))
    if (value < 10) {
      out[at++] = 48 + value
      return
    }
    let digits = value < 100 ? 2 : value < 1000 ? 3 : value < 10000 ? 4 : value < 100000 ? 5 : String(value).length
    const end = at + digits
    let rest = value | 0
    while (digits-- > 0) {
      const tenth = (rest / 10) | 0
      out[at + digits] = 48 + rest - tenth * 10
      rest = tenth
    }
    at = end
  }

  return { write, cut }
}

function wholeCharacters(octets: Buffer, max: number): Buffer {
  let end = max
  while (end > max - 4 && ((octets[end] as number) & 0xc0) === 0x80) end--
  return octets.subarray(0, end)
}

const [COMMA, QUOTE, BACKSLASH, DOT, CLOSE] = [44, 34, 92, 46, 125] as const
const OID_OPEN = Buffer.from('{"oid":"')
const typed = (type: string, value: string) => Buffer.from(`","type":"${type}","value":${value}`)
const INTEGER = typed('Integer', '')
const OCTET_STRING = typed('OctetString', '"')
const OID = typed('OID', '"')
const IP_ADDRESS = typed('IpAddress', '"')
const COUNTER32 = typed('Counter32', '')
const GAUGE32 = typed('Gauge32', '')
const TIME_TICKS = typed('TimeTicks', '')
const COUNTER64 = typed('Counter64', '"')
const OPAQUE = typed('Opaque', '"')
const NULL = typed('Null', 'null')
const NO_SUCH_OBJECT = typed('noSuchObject', 'null')
const NO_SUCH_INSTANCE = typed('noSuchInstance', 'null')
const END_OF_MIB_VIEW = typed('endOfMibView', 'null')
