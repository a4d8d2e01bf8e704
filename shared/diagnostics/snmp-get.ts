import { z } from 'zod'
import { Varbind } from '../domain/device-event.ts'
import type { DiagnosticAction } from './action.ts'
import { ReadableOid } from './oid.ts'

export const SnmpGetArguments = z.strictObject({ oids: z.array(ReadableOid).min(1).max(32) })
export type SnmpGetArguments = z.infer<typeof SnmpGetArguments>

export const SnmpGetResult = z.object({
  /** In the order asked; a missing object has type noSuchObject or noSuchInstance and value null. */
  values: z.array(Varbind).max(32),
})
export type SnmpGetResult = z.infer<typeof SnmpGetResult>

/** One SNMP GET with the credentials the agent has for the device. */
export const snmpGet: DiagnosticAction<SnmpGetArguments, SnmpGetResult> = {
  name: 'snmp-get',
  title: { 'zh-CN': '读取 SNMP 变量', en: 'SNMP get' },
  risk: 'read-only',
  deadlineMs: 30_000,
  arguments: SnmpGetArguments,
  result: SnmpGetResult,
}
