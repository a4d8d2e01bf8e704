import { varbindOf } from '../device-value.ts'
import { ActionFailed, type ResultOf, type Runner } from '../runner.ts'

export const runSnmpTable: Runner<'snmp-table'> = async (device, args, deps, signal) => {
  const client = deps.snmp(device)
  if (client === undefined) throw new ActionFailed('the device has no SNMP in the configuration of the agent')
  const answer = await client.columns(args.columns, signal, { firstRows: args.maxRows + 1 })
  if (answer.outcome !== 'ok') throw new ActionFailed(`${answer.outcome}: ${answer.detail}`)
  const columns = args.columns.map((oid) => answer.value.get(oid) ?? new Map())
  // Each column comes in OID order; the first that has a row decides its place.
  const indexes = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  const rows: ResultOf<'snmp-table'>['rows'] = []
  let bytes = 0
  for (const index of indexes.slice(0, args.maxRows)) {
    const cells = columns.map((column) => {
      const value = column.get(index)
      if (value === undefined) return null
      const { type, value: readable } = varbindOf(value)
      return { type, value: readable }
    })
    const row = { index, cells }
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1
    if (bytes > MAX_TABLE_BYTES) break
    rows.push(row)
  }
  return { columns: args.columns, rows, rowCount: indexes.length, truncated: rows.length < indexes.length }
}

/** Leaves room for the rest of the record (shared/wire/limits.ts: 64 KB). */
const MAX_TABLE_BYTES = 48 * 1024
