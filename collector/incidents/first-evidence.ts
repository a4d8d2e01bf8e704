// What is asked of the site as soon as an incident opens, by alarm type: read-only, so that the answer is there before a
// person looks. First match counts.
import { type DiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import type { Alarm } from '#shared/domain/alarm.ts'

export interface FirstStep {
  readonly action: DiagnosticName
  readonly arguments: Readonly<Record<string, unknown>>
}

const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const IFX_ENTRY = '1.3.6.1.2.1.31.1.1.1'

/** ifDescr, ifAdminStatus, ifOperStatus, ifLastChange, ifInErrors, ifOutErrors. */
const IF_COLUMNS = [2, 7, 8, 9, 14, 20].map((n) => `${IF_ENTRY}.${n}`)
/** ifName, ifHighSpeed, ifAlias. */
const IFX_COLUMNS = [1, 15, 18].map((n) => `${IFX_ENTRY}.${n}`)

const PLANS: readonly { readonly types: RegExp; steps(alarm: Alarm): readonly FirstStep[] }[] = [
  {
    types: /^(device\.unreachable|snmp\.no-answer)$/,
    steps: () => [
      { action: 'ping', arguments: {} },
      { action: 'tcp', arguments: { port: 22 } },
      { action: 'snmp-get', arguments: { oids: [SYS_UPTIME] } },
    ],
  },
  {
    types: /^link\./,
    steps: () => [{ action: 'snmp-table', arguments: { columns: [...IF_COLUMNS, ...IFX_COLUMNS] } }],
  },
  {
    types: /^tcp\./,
    steps: ({ resource }) => [
      { action: 'ping', arguments: {} },
      ...portOf(resource).map((port): FirstStep => ({ action: 'tcp', arguments: { port } })),
    ],
  },
  { types: /./, steps: () => [{ action: 'poll-now', arguments: {} }] },
]

/** Empty for an alarm that is about no device. A step whose arguments no agent would take (an odd port) is left out. */
export function firstEvidence(alarm: Alarm): readonly FirstStep[] {
  if (alarm.device === null || alarm.agent === null) return []
  const steps = PLANS.find((plan) => plan.types.test(alarm.alarmType))?.steps(alarm) ?? []
  return steps.flatMap((step) => {
    const checked = parseArguments(step.action, step.arguments)
    return checked.ok ? [{ action: step.action, arguments: checked.value }] : []
  })
}

function portOf(resource: string): number[] {
  const port = Number(/(\d+)$/.exec(resource)?.[1])
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : []
}
