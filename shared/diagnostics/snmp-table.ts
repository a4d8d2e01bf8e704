import { z } from 'zod'
import { Varbind } from '../domain/device-event.ts'
import type { DiagnosticAction } from './action.ts'
import { ReadableOid } from './oid.ts'

export const SnmpTableArguments = z.strictObject({
  /** Column OIDs, all indexed alike. */
  columns: z.array(ReadableOid).min(1).max(16),
  maxRows: z.int().min(1).max(500).default(100),
})
export type SnmpTableArguments = z.infer<typeof SnmpTableArguments>

export const SnmpTableResult = z.object({
  columns: z.array(z.string()).max(16),
  /** One cell per column asked; null where the row has no such cell. */
  rows: z
    .array(
      z.object({
        index: z.string().max(512),
        cells: z.array(Varbind.pick({ type: true, value: true }).nullable()).max(16),
      }),
    )
    .max(500),
  /** Rows that were read; when `truncated` the device has, or may have, more. */
  rowCount: z.int().nonnegative(),
  truncated: z.boolean(),
})
export type SnmpTableResult = z.infer<typeof SnmpTableResult>

/** Columns of one SNMP table, rows joined by index in OID order; cut at `maxRows` and at 48 KB. */
export const snmpTable: DiagnosticAction<SnmpTableArguments, SnmpTableResult> = {
  name: 'snmp-table',
  title: { 'zh-CN': '读取 SNMP 表', en: 'SNMP table' },
  risk: 'read-only',
  deadlineMs: 60_000,
  arguments: SnmpTableArguments,
  result: SnmpTableResult,
}
