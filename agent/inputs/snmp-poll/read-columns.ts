// Reads all columns of a plan with as few questions as possible.
import type { SnmpAnswer, SnmpClient, SnmpColumn } from '../../protocols/snmp/snmp-client.ts'
import { columnOids, settle, type TableState } from './poll-plan.ts'

/** By the column OID asked. */
export type Cells = Map<string, SnmpColumn>
export type Failure = Exclude<SnmpAnswer<never>, { outcome: 'ok' }>

export interface ColumnReader {
  readonly client: SnmpClient
  readonly onTableLeftOut: (table: string, detail: string) => void
}

/**
 * Reads the columns of these tables into `cells`; falls back where a column is not there, and settles what is. One table too
 * large must not blind the rest: it is left out, and told, until the next identification.
 */
export async function readColumns(
  { client, onTableLeftOut }: ColumnReader,
  tables: readonly TableState[],
  cells: Cells,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const asked = columnOids(tables)
  if (asked.length === 0) return undefined
  const answer = await client.columns(asked, signal)
  if (answer.outcome === 'limit') return await readTableByTable({ client, onTableLeftOut }, tables, cells, signal)
  if (answer.outcome !== 'ok') return answer
  for (const [oid, column] of answer.value) cells.set(oid, column)
  const open = tables.flatMap((t) => t.columns).filter((column) => column.presence === 'unknown')
  const fallbacks = open.filter((column) => settle(column, (cells.get(column.oid)?.size ?? 0) > 0))
  if (fallbacks.length === 0) return undefined
  const again = await client.columns(
    fallbacks.map((column) => column.oid),
    signal,
  )
  if (again.outcome !== 'ok') return again
  for (const column of fallbacks) {
    const found = again.value.get(column.oid)
    if (found !== undefined) cells.set(column.oid, found)
    settle(column, (found?.size ?? 0) > 0)
  }
  return undefined
}

async function readTableByTable(
  { client, onTableLeftOut }: ColumnReader,
  tables: readonly TableState[],
  cells: Cells,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  for (const table of tables) {
    const oids = columnOids([table])
    if (oids.length === 0) continue
    const answer = await client.columns(oids, signal)
    if (answer.outcome === 'limit') {
      onTableLeftOut(table.table.name, answer.detail)
      for (const column of table.columns) column.presence = 'missing'
    } else if (answer.outcome !== 'ok') return answer
    else {
      for (const [oid, column] of answer.value) cells.set(oid, column)
      for (const column of table.columns) settle(column, (cells.get(column.oid)?.size ?? 0) > 0)
    }
  }
  return undefined
}
