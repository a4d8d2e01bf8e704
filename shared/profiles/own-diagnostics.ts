// `x-outrider.diagnostics` of a file and of those it extends: what is asked of the device when an alarm opens an incident.
import { z } from 'zod'
import { PingArguments } from '#shared/diagnostics/ping.ts'
import { PollNowArguments } from '#shared/diagnostics/poll-now.ts'
import { SnmpGetArguments } from '#shared/diagnostics/snmp-get.ts'
import { SnmpTableArguments } from '#shared/diagnostics/snmp-table.ts'
import { TcpArguments } from '#shared/diagnostics/tcp.ts'
import {
  ANY_ALARM,
  MAX_PLAYBOOK_CHARS,
  MAX_PLAYBOOK_STEPS,
  MAX_PLAYBOOK_TYPES,
  type Playbook,
  type PlaybookStep,
} from '#shared/domain/playbook.ts'
import { AlarmType, Labels } from '#shared/domain/series-meaning.ts'
import type { ProfileProblem } from './profile.ts'
import type { RawProfile } from './read-profile.ts'

const title = Labels.strict().optional()

/** An action with its own arguments beside it. Only the read-only actions of a device, and nothing they do not take. */
const Step = z.discriminatedUnion('action', [
  PingArguments.extend({ action: z.literal('ping'), title }),
  TcpArguments.extend({ action: z.literal('tcp'), title }),
  SnmpGetArguments.extend({ action: z.literal('snmp-get'), title }),
  SnmpTableArguments.extend({ action: z.literal('snmp-table'), title }),
  PollNowArguments.extend({ action: z.literal('poll-now'), title }),
])

/** What is wanted for one alarm type; an empty list asks for nothing more than what is always asked. */
export interface OwnDiagnostics {
  readonly alarmType: string
  readonly steps: readonly PlaybookStep[]
  readonly line: number
}

interface Reader {
  check<S extends z.ZodType>(schema: S, value: unknown, path: readonly (string | number)[]): z.infer<S> | undefined
  lineOf(path: readonly (string | number)[]): number
  tell(severity: ProfileProblem['severity'], line: number, message: string): void
}

/** Entries of one file. What cannot be used is told with its line and left out: an alarm type, or one of its actions. */
export function readDiagnostics(value: unknown, { check, lineOf, tell }: Reader): OwnDiagnostics[] {
  const base = ['x-outrider', 'diagnostics']
  if (value === undefined || value === null) return []
  const wrong = (path: readonly (string | number)[], message: string) => {
    tell('error', lineOf(path), `${path.join('.').slice(0, 200)}: ${message}`)
    return []
  }
  if (typeof value !== 'object' || Array.isArray(value)) return wrong(base, 'is no mapping of alarm types')
  const entries = Object.entries(value)
  if (entries.length > MAX_PLAYBOOK_TYPES)
    wrong(base, `more than ${MAX_PLAYBOOK_TYPES} alarm types; the rest is left out`)
  return entries.slice(0, MAX_PLAYBOOK_TYPES).flatMap(([alarmType, given]) => {
    const path = [...base, alarmType]
    if (alarmType !== ANY_ALARM && !AlarmType.safeParse(alarmType).success)
      return wrong(path, `neither an alarm type (dotted words, like link.down) nor ${ANY_ALARM}`)
    if (!Array.isArray(given)) return wrong(path, 'is no list of actions')
    if (given.length > MAX_PLAYBOOK_STEPS)
      wrong([...path, MAX_PLAYBOOK_STEPS], `more than ${MAX_PLAYBOOK_STEPS} actions; the rest is left out`)
    const steps = given.slice(0, MAX_PLAYBOOK_STEPS).flatMap((one, n): PlaybookStep[] => {
      const step = check(Step, one, [...path, n])
      if (step === undefined) return []
      const { action, title: named, ...given } = step
      return [{ action, arguments: given, ...(named === undefined ? {} : { title: named }) }]
    })
    // Nothing of it can be used: what the files it extends say of this alarm type holds.
    return given.length > 0 && steps.length === 0 ? [] : [{ alarmType, steps, line: lineOf(path) }]
  })
}

/** Of a profile with what it extends, deepest first: the last entry of an alarm type counts. Undefined: there is none. */
export function playbookOf(
  chain: readonly RawProfile[],
  tell: (problem: ProfileProblem) => void,
): Playbook | undefined {
  const byType = new Map<string, readonly PlaybookStep[]>()
  for (const { file, diagnostics } of chain)
    for (const { alarmType, steps, line } of diagnostics) {
      const next = new Map(byType).set(alarmType, steps)
      const chars = JSON.stringify([...next]).length
      const full =
        next.size > MAX_PLAYBOOK_TYPES
          ? `more than ${MAX_PLAYBOOK_TYPES} alarm types`
          : chars > MAX_PLAYBOOK_CHARS
            ? `more than ${MAX_PLAYBOOK_CHARS} characters`
            : undefined
      const message = `x-outrider.diagnostics: ${full} with what it extends; ${alarmType} is left out`
      if (full === undefined) byType.set(alarmType, steps)
      else tell({ severity: 'error', file, line, message })
    }
  const asked = [...byType].filter(([, steps]) => steps.length > 0)
  return asked.length === 0 ? undefined : Object.fromEntries(asked.map(([type, steps]) => [type, [...steps]]))
}
