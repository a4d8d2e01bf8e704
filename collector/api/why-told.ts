// "Why was I (not) told?": one answer per recipient, from where they stand with the alarm, else from what kept the alarm from
// ever coming so far.
import type { Alarm } from '#shared/domain/alarm.ts'
import { SuppressedBy } from '#shared/domain/suppression.ts'
import type { ToldRow } from '#shared/http/notifications.ts'
import { type TraceRow, type WhyAnswer, WhyCode } from '#shared/http/trace.ts'

export interface WhyAsked {
  readonly alarm: Alarm
  /** Of the alarm's present episode. */
  readonly told: readonly ToldRow[]
  /** Lines of trace that say why something was held back or left out, or no longer is; newest first. */
  readonly holds: readonly Hold[]
  /** Everybody who may be told: channels and recipients that are named. */
  readonly recipients: readonly string[]
}

/** Exactly one answer for each recipient that is asked about, or that has anything to do with it. */
export function whyTold(asked: WhyAsked, recipient?: string): WhyAnswer[] {
  const { told, recipients } = asked
  const named = told.filter((row) => row.recipient !== EVERYBODY)
  const names =
    recipient === undefined ? [...new Set([...named.map((row) => row.recipient), ...recipients])] : [recipient]
  return names.sort().map((name) => {
    const row = named.find((one) => one.recipient === name) ?? told.find((one) => one.recipient === EVERYBODY)
    const answer = row !== undefined ? ofRow(row, asked.alarm) : named.length > 0 ? LED_ELSEWHERE : ofAlarm(asked)
    return {
      recipient: name,
      told: answer.code === 'sent',
      ...answer,
      text: SENTENCES[answer.code](name, answer.facts),
    }
  })
}

/** Who speaks for all that have no row of their own. */
const EVERYBODY = '*'

type Hold = Pick<TraceRow, 'at' | 'decision' | 'gate' | 'why' | 'until' | 'inputs'>
type Answer = Pick<WhyAnswer, 'code' | 'facts' | 'at' | 'until'>

function ofRow(row: ToldRow, { suppression }: Alarm): Answer {
  const { at, until, channel, route, incident, why, answer } = row
  const facts = { channel, route, incident, why, answer }
  return { code: codeOf(row, suppression?.by), facts, at, until }
}

function codeOf({ reason, delivery, why }: ToldRow, held: SuppressedBy | undefined): WhyCode {
  switch (reason) {
    case 'message':
      return delivery === null || delivery === 'queued'
        ? 'waiting'
        : delivery === 'suppressed'
          ? 'not-carried'
          : delivery
    case 'gate':
      // the gate stands before the colon
      return SuppressedBy.safeParse(why.split(':')[0]).data ?? held ?? 'cleared-first'
    case 'group':
      return 'grouped'
    case 'hours':
      return 'outside-hours'
    case 'over-first':
      return 'cleared-first'
    default:
      return reason
  }
}

/** It never came to the notification policy: what held it before that. */
function ofAlarm({ alarm, holds }: WhyAsked): Answer {
  const { suppression, incident, isCleared, clearedAt, rule } = alarm
  if (suppression !== null) {
    const { by, ref, why, since, until } = suppression
    return { code: by, facts: { ref, why, incident, rule }, at: since, until }
  }
  const last = holds.find(({ at, gate }) => at >= alarm.raisedAt && WhyCode.safeParse(gate).success)
  if (last !== undefined && last.decision !== 'unsuppress') {
    const { inputs, why, at } = last
    const severity = typeof inputs.atLeast === 'string' ? inputs.atLeast : null
    const ref = typeof inputs.ref === 'string' ? inputs.ref : null
    // of what is over by now, the end says nothing
    const until = isCleared ? null : last.until
    return { code: WhyCode.parse(last.gate), facts: { why, ref, rule, incident, severity }, at, until }
  }
  if (isCleared) return { code: 'cleared-first', facts: { rule, incident }, at: clearedAt, until: null }
  if (incident !== null) return { code: 'attached', facts: { rule, incident }, at: alarm.raisedAt, until: null }
  return { code: 'not-an-incident', facts: { rule }, at: alarm.raisedAt, until: null }
}

/** Others have their rows: the policy was asked, and no route leads here. */
const LED_ELSEWHERE: Answer = { code: 'no-route', facts: {}, at: null, until: null }

const because = ({ why }: WhyAnswer['facts']): string => (why ? `: ${why}` : '')

/** In English; the console has its own. */
const SENTENCES: Readonly<Record<WhyCode, (who: string, facts: WhyAnswer['facts']) => string>> = {
  sent: (who) => `${who} was told`,
  waiting: (who) => `the message for ${who} waits to be sent`,
  failed: (who, { answer }) => `the message for ${who} could not be sent${answer ? `: ${answer}` : ''}`,
  history: () => 'it happened in a backlog, and nothing is told before the backlog is through',
  shadow: (_, { rule }) => `rule ${rule} runs in shadow: it tells nobody`,
  shelved: (_, facts) => `somebody put the alarm away${because(facts)}`,
  maintenance: (_, facts) => `a maintenance window holds it back${because(facts)}`,
  probation: (_, facts) => `what it depends on has just come back, and it was not checked since${because(facts)}`,
  cause: (_, facts) => `it is a symptom of another alarm${because(facts)}`,
  inhibited: (_, facts) => `another alarm says the same${because(facts)}`,
  'not-an-incident': (_, { rule }) => `rule ${rule} opens no incidents`,
  'below-severity': (_, { rule, severity }) => `rule ${rule} opens incidents from severity ${severity} on`,
  attached: () => 'it joined an incident that was open already',
  'ended-by-people': () => 'people had ended its incident while it stood',
  'cleared-first': () => 'it was over before anybody was told',
  'no-route': (who) => `no route leads to ${who}`,
  'outside-hours': (who, facts) => `the route to ${who} rests at this time${because(facts)}`,
  grouped: (who, facts) => `it waits to be told to ${who} together with others${because(facts)}`,
  storm: (who) => `too many messages for ${who}: it is counted in a summary`,
  'channel-off': (_, { channel }) => `channel ${channel} is switched off`,
  acknowledged: () => 'somebody has acknowledged it',
  'not-carried': (_, { channel }) => `channel ${channel} does not carry this`,
  expired: () => 'it is too long ago: nothing is kept of it',
}
