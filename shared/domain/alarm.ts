// An alarm is an undesirable state of a resource (RFC 8632), never a notification. Identity = device + resource + type + qualifier.
import { z } from 'zod'
import { Severity } from './severity.ts'
import { Suppression } from './suppression.ts'

export const OPERATOR_STATES = ['none', 'ack', 'closed', 'shelved'] as const
export const OperatorState = z.enum(OPERATOR_STATES)
export type OperatorState = z.infer<typeof OperatorState>

/** Where the last notification of the alarm came from. */
export const ALARM_SOURCES = ['poll', 'trap', 'log', 'check', 'liveness'] as const
export const AlarmSource = z.enum(ALARM_SOURCES)
export type AlarmSource = z.infer<typeof AlarmSource>

/** All times are ms since 1970 UTC in corrected (event) time unless the name says otherwise. */
export const Alarm = z.object({
  id: z.string(),
  customer: z.string(),
  site: z.string(),
  /** Collector-wide device id; null for an alarm of the site or agent itself. */
  device: z.string().nullable(),
  agent: z.string().nullable(),
  /** '' is the whole device. */
  resource: z.string(),
  /** Names the fault in dotted words: `link.down`, `power.on-battery`, `device.unreachable`. */
  alarmType: z.string(),
  qualifier: z.string(),
  perceivedSeverity: Severity,
  isCleared: z.boolean(),
  operatorState: OperatorState,
  /** Monotonic per alarm: raised again after a clear starts a new episode. */
  episode: z.int(),
  count: z.int(),
  firstAt: z.number(),
  raisedAt: z.number(),
  lastAt: z.number(),
  clearedAt: z.number().nullable(),
  text: z.string(),
  source: AlarmSource,
  rule: z.string(),
  ackBy: z.string().nullable(),
  ackAt: z.number().nullable(),
  ackNote: z.string(),
  /** When the acknowledgement ends by itself; null: never. */
  ackUntil: z.number().nullable(),
  /** How severe it was when it was acknowledged: an acknowledgement ends when it becomes worse. */
  ackSeverity: Severity.optional(),
  /** Whom people gave it to, acknowledged or not; absent or null: nobody. */
  owner: z.string().nullable().optional(),
  /**
   * A person gave it another severity than its rule. `from`: what the rule said then; `ruleSays`: what it says now. Holds for
   * the episode, until the rule finds it worse than it was then and worse than the person said.
   */
  changedSeverity: z
    .object({ by: z.string(), at: z.number(), note: z.string(), from: Severity, ruleSays: Severity })
    .optional(),
  shelvedUntil: z.number().nullable(),
  /** It comes and goes; see collector/alarms/flapping.ts. */
  flapping: z.boolean(),
  /** When it was raised and cleared lately: what flapping is judged by. */
  turns: z.array(z.number()).optional(),
  /** Why it opens nothing or tells nobody right now, or null. */
  suppression: Suppression.nullable(),
  /** Since when the state cannot be known (site link down), or null. */
  unknownSince: z.number().nullable(),
  incident: z.string().nullable(),
})
export type Alarm = z.infer<typeof Alarm>

const SHADOW = '~shadow '

/** Qualifier of what a rule in shadow says: a space of its own, so that it never is, changes or ends an alarm that is told. */
export const shadowQualifier = (rule: string, qualifier: string): string =>
  `${SHADOW}${rule}${qualifier === '' ? '' : ` ${qualifier}`}`

/** Whether a rule in shadow said it: it is recorded, and nobody is told. */
export const isShadow = ({ qualifier }: Pick<Alarm, 'qualifier'>): boolean => qualifier.startsWith(SHADOW)

/** The qualifier as the rule said it. */
export function plainQualifier({ rule, qualifier }: Pick<Alarm, 'rule' | 'qualifier'>): string {
  const prefix = shadowQualifier(rule, '')
  return qualifier.startsWith(prefix) ? qualifier.slice(prefix.length + 1) : qualifier
}

/** Text form of the identity; unit separator because device text cannot contain it after cleaning. */
export function alarmKeyOf(a: {
  site: string
  device: string | null
  resource: string
  alarmType: string
  qualifier: string
}): string {
  return `${a.site}\u001f${a.device ?? ''}\u001f${a.resource}\u001f${a.alarmType}\u001f${a.qualifier}`
}
