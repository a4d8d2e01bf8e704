// Cells of neighbour tables as text: names, MAC and IP addresses. All of it is text of strangers.
import { textFrom } from '#shared/profiles/interpret.ts'
import type { SnmpColumn, SnmpValue } from '../../protocols/snmp/snmp-client.ts'
import { cut } from '../device-text.ts'

export type Columns = ReadonlyMap<string, SnmpColumn>

const PLAIN = { scale: 1, constantOne: false }

/** '' when there is nothing. */
export function textOf(cell: SnmpValue | undefined, max: number): string {
  if (cell === undefined || cell.type === 'Null' || cell.type.startsWith('noSuch') || cell.type === 'endOfMibView')
    return ''
  return cut(textFrom(PLAIN, cell.value).trim(), max)
}

export function numberOf(cell: SnmpValue | undefined): number {
  return typeof cell?.value === 'number' ? cell.value : Number.NaN
}

export function bytesOf(cell: SnmpValue | undefined): Uint8Array | undefined {
  return cell?.value instanceof Uint8Array ? cell.value : undefined
}

/** `00:1a:2b:3c:4d:5e`; undefined for other lengths, for no address, and for addresses of groups. */
export function macOf(bytes: ArrayLike<number> | undefined): string | undefined {
  if (bytes?.length !== 6 || ((bytes[0] as number) & 1) === 1) return undefined
  const text = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(':')
  return text === '00:00:00:00:00:00' ? undefined : text
}

/** A MAC from a cell: six octets, or text in a usual spelling. */
export function macOfCell(cell: SnmpValue | undefined): string | undefined {
  const bytes = bytesOf(cell)
  if (bytes?.length === 6) return macOf(bytes)
  const hex = textOf(cell, 32).replaceAll(/[:.\s-]/g, '')
  return /^[0-9a-fA-F]{12}$/.test(hex) ? macOf(Uint8Array.fromHex(hex)) : undefined
}

/** IPv4 of 4 octets, IPv6 of 16; undefined for other lengths and for no address. */
export function ipOf(bytes: ArrayLike<number> | undefined): string | undefined {
  if (bytes?.length === 4) {
    const text = Array.from(bytes).join('.')
    return text === '0.0.0.0' || text === '127.0.0.1' ? undefined : text
  }
  if (bytes?.length !== 16) return undefined
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)).toString(16),
  )
  const text = new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
  return text === '::' || text === '::1' ? undefined : text
}

/** The arcs of an index as octets; undefined when one is no octet. */
export function octetsOf(arcs: readonly string[]): number[] | undefined {
  const octets = arcs.map(Number)
  return octets.every((n) => Number.isInteger(n) && n >= 0 && n <= 255) ? octets : undefined
}
