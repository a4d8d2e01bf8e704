// What a simulated device knows: OIDs in order, each with a value or a function that gives it.
import { integerTlv, octetsTlv, oidTlv, TAG, tlv } from './ber.ts'

export type OidValue =
  | { readonly type: 'Integer' | 'Counter32' | 'Gauge32' | 'TimeTicks'; readonly value: number | (() => number) }
  | { readonly type: 'Counter64'; readonly value: number | bigint | (() => number | bigint) }
  | { readonly type: 'OctetString' | 'Opaque'; readonly value: string | Uint8Array | (() => string | Uint8Array) }
  | { readonly type: 'OID' | 'IpAddress'; readonly value: string | (() => string) }
  | { readonly type: 'Null'; readonly value: null }

export interface OidEntry {
  readonly oid: string
  readonly oidBytes: Buffer
  readonly value: OidValue
}

export interface OidTable {
  readonly size: number
  get(oid: string): OidEntry | undefined
  /** First entry after `oid` in lexicographic order. */
  next(oid: string): OidEntry | undefined
}

/** Sorts; of an OID given twice the first counts (walks of real equipment hold such). */
export function createOidTable(values: Iterable<readonly [string, OidValue]>): OidTable {
  const byOid = new Map<string, OidValue>()
  for (const [oid, value] of values) if (!byOid.has(oid)) byOid.set(oid, value)
  const entries = [...byOid].map(([oid, value]) => ({ oid, arcs: arcsOf(oid), oidBytes: oidTlv(oid), value }))
  entries.sort((a, b) => compareArcs(a.arcs, b.arcs))
  const position = new Map(entries.map((entry, n) => [entry.oid, n]))
  return {
    size: entries.length,
    get: (oid) => entries[position.get(oid) ?? -1],
    next(oid) {
      const known = position.get(oid)
      if (known !== undefined) return entries[known + 1]
      const arcs = arcsOf(oid)
      let low = 0
      for (let high = entries.length; low < high; ) {
        const middle = (low + high) >>> 1
        if (compareArcs((entries[middle] as { arcs: number[] }).arcs, arcs) <= 0) low = middle + 1
        else high = middle
      }
      return entries[low]
    },
  }
}

/** BER of an entry's present value. */
export function encodeValue(entry: OidValue): Buffer {
  switch (entry.type) {
    case 'Integer':
      return integerTlv(Math.trunc(now(entry.value)))
    case 'Counter32':
      return integerTlv(unsigned32(now(entry.value)), TAG.counter32)
    case 'Gauge32':
      return integerTlv(unsigned32(now(entry.value)), TAG.gauge32)
    case 'TimeTicks':
      return integerTlv(unsigned32(now(entry.value)), TAG.timeTicks)
    case 'Counter64': {
      const value = now(entry.value)
      return integerTlv(
        BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.trunc(value))),
        TAG.counter64,
      )
    }
    case 'OctetString':
      return octetsTlv(now(entry.value))
    case 'Opaque':
      return octetsTlv(now(entry.value), TAG.opaque)
    case 'OID':
      return oidTlv(now(entry.value))
    case 'IpAddress':
      return octetsTlv(Buffer.from(now(entry.value).split('.').map(Number)), TAG.ipAddress)
    case 'Null':
      return tlv(TAG.null)
  }
}

function now<T>(value: T | (() => T)): T {
  return typeof value === 'function' ? (value as () => T)() : value
}

function unsigned32(value: number): number {
  return Math.trunc(value) % 2 ** 32
}

function arcsOf(oid: string): number[] {
  return oid.split('.').map(Number)
}

function compareArcs(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length)
  for (let n = 0; n < length; n++) {
    const difference = (a[n] as number) - (b[n] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
