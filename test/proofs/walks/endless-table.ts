// A device whose interface table has any number of rows, each made when it is asked for.

import { oidTlv } from '../../support/virtual-site/ber.ts'
import { createOidTable, type OidEntry, type OidTable, type OidValue } from '../../support/virtual-site/oid-table.ts'

const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
/** ifDescr, ifAdminStatus, ifOperStatus, ifInOctets, ifOutOctets. */
const COLUMNS = [2, 7, 8, 10, 16] as const

/** Besides the system group; the sysObjectID is nobody's. */
export function endlessTable(rows: number): OidTable {
  const system = createOidTable([
    ['1.3.6.1.2.1.1.1.0', { type: 'OctetString', value: 'a switch without end' }],
    ['1.3.6.1.2.1.1.2.0', { type: 'OID', value: '1.3.6.1.4.1.99999.7' }],
    ['1.3.6.1.2.1.1.3.0', { type: 'TimeTicks', value: 4711 }],
    ['1.3.6.1.2.1.1.5.0', { type: 'OctetString', value: 'endless' }],
  ])
  const cell = (column: number, row: number): OidEntry => {
    const oid = `${IF_ENTRY}.${column}.${row}`
    return { oid, oidBytes: oidTlv(oid), value: valueIn(column, row) }
  }
  const firstOf = (column: number | undefined) => (column === undefined ? undefined : cell(column, 1))
  return {
    size: system.size,
    get: (oid) => {
      const [column, row] = partsOf(oid) ?? []
      return column && row && row <= rows && COLUMNS.includes(column as 2) ? cell(column, row) : system.get(oid)
    },
    next(oid) {
      const [column = 0, row = 0] = partsOf(oid) ?? []
      if (!oid.startsWith(`${IF_ENTRY}.`)) {
        const known = system.next(oid)
        return known ?? (before(oid, IF_ENTRY) ? firstOf(COLUMNS[0]) : undefined)
      }
      if (!COLUMNS.includes(column as 2)) return firstOf(COLUMNS.find((c) => c > column))
      return row < rows ? cell(column, row + 1) : firstOf(COLUMNS.find((c) => c > column))
    },
  }
}

function partsOf(oid: string): number[] | undefined {
  return oid.startsWith(`${IF_ENTRY}.`)
    ? oid
        .slice(IF_ENTRY.length + 1)
        .split('.')
        .map(Number)
    : undefined
}

function before(oid: string, other: string): boolean {
  const [a, b] = [oid.split('.').map(Number), other.split('.').map(Number)]
  for (const [n, arc] of a.entries()) if (arc !== (b[n] ?? -1)) return arc < (b[n] ?? -1)
  return a.length < b.length
}

function valueIn(column: number, row: number): OidValue {
  if (column === 2) return { type: 'OctetString', value: `port ${row}` }
  return column < 10 ? { type: 'Integer', value: 1 } : { type: 'Counter32', value: row }
}
