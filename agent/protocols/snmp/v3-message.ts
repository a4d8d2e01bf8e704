// The SNMPv3 envelope (RFC 3412 6, RFC 3414 2.4): found by position when reading, built from parts when answering.
import { BER, type BerCursor, BerError, cursorOver, enter, expect, readHeader, readInteger } from './ber.ts'
import { integer, octets, oid, tlv } from './ber-writer.ts'
import { PDU } from './notification.ts'
import type { LocalKeys } from './usm.ts'

export const FLAG = { auth: 1, priv: 2, reportable: 4 } as const

/** Positions refer to the datagram; reused from message to message. */
export interface V3Header {
  /** One past the message; bytes after it are not covered by the digest. */
  end: number
  msgId: number
  flags: number
  engineAt: number
  engineEnd: number
  boots: number
  time: number
  userAt: number
  userEnd: number
  digestAt: number
  digestEnd: number
  saltAt: number
  saltEnd: number
  /** The scoped PDU, or its encrypted form as an OCTET STRING, with header. */
  dataAt: number
}

export function emptyV3Header(): V3Header {
  return {
    end: 0,
    msgId: 0,
    flags: 0,
    engineAt: 0,
    engineEnd: 0,
    boots: 0,
    time: 0,
    userAt: 0,
    userEnd: 0,
    digestAt: 0,
    digestEnd: 0,
    saltAt: 0,
    saltEnd: 0,
    dataAt: 0,
  }
}

/** Reads on after the version number. Throws BerError when the message is not well-formed USM. */
export function readV3Header(c: BerCursor, h: V3Header): void {
  h.end = c.limit
  const message = enter(c, BER.sequence, 'msgGlobalData')
  h.msgId = readInteger(c, 'msgID')
  readInteger(c, 'msgMaxSize')
  expect(c, BER.octetString, 'msgFlags')
  if (c.end - c.at !== 1) throw new BerError('msgFlags of wrong length')
  h.flags = c.bytes[c.at] as number
  c.at = c.end
  const model = readInteger(c, 'msgSecurityModel')
  if (model !== 3) throw new BerError(`security model ${model}, only USM (3) is spoken`)
  c.at = c.limit
  c.limit = message
  enter(c, BER.octetString, 'msgSecurityParameters')
  enter(c, BER.sequence, 'UsmSecurityParameters')
  const parametersEnd = c.limit
  expect(c, BER.octetString, 'engine id')
  h.engineAt = c.at
  h.engineEnd = c.end
  if (c.end - c.at > 32) throw new BerError('engine id longer than 32 bytes')
  c.at = c.end
  h.boots = within31(readInteger(c, 'engine boots'))
  h.time = within31(readInteger(c, 'engine time'))
  expect(c, BER.octetString, 'user name')
  h.userAt = c.at
  h.userEnd = c.end
  if (c.end - c.at > 32) throw new BerError('user name longer than 32 bytes')
  c.at = c.end
  expect(c, BER.octetString, 'authentication parameters')
  h.digestAt = c.at
  h.digestEnd = c.end
  c.at = c.end
  expect(c, BER.octetString, 'privacy parameters')
  h.saltAt = c.at
  h.saltEnd = c.end
  c.at = parametersEnd
  c.limit = message
  h.dataAt = c.at
}

/** Moves a cursor at a scoped PDU (its SEQUENCE) to the PDU inside; the context is not used by notifications. */
export function enterScopedPdu(c: BerCursor): void {
  enter(c, BER.sequence, 'scoped PDU')
  expect(c, BER.octetString, 'context engine id')
  c.at = c.end
  expect(c, BER.octetString, 'context name')
  c.at = c.end
}

export interface V3Parts {
  readonly msgId: number
  readonly flags: number
  readonly engineId: Uint8Array
  readonly boots: number
  readonly time: number
  readonly user: string
  /** Needed when flags ask for authentication or privacy. */
  readonly keys?: LocalKeys
  /** 8 bytes, never twice with the same key; only for privacy. */
  readonly salt?: Uint8Array
  readonly scopedPdu: Uint8Array
}

/** A complete message, encrypted and signed as its flags say. */
export function buildV3Message(p: V3Parts): Buffer {
  const keys = p.keys
  const signed = (p.flags & FLAG.auth) !== 0 && keys !== undefined
  const sealed = (p.flags & FLAG.priv) !== 0 && keys !== undefined && p.salt !== undefined
  const data = sealed ? octets(keys.encrypt(p.scopedPdu, p.salt, p.boots, p.time)) : Buffer.from(p.scopedPdu)
  const salt = octets(sealed ? p.salt : '')
  const digestBytes = signed ? keys.digestBytes : 0
  const parameters = octets(
    tlv(
      BER.sequence,
      octets(p.engineId),
      integer(p.boots),
      integer(p.time),
      octets(p.user),
      octets(Buffer.alloc(digestBytes)),
      salt,
    ),
  )
  const global = tlv(BER.sequence, integer(p.msgId), integer(65507), octets(Buffer.from([p.flags])), integer(3))
  const message = tlv(BER.sequence, integer(3), global, parameters, data)
  if (signed) message.set(keys.digest(message), message.length - data.length - salt.length - digestBytes)
  return message
}

/** A Report of one usmStats counter (RFC 3414 3.2), as a scoped PDU. */
export function reportPdu(engineId: Uint8Array, requestId: number, counterOid: string, value: number): Buffer {
  const varbind = tlv(BER.sequence, oid(counterOid), integer(value, BER.counter32))
  const pdu = tlv(PDU.report, integer(requestId), integer(0), integer(0), tlv(BER.sequence, varbind))
  return tlv(BER.sequence, octets(engineId), octets(''), pdu)
}

/** Request id of an unencrypted message, for the report that answers it; 0 when it cannot be read. */
export function requestIdOf(bytes: Uint8Array, dataAt: number, end: number): number {
  try {
    const c = cursorOver(bytes, dataAt, end)
    enterScopedPdu(c)
    readHeader(c)
    c.limit = c.end
    return readInteger(c, 'request-id')
  } catch {
    return 0
  }
}

function within31(value: number): number {
  if (value < 0 || value > 0x7fffffff) throw new BerError('engine boots or time out of range')
  return value
}
