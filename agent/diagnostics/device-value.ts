// SNMP values as evidence: text when they are text, hex when not, numbers as numbers.
import type { Varbind } from '#shared/domain/device-event.ts'
import type { SnmpValue } from '../protocols/snmp/snmp-client.ts'

/** At most 2,000 characters of a string; control characters other than tab and newline make it hex. */
export function varbindOf({ oid, type, value }: SnmpValue): Varbind {
  if (typeof value === 'bigint') return { oid, type, value: String(value) }
  if (value instanceof Uint8Array) return { oid, type, value: readable(value) }
  return { oid, type, value }
}

function readable(bytes: Uint8Array): string {
  const part = bytes.subarray(0, 2000)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(part)
    if (!/[^\P{C}\t\n\r]/u.test(text)) return text
  } catch {
    // Not UTF-8, or cut inside a character: shown as hex.
  }
  return `0x${Buffer.from(part.subarray(0, 1000)).toString('hex')}`
}
