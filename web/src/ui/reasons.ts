// Why the collector decided as it did, in the reader's language. Reasons come as sentences, some of them put together; one
// that is not known here, or has become another, is shown as it came (reasons.test.ts reads the collector's own).
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaid } from './said.ts'

export const REASONS = {
  ruleSays: /^the rule says so$/,
  nowWas: /^now (?<now>\w+), was (?<was>\w+)$/,
  opens: /^rule (?<rule>\S+) opens incidents$/,
  reopened: /^reopened: within the time its rule gives$/,
  byPeople: /^people put it there$/,
  sameDevice: /^an incident of the same device is open$/,
  ofWhatHolds: /^a symptom of what holds it back$/,
  goesOn: /^is a symptom; goes on in incident (?<number>\d+)$/,
  noSymptom: /^is no symptom any more$/,
  allCleared: /^all alarms are cleared for as long as the rule asks$/,
  noLonger: /^no longer held back: (?<gate>[\w-]+)$/,
  noRoute: /^no route leads anywhere for it$/,
  outsideHours: /^outside the hours of route (?<route>\S+) \((?<zone>[^)]+)\)$/,
  waitsForHours: /^outside the hours of route (?<route>\S+) \((?<zone>[^)]+)\); waits until they begin$/,
  byRoute: /^route (?<route>\S+?)(?:, within its hours)?$/,
  everyChannel: /^no routes: every channel$/,
  channelOff: /^the channel is switched off$/,
  noSuchChannel: /^no such channel$/,
  notCarried: /^the (?:channel|route) does not carry "(?<transition>\w+)"$/,
  toldBefore: /^told before; its end was not$/,
  toldItsEnd: /^was told that it was over$/,
  elsewhere: /^routes lead elsewhere by now$/,
  answersAbove: /^what it depends on answers$/,
  powerNotAsked: /^its source of power was not asked since it failed$/,
  starting: /^it has power again, and is given time to start$/,
  linkDown: /^the link that leads to it is down$/,
  aboveNotChecked: /^what it depends on was not checked since it failed$/,
  aboveBack: /^what it depends on has come back, and it was not checked since$/,
  portStale: /^its cause is over, and the port was not polled since$/,
  peopleWork: /^people work on it$/,
  peopleWorked: /^it failed before, and people work on it$/,
  noPower: /^(?<name>.+) gives it no power$/,
  othersNotChecked: /^others that depend on (?<name>.+) were not checked since it failed$/,
  noWay: /^no way to it is known$/,
  noCauseAlarm: /^its cause has no alarm$/,
  everyWay: /^(?<name>.+) fails, and every way to it goes there$/,
  allFed: /^all (?<n>\d+) devices fed by (?<name>.+) fail at once$/,
  allBehind: /^all (?<n>\d+) devices that only (?<name>.+) leads to fail at once; .+ answers itself$/,
  allBehindUnwatched: /^all (?<n>\d+) devices that only (?<name>.+) leads to fail at once; .+ is not watched itself$/,
} as const satisfies Readonly<Record<string, RegExp>>

type Reason = keyof typeof REASONS

/** Sentences around another one, which is `rest`. */
export const AROUND = {
  inBacklog: /^(?<rest>.+), in the history of a backlog$/,
  nobodyTold: /^(?:opened|joined|worse|reopened): nobody is told: (?<rest>.+)$/,
  waits: /^(?:opened|joined|worse|reopened): (?<recipient>.+?) waits: (?<rest>.+)$/,
  overFirst: /^it was over before it was told; it waited: (?<rest>.+)$/,
} as const satisfies Readonly<Record<string, RegExp>>

/** A gate, or what of an incident is told to whom, before the reason. */
const BEFORE = /^(?<head>maintenance|cause|probation|inhibited|shelved|history|shadow): (?<rest>.+)$/s
const TOLD =
  /^(?<transition>opened|joined|worse|reopened|cleared|resolved|reminder|summary): (?<recipient>[^:]+)(?:: (?<rest>.+))?$/

export function reasonOf(text: string): readonly [Reason, Readonly<Record<string, string>>] | undefined {
  for (const key of Object.keys(REASONS) as Reason[]) {
    const found = REASONS[key].exec(text)
    if (found) return [key, { ...found.groups }]
  }
  return undefined
}

export function useReason(): (text: string) => string {
  const { t } = useTranslation()
  const said = useSaid()
  return useMemo(() => (text) => wordsOf(text, t, said), [t, said])
}

/** Pure. `said` knows other sentences of the collector. */
export function wordsOf(text: string, t: TFunction, said: (text: string) => string): string {
  const gate = BEFORE.exec(text)?.groups
  if (gate?.rest !== undefined) return wordsOf(gate.rest, t, said)
  const known = reasonOf(text)
  if (known) return t(`reason.${known[0]}`, worded(known[1], t))
  for (const key of Object.keys(AROUND) as (keyof typeof AROUND)[]) {
    const found = AROUND[key].exec(text)?.groups
    if (found?.rest !== undefined)
      return t(`reason.${key}`, { recipient: found.recipient, rest: wordsOf(found.rest, t, said) })
  }
  const told = TOLD.exec(text)?.groups
  if (told !== undefined) {
    const head = t('reason.toldOf', { what: t(`transition.${told.transition}`), recipient: told.recipient })
    return told.rest === undefined ? head : t('reason.but', { head, rest: wordsOf(told.rest, t, said) })
  }
  return said(text)
}

function worded(names: Readonly<Record<string, string>>, t: TFunction): Record<string, string> {
  const { now, was, gate, transition } = names
  return {
    ...names,
    ...(now === undefined ? {} : { now: t(`severity.${now}`, { defaultValue: now }) }),
    ...(was === undefined ? {} : { was: t(`severity.${was}`, { defaultValue: was }) }),
    ...(gate === undefined ? {} : { gate: t(`gate.${gate}`, { defaultValue: gate }) }),
    ...(transition === undefined ? {} : { transition: t(`transition.${transition}`, { defaultValue: transition }) }),
  }
}
