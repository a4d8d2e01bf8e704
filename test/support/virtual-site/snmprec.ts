// Reads recorded walks (`OID|type tag|value`, an x after the tag means hex), plain or gzip-compressed.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { createOidTable, type OidTable, type OidValue } from './oid-table.ts'

/** The walk as a table a simulated device can serve; lines it cannot read are left out. */
export function loadSnmprec(path: string): OidTable {
  const bytes = readFileSync(path)
  return parseSnmprec((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'))
}

export function parseSnmprec(text: string): OidTable {
  const rows: [string, OidValue][] = []
  for (const line of text.split(/\r?\n/)) {
    const match = /^([0-9.]+)\|(\d+)(x?)(:numeric)?\|(.*)$/.exec(line)
    if (match === null) continue
    const [, oid, tag, hex, made, told] = match as unknown as [string, string, string, string, string?, string?]
    const raw = made === undefined ? (told as string) : generated(told as string)
    const bytes = hex === 'x' ? Buffer.from(raw, 'hex') : Buffer.from(raw, 'latin1')
    const value = decoded(Number(tag), bytes, raw, hex === 'x')
    if (value !== undefined) rows.push([oid.replace(/^\.|\.$/g, ''), value])
  }
  return createOidTable(rows)
}

/** Values that another simulator makes up as it goes: the one it begins with. */
function generated(told: string): string {
  return /\binitial=(\d+)/.exec(told)?.[1] ?? /\bmin=(\d+)/.exec(told)?.[1] ?? '0'
}

function decoded(tag: number, bytes: Buffer, raw: string, hex: boolean): OidValue | undefined {
  const number = hex ? Number(`0x${raw}`) : Number(raw)
  switch (tag) {
    case 4:
      return { type: 'OctetString', value: bytes }
    case 5:
      return { type: 'Null', value: null }
    case 6:
      return /^\.?\d+(\.\d+)*$/.test(raw) ? { type: 'OID', value: raw.replace(/^\./, '') } : undefined
    case 64:
      return { type: 'IpAddress', value: hex || !/^\d+(\.\d+){3}$/.test(raw) ? [...bytes].join('.') : raw }
    case 68:
      return { type: 'Opaque', value: bytes }
    case 70:
      return /^\d+$/.test(raw) ? { type: 'Counter64', value: BigInt(raw) } : undefined
  }
  if (!Number.isFinite(number)) return undefined
  if (tag === 2) return { type: 'Integer', value: number }
  const type = ({ 65: 'Counter32', 66: 'Gauge32', 67: 'TimeTicks' } as const)[tag as 65 | 66 | 67]
  return type && { type, value: number }
}
