// The sum of gauges over scalars and rows that a profile keeps under a name of its own.
import type { SnmpValue } from '../../protocols/snmp/snmp-client.ts'
import type { ColumnState, ScalarState, TotalState } from './poll-plan.ts'
import type { Cells } from './read-columns.ts'
import { computed } from './sample-value.ts'

/** NaN unless everything that the device has of it was read in this poll and none of it is a counter. */
export function totalOf({ parts }: TotalState, values: ReadonlyMap<string, SnmpValue>, cells: Cells): number {
  let sum = Number.NaN
  const add = (value: number) => {
    if (Number.isFinite(value)) sum = (Number.isNaN(sum) ? 0 : sum) + value
  }
  for (const { part, table } of parts) {
    if (part.presence !== 'present') continue
    if (table === undefined) {
      const value = values.get(part.oid)
      if (value === undefined || isCounter(value)) return Number.NaN
      add(computed((part as ScalarState).metric, value, (oid) => values.get(oid)?.value))
      continue
    }
    const { metric, series, factors } = part as ColumnState
    const column = cells.get(part.oid)
    if (column === undefined) return Number.NaN
    for (const [index, cell] of column) {
      const place = table.places.get(index)
      if (place === undefined || (series[place] as number) < 0) continue
      if (isCounter(cell)) return Number.NaN
      add(computed(metric, cell, (oid) => cells.get(oid)?.get(index)?.value, factors[place]))
    }
  }
  return sum
}

function isCounter({ type }: SnmpValue): boolean {
  return type === 'Counter32' || type === 'Counter64'
}
