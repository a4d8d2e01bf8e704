// One back-test: a rule, and the one of the same id that holds now, over the same records; beside them what really happened.
import { BACK_TEST_LISTED, type BackTestNote, type BackTestResult, type WouldBeAlarm } from '#shared/http/back-tests.ts'
import type { DefinedRule, Rule } from '../rules/rule.ts'
import { compileSelector } from '../rules/selector.ts'
import type { History, PastIncident } from './history.ts'
import { lackingIn, type Overlap, overlapOf } from './overlap.ts'
import { placesOf, type ReplayProgress, replay } from './replay.ts'
import { insideWindows } from './windows-then.ts'
import { createWouldBeAlarms, figuresOf, opensBy, type WouldBe } from './would-be.ts'

export interface BackTestAsk {
  readonly rule: Rule
  /** The rule of this id that holds now; null: there is none, or it is switched off. */
  readonly current: Rule | null
  readonly from: number
  readonly to: number
  readonly language: 'zh-CN' | 'en'
}

type Opens = (one: WouldBe) => boolean

const HOUR_MS = 3_600_000
/** What runs at the begin of the period is looked for no longer than this. */
const LONGEST_WARM_UP_MS = 24 * HOUR_MS
const MAX_INCIDENTS = 20_000
const LISTED_BESIDE = 100
const LISTED_INCIDENTS = 500

/** Every `yield` is the end of a short step. Nothing of it changes anything. */
export function* backTest(history: History, ask: BackTestAsk): Generator<ReplayProgress, BackTestResult> {
  const { rule, current, language } = ask
  const from = Math.floor(ask.from)
  const to = Math.floor(ask.to)
  const rules = [rule, ...(current ? [current] : [])]
  const sets = rules.map((one) => ({ rules: [defined(one)] }))
  const found = sets.map(() => createWouldBeAlarms(from))
  const warmUpMs = Math.max(...rules.map(warmUpOf))
  const end = yield* replay(history, { from, to, warmUpMs, language, sets }, (set, change) => found[set]?.add(change))
  const alarms = found.map((one) => one.all())
  const incidents = history.incidents(from, to, MAX_INCIDENTS)
  const overlaps = alarms.map((of) => overlapOf(of, incidents))
  const inWindow = insideWindows(history.windows(), placesOf(history))
  const opens = rules.map((one) => opensBy(one.incident))
  const figures = alarms.map((of, i) =>
    figuresOf(of, { from, to }, { opening: opens[i] as Opens, inWindow }, (overlaps[i] as Overlap).noise),
  )
  const rows = (of: readonly WouldBe[], set: number, most: number): WouldBeAlarm[] =>
    of.slice(0, most).map((one) => ({
      ...rowOf(one, opens[set]?.(one) ?? false, overlaps[set] as Overlap),
      inWindow: inWindow(one),
    }))
  const [ours = [], theirs] = alarms
  const added = theirs && lackingIn(ours, theirs)
  const gone = theirs && lackingIn(theirs, ours)
  const overlap = overlaps[0] as Overlap
  const { samples, events, series, devices } = end
  return {
    notes: notesOf(history, from, to, end.leftOut + found.reduce((sum, one) => sum + one.leftOut, 0), samples + events),
    read: { samples, events, series, devices },
    candidate: figures[0] as (typeof figures)[number],
    current: figures[1] ?? null,
    alarms: rows(ours, 0, BACK_TEST_LISTED),
    caught: incidents.flatMap((one) => caughtBy(one, overlap.first(one))).slice(0, LISTED_INCIDENTS),
    missed: incidents
      .filter((one) => overlap.first(one) === undefined && isMeant(one, rule, history))
      .map(shown)
      .slice(0, LISTED_INCIDENTS),
    compared:
      added === undefined || gone === undefined
        ? null
        : {
            same: ours.length - added.length,
            added: added.length,
            gone: gone.length,
            addedAlarms: rows(added, 0, LISTED_BESIDE),
            goneAlarms: rows(gone, 1, LISTED_BESIDE),
          },
  }
}

/** So long a rule looks back: what began before the period is known at its begin. */
function warmUpOf({ condition, overrides, ...rule }: Rule): number {
  // what is usual is learned over weeks
  if (condition.type === 'baseline') return (condition.weeks * 7 + 1) * 24 * HOUR_MS
  const window = 'within' in condition ? (condition.within ?? 0) : 0
  const silence = condition.type === 'no-data' ? condition.for : 0
  const hold = Math.max(...[rule, ...overrides].map((one) => (one.for ?? 0) + (one.clearAfter ?? 0)))
  return Math.min(LONGEST_WARM_UP_MS, HOUR_MS + window + silence + hold)
}

/** Switched on and told, whatever it is now: what it would say is asked. */
const defined = (rule: Rule): DefinedRule => ({
  rule: { ...rule, enabled: true, shadow: false },
  origin: { kind: 'database' },
})

/** An incident that this rule opened, or one of the same kind of fault where the rule looks. */
function isMeant({ rule: openedBy, alarmType, site, device }: PastIncident, rule: Rule, history: History): boolean {
  if (openedBy === rule.id) return true
  return alarmType === rule.alarmType && compileSelector(rule.selector, placesOf(history)).place(site, device)
}

const shown = ({ id, number, title, site, device, openedAt }: PastIncident) => ({
  ...{ id, number, title, site, device, openedAt },
})

function caughtBy(incident: PastIncident, first: WouldBe | undefined) {
  if (first === undefined) return []
  const { raisedAt } = first
  return [{ ...shown(incident), raisedAt, earlier: incident.openedAt - raisedAt }]
}

function rowOf(one: WouldBe, opens: boolean, overlap: Overlap): WouldBeAlarm {
  const { customer, site, device, resource, alarmType, qualifier } = one.alarm
  const { severity, text, raisedAt, clearedAt } = one
  const incidents = overlap.of(one).map(({ id, number }) => ({ id, number }))
  return {
    ...{ customer, site, device, resource, alarmType, qualifier },
    ...{ severity, text, raisedAt, clearedAt, opens, incidents },
  }
}

function notesOf(history: History, from: number, to: number, leftOut: number, read: number): BackTestNote[] {
  const notes: BackTestNote[] = []
  const note = (code: BackTestNote['code'], at: number | null = null, count: number | null = null) =>
    void notes.push({ code, at, count })
  const rawFrom = history.rawFrom()
  if (rawFrom !== null && rawFrom > from) note('no-raw-before', rawFrom)
  const eventsFrom = history.eventsFrom()
  if (eventsFrom !== null && eventsFrom > from) note('no-events-before', eventsFrom)
  const lost = history.losses(from, to).reduce((sum, loss) => sum + loss.count, 0)
  if (lost > 0) note('records-lost', null, lost)
  if (leftOut > 0) note('too-many', null, leftOut)
  if (read === 0) note('nothing-selected')
  note('places-as-now')
  return notes
}
