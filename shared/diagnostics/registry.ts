// Every remote action there is. A new one: a file beside this one, a line here, a runner in agent/diagnostics.
import type { DiagnosticAction } from './action.ts'
import { ping } from './ping.ts'
import { pollNow } from './poll-now.ts'
import { snmpGet } from './snmp-get.ts'
import { snmpTable } from './snmp-table.ts'
import { isSiteActionName, SITE_ACTIONS, type SiteActionName } from './sweep.ts'
import { tcp } from './tcp.ts'

export const DIAGNOSTICS = {
  ping,
  tcp,
  'snmp-get': snmpGet,
  'snmp-table': snmpTable,
  'poll-now': pollNow,
} as const satisfies Readonly<Record<string, DiagnosticAction>>

export type DiagnosticName = keyof typeof DIAGNOSTICS
export const DIAGNOSTIC_NAMES = Object.keys(DIAGNOSTICS) as readonly DiagnosticName[]

/** True for the name of a known action; safe for names like `__proto__`. */
export function isDiagnosticName(name: string): name is DiagnosticName {
  return Object.hasOwn(DIAGNOSTICS, name)
}

/** Typed arguments with defaults filled in, or what is wrong with them in plain words. */
export function parseArguments(
  name: DiagnosticName | SiteActionName,
  raw: unknown,
):
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string } {
  const parsed = actionNamed(name).arguments.safeParse(raw)
  if (parsed.success) return { ok: true, value: parsed.data as Readonly<Record<string, unknown>> }
  const issue = parsed.error.issues[0]
  return { ok: false, reason: `${issue?.path.join('.') || 'arguments'}: ${issue?.message}`.slice(0, 512) }
}

/** The action of a device or of a site. */
export function actionNamed(name: DiagnosticName | SiteActionName): DiagnosticAction {
  return (isSiteActionName(name) ? SITE_ACTIONS[name] : DIAGNOSTICS[name]) as DiagnosticAction
}
