// What can be said about a v3 message before anything decrypts or believes it (RFC 3412 6, RFC 3414 3.2).
import type { SnmpCredentials } from '../../devices/device.ts'
import { BER, BerError, cursorOver, enter, expect, readHeader, readInteger } from './ber.ts'
import type { SnmpDropReason } from './session.ts'

/**
 * Null when the message may reach the library. A message below the asked security level is only let through as a
 * report, the one thing an engine says unauthenticated; one above it would make the library use keys it does not have.
 */
export function refuseV3(message: Uint8Array, level: NonNullable<SnmpCredentials['level']>): SnmpDropReason | null {
  const c = cursorOver(message)
  try {
    enter(c, BER.sequence, 'message')
    if (readInteger(c, 'version') !== 3) return 'wrong-version'
    const outer = enter(c, BER.sequence, 'global data')
    readInteger(c, 'message id')
    readInteger(c, 'maximum size')
    expect(c, BER.octetString, 'flags')
    if (c.end - c.at !== 1) return 'undecodable'
    const flags = (c.bytes[c.at] as number) & 0x03
    c.at = c.limit
    c.limit = outer
    expect(c, BER.octetString, 'security parameters')
    c.at = c.end
    if (flags === FLAGS[level]) return null
    if (flags > FLAGS[level] || flags === 2) return 'unexpected'
    return (flags & 2) === 0 && isReport(c) ? null : 'not-authenticated'
  } catch (error) {
    if (error instanceof BerError) return 'undecodable'
    throw error
  }
}

function isReport(c: ReturnType<typeof cursorOver>): boolean {
  enter(c, BER.sequence, 'scoped PDU')
  expect(c, BER.octetString, 'context engine')
  c.at = c.end
  expect(c, BER.octetString, 'context')
  c.at = c.end
  return readHeader(c) === REPORT
}

const REPORT = 0xa8
const FLAGS = { noAuthNoPriv: 0, authNoPriv: 1, authPriv: 3 } as const
