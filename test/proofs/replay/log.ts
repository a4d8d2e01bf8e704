// The alarm log as lines that can be compared byte for byte: one per raise, change of severity and clear, in order of event
// time. A repetition is a count and no line; what people and our own reach say of alarms is not judged by rules and left out.
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { AlarmChange } from '#collector/alarms/alarm-change.ts'
import { type Alarm, alarmKeyOf } from '#shared/domain/alarm.ts'
import { SEVERITIES, severityRank } from '#shared/domain/severity.ts'

export interface Log {
  readonly lines: readonly string[]
  readonly hash: string
  readonly raises: number
  readonly clears: number
  readonly turns: number
}

export interface LogSource {
  add(alarm: Pick<Alarm, 'site' | 'device' | 'resource' | 'alarmType' | 'qualifier'>, step: Step): void
  log(): Log
}

interface Step {
  readonly action: 'raise' | 'turn' | 'clear'
  readonly at: number
  readonly severity: number
  readonly text: string
}

/** Rules that belong to no record: what the collector says of agents and sites. */
const OWN = /^(site\.unreachable|agent\.)/

export function createLog(): LogSource {
  const steps: { readonly key: string; readonly n: number; readonly step: Step }[] = []
  return {
    add(alarm, step) {
      if (!OWN.test(alarm.alarmType))
        steps.push({ key: alarmKeyOf(alarm).replaceAll('\u001f', ' / '), n: steps.length, step })
    },
    log() {
      const sorted = steps.toSorted(
        (a, b) => a.step.at - b.step.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.n - b.n),
      )
      const lines = sorted.map(({ key, step }) => {
        const { action, at, severity, text } = step
        return `${new Date(at).toISOString()} ${action} ${SEVERITIES[severity]} ${key} | ${text}`
      })
      const count = (action: Step['action']) => steps.filter(({ step }) => step.action === action).length
      const hash = createHash('sha256').update(lines.join('\n')).digest('hex')
      return { lines, hash, raises: count('raise'), clears: count('clear'), turns: count('turn') }
    },
  }
}

/** What the collector wrote while it ran: its alarm changes, each with the words of the trace line beside it. */
export function liveLog(file: string): Log {
  const db = new DatabaseSync(file, { readOnly: true })
  const alarms = new Map<string, Alarm>()
  for (const row of db.prepare('select id, doc from alarm').iterate())
    alarms.set(row.id as string, JSON.parse(row.doc as string) as Alarm)
  const texts = new Map<string, string[]>()
  for (const row of db
    .prepare("select alarm, doc from trace where decision in ('raise', 'clear') order by id")
    .iterate()) {
    const { inputs } = JSON.parse(row.doc as string) as { inputs: { text?: string } }
    const of = texts.get(row.alarm as string) ?? []
    texts.set(row.alarm as string, of)
    of.push(inputs.text ?? '')
  }
  const log = createLog()
  const severities = new Map<string, number>()
  const changes = db.prepare('select alarm, action, at, severity, note from alarm_change order by id')
  for (const row of changes.iterate()) {
    const id = row.alarm as string
    const severity = row.severity as number
    const before = severities.get(id)
    severities.set(id, severity)
    const turned = row.action === 'update' && row.note === '' && before !== severity
    const action = turned ? 'turn' : row.action === 'raise' || row.action === 'clear' ? row.action : undefined
    if (action === undefined) continue
    const text = texts.get(id)?.shift() ?? '(no trace)'
    log.add(alarms.get(id) as Alarm, { action, at: row.at as number, severity, text })
  }
  db.close()
  return log.log()
}

/** The same of a replay. */
export function addChange(log: LogSource, { alarm, action, at, was, note }: AlarmChange): void {
  const step = action === 'update' ? (was === undefined ? undefined : 'turn') : action
  if (step !== 'raise' && step !== 'clear' && step !== 'turn') return
  const text = step === 'clear' ? note : alarm.text
  log.add(alarm, { action: step, at, severity: severityRank(alarm.perceivedSeverity), text })
}

/** The first lines that differ, `-` live and `+` replayed. */
export function differingLines(live: Log, replayed: Log, most: number): string[] {
  const ours = new Set(live.lines)
  const theirs = new Set(replayed.lines)
  const found = [
    ...live.lines.filter((line) => !theirs.has(line)).map((line) => `- ${line}`),
    ...replayed.lines.filter((line) => !ours.has(line)).map((line) => `+ ${line}`),
  ]
  return found.sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1)).slice(0, most)
}
