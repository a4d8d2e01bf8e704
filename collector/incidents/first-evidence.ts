// What is asked of the site as soon as an incident opens, by alarm type: read-only, so that the answer is there before a
// person looks. First match counts.
import { type DiagnosticName, isDiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import { ANY_ALARM, type Playbook } from '#shared/domain/playbook.ts'
import type { Labels } from '#shared/domain/series-meaning.ts'

export interface FirstStep {
  readonly action: DiagnosticName
  readonly arguments: Readonly<Record<string, unknown>>
  /** What the device's profile calls it. */
  readonly title?: Labels
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

/** All of one incident, the general ones first. */
const MAX_STEPS = 6
/** What does not answer is not asked for whatever it is: only for what its profile names for just this. */
const NO_ANSWER = /^(device\.unreachable|snmp\.no-answer)$/

/**
 * Empty for an alarm that is about no device. What is asked of all equipment, then what the profile of this one wants for the
 * alarm's type. A step whose arguments no agent would take (an odd port) is left out, and so is one that asks what a step
 * before it asks already.
 */
export function firstEvidence(alarm: Alarm, playbook: Playbook = {}): readonly FirstStep[] {
  if (alarm.device === null || alarm.agent === null) return []
  const general = PLANS.find((plan) => plan.types.test(alarm.alarmType))?.steps(alarm) ?? []
  const steps: FirstStep[] = []
  for (const { action, arguments: given, title } of [...general, ...wanted(alarm, playbook)]) {
    const checked = isDiagnosticName(action) ? parseArguments(action, given) : undefined
    if (!(checked?.ok && isDiagnosticName(action)) || steps.length >= MAX_STEPS) continue
    const step = { action, arguments: checked.value, ...(title === undefined ? {} : { title }) }
    if (!steps.some((before) => isWithin(step, before))) steps.push(step)
  }
  return steps
}

function wanted({ alarmType }: Alarm, playbook: Playbook): Playbook[string] {
  if (Object.hasOwn(playbook, alarmType)) return playbook[alarmType] ?? []
  return NO_ANSWER.test(alarmType) ? [] : (playbook[ANY_ALARM] ?? [])
}

/** The same action, and nothing asked that is not asked there; how long and how much of it counts for nothing. */
function isWithin(step: FirstStep, before: FirstStep): boolean {
  if (step.action !== before.action) return false
  const of = ({ arguments: given }: FirstStep) => [given.columns ?? given.oids ?? given.port ?? []].flat()
  const there = new Set(of(before))
  return of(step).every((one) => there.has(one))
}

function portOf(resource: string): number[] {
  const port = Number(/(\d+)$/.exec(resource)?.[1])
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : []
}
