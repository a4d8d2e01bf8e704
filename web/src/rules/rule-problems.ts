// What is wrong with a rule that is being written, from three sides: the form, the preview, and the collector on saving.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RulePreview } from '#shared/http/rules.ts'
import { ApiFailure } from '../api/client.ts'
import { type Draft, valueAt } from '../ui/draft.ts'
import { useSaid } from '../ui/said.ts'
import { CONDITIONS, ruleToSend, textIn, wrongRule } from './rule-fields.ts'

export interface Problem {
  readonly path: string
  readonly message: string
}

export interface RuleProblems {
  readonly list: readonly Problem[]
  /** What has no field of its own. */
  readonly elsewhere: readonly Problem[]
  /** How many the form itself knows: it is not sent while there are any. */
  readonly own: number
  /** The collector refused, and not because of a field. */
  readonly isGeneral: boolean
}

export function useRuleProblems(of: {
  readonly draft: Draft
  readonly pressed: boolean
  readonly preview: RulePreview | undefined
  readonly failure: unknown
}): RuleProblems {
  const { t } = useTranslation()
  const said = useSaid()
  const { draft, pressed, preview, failure } = of
  return useMemo(() => {
    const wrong = wrongRule(draft)
    const own = wrong
      .filter(({ path, why }) => pressed || why === 'number' || why === 'duration' || filled(draft, path))
      .map(({ path, why }) => ({ path, message: t(`ruleWrong.${why}`) }))
    const details = failure instanceof ApiFailure ? failure.details : []
    // asked for where the rule is saved
    const told = details.filter(({ path }) => path !== 'untested')
    const list = [
      ...own,
      ...(preview?.problems ?? []).filter(({ path }) => !isMissing(draft, plain(path))),
      ...told,
    ].map(({ path, message }) => ({ path: plain(path), message: said(message) }))
    const fields = fieldsOf(draft)
    const elsewhere = list.filter(({ path }) => !fields.some((field) => within(path, field)))
    return { list, elsewhere: unique(elsewhere), own: wrong.length, isGeneral: failure != null && details.length === 0 }
  }, [draft, pressed, preview, failure, t, said])
}

/** The first thing wrong at the field `path` or below it. */
export function problemIn({ list }: RuleProblems, path: string): string | undefined {
  return list.find((one) => within(one.path, path))?.message
}

/**
 * A rule to be looked at before it is complete: names and texts that do not matter for what it selects are filled in.
 * null: it has no condition yet.
 */
export function ruleToTry(draft: Draft): Draft | null {
  const sent = ruleToSend(draft)
  const kind = String(valueAt(draft, 'condition.type') ?? '')
  const needed = (CONDITIONS[kind] ?? []).filter((field) => field.needed)
  if (needed.some((field) => valueAt(draft, `condition.${field.path}`) === undefined)) return null
  const byProfile = kind === 'limits' || kind === 'states'
  return {
    ...sent,
    id: /^[a-z0-9][a-z0-9-]{0,62}$/.test(String(sent.id ?? '')) ? sent.id : 'not-yet',
    title: sent.title ?? 'not yet',
    ...(byProfile ? {} : { text: sent.text ?? 'not yet', alarmType: sent.alarmType || 'not.yet' }),
  }
}

function fieldsOf(draft: Draft): string[] {
  const kind = String(valueAt(draft, 'condition.type') ?? '')
  const own = (CONDITIONS[kind] ?? []).map((field) => `condition.${field.path}`)
  const selector = ['customers', 'sites', 'devices', 'profiles', 'classes', 'resources', 'notResources', 'tags']
  return [
    ...['id', 'title', 'text', 'severity', 'alarmType', 'for', 'clearAfter', 'resource', 'qualifier', 'condition.type'],
    ...['incident.impact', 'incident.urgency', 'incident.reopenWithin', 'incident.atLeast'],
    ...selector.map((key) => `selector.${key}`),
    ...own,
  ]
}

function plain(path: string): string {
  return path.replace(/^rule\.?/, '')
}

function within(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`)
}

function filled(draft: Draft, path: string): boolean {
  const value = valueAt(draft, path)
  return typeof value === 'object' ? textIn(value, 'en') !== '' : value !== undefined && value !== ''
}

/** Nobody is told that a field is wrong which was not filled in yet. */
function isMissing(draft: Draft, path: string): boolean {
  return path !== '' && !path.startsWith('condition') && !filled(draft, path.split('.')[0] ?? '')
}

function unique(list: readonly Problem[]): Problem[] {
  return [...new Map(list.map((one) => [`${one.path} ${one.message}`, one])).values()]
}
