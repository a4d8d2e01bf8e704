// An SNMP client that answers from a table without a network: for tests of what profiles make of a device's answers.
import type { SnmpClient, SnmpColumn, SnmpValue } from '#agent/protocols/snmp/snmp-client.ts'
import type { OidTable } from './virtual-site/oid-table.ts'

export function createTableClient(table: OidTable): SnmpClient {
  const cellOf = (oid: string): SnmpValue => {
    const found = table.get(oid)
    return found ? ({ oid, ...found.value } as SnmpValue) : { oid, type: 'noSuchObject', value: null }
  }
  const below = (oid: string): SnmpValue[] => {
    const values: SnmpValue[] = []
    for (let entry = table.next(oid); entry?.oid.startsWith(`${oid}.`); entry = table.next(entry.oid))
      values.push({ oid: entry.oid, ...entry.value } as SnmpValue)
    return values
  }
  return {
    get: async (oids) => ({ outcome: 'ok', value: oids.map(cellOf) }),
    columns: async (oids) => {
      const column = (oid: string): SnmpColumn => new Map(below(oid).map((v) => [v.oid.slice(oid.length + 1), v]))
      return { outcome: 'ok', value: new Map(oids.map((oid) => [oid, column(oid)])) }
    },
    walk: async (oid) => ({ outcome: 'ok', value: below(oid) }),
    close() {},
  }
}
