// The code behind each action of shared/diagnostics. A new one: a file in actions/ and a line here.
import type { DiagnosticName } from '#shared/diagnostics/registry.ts'
import { runPing } from './actions/ping.ts'
import { runPollNow } from './actions/poll-now.ts'
import { runSnmpGet } from './actions/snmp-get.ts'
import { runSnmpTable } from './actions/snmp-table.ts'
import { runTcp } from './actions/tcp.ts'
import type { Runner } from './runner.ts'

export const RUNNERS: { readonly [N in DiagnosticName]: Runner<N> } = {
  ping: runPing,
  tcp: runTcp,
  'snmp-get': runSnmpGet,
  'snmp-table': runSnmpTable,
  'poll-now': runPollNow,
}
