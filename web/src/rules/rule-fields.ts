// Which fields a kind of condition has, so that the form needs to know none of them. What stands in no table is kept and can
// be changed as YAML.
import { type Draft, isDuration, listOf, listText, valueAt, withValue } from '../ui/draft.ts'

export type FieldKind = 'text' | 'number' | 'duration' | 'list' | 'flag' | 'choice' | 'tree' | 'code'

export interface RuleField {
  /** Below the condition, or from the top of the rule where it begins with a slash. */
  readonly path: string
  readonly kind: FieldKind
  readonly needed?: boolean
  readonly choices?: readonly string[]
  readonly example?: string
  /** Words are those of another field. */
  readonly as?: string
}

const METRIC: RuleField = { path: 'metric', kind: 'text', needed: true, example: 'cpu.load' }
const CLEAR: RuleField = { path: 'clear', kind: 'number' }

export const CONDITIONS: Readonly<Record<string, readonly RuleField[]>> = {
  threshold: [METRIC, { path: 'above', kind: 'number' }, { path: 'below', kind: 'number' }, CLEAR],
  rate: [
    METRIC,
    { path: 'within', kind: 'duration', needed: true, example: '30m' },
    { path: 'above', kind: 'number', as: 'rateAbove' },
    { path: 'below', kind: 'number', as: 'rateBelow' },
    { path: 'per', kind: 'choice', choices: ['second', 'minute', 'hour', 'day'] },
    { path: 'fellBy', kind: 'number' },
    { path: 'roseBy', kind: 'number' },
    CLEAR,
  ],
  baseline: [
    METRIC,
    { path: 'deviations', kind: 'number', example: '5' },
    { path: 'side', kind: 'choice', choices: ['both', 'above', 'below'] },
    { path: 'atLeast', kind: 'number' },
    { path: 'clear', kind: 'number', as: 'clearDeviations' },
    { path: 'weeks', kind: 'number', example: '4' },
  ],
  expression: [
    METRIC,
    { path: 'inputs', kind: 'tree', example: '{ inUse: { metric: if.in-octets } }' },
    { path: 'when', kind: 'code', needed: true, example: 'value > 90.0 && inUse > 0.0' },
    { path: 'clear', kind: 'code', as: 'clearWhen' },
    { path: 'stale', kind: 'duration', example: '15m' },
  ],
  state: [
    METRIC,
    { path: 'values', kind: 'list', needed: true, example: 'down, not-present' },
    { path: 'clearValues', kind: 'list', example: 'up' },
    { path: 'while', kind: 'tree', example: '{ metric: if.admin-status, values: [up] }' },
    { path: 'onceGood', kind: 'flag' },
  ],
  'no-data': [METRIC, { path: 'for', kind: 'duration', needed: true, example: '10m', as: 'silentFor' }],
  limits: [
    { path: 'metric', kind: 'list', example: 'cpu.load, memory.*', as: 'metrics' },
    { path: 'class', kind: 'list', example: 'temperature' },
    { path: 'override', kind: 'tree', example: '{ highWarning: 80, hysteresis: 5 }' },
    { path: 'default', kind: 'tree', example: '{ highWarning: 90 }' },
    { path: 'off', kind: 'flag' },
  ],
  states: [
    { path: 'metric', kind: 'list', example: 'env.fan-status*', as: 'metrics' },
    { path: 'class', kind: 'list' },
    { path: 'override', kind: 'tree', example: '{ degraded: minor }' },
    { path: 'default', kind: 'tree', example: '{ failed: major }' },
    { path: 'onceGood', kind: 'flag' },
    { path: 'off', kind: 'flag' },
  ],
  'event-match': [
    { path: 'match', kind: 'tree', needed: true, example: '{ kind: trap, trapOid: 1.3.6.1.6.3.1.1.5.3 }' },
    { path: 'clear', kind: 'tree', example: '{ kind: trap, trapOid: 1.3.6.1.6.3.1.1.5.4 }', as: 'clearMatch' },
  ],
  'event-count': [
    { path: 'match', kind: 'tree', needed: true, example: '{ kind: log, contains: "authentication failed" }' },
    { path: 'count', kind: 'number', example: '5' },
    { path: 'within', kind: 'duration', needed: true, example: '5m' },
    { path: 'expect', kind: 'choice', choices: ['seen', 'devices'] },
    { path: 'cancel', kind: 'tree', example: '{ kind: log, contains: "login succeeded" }' },
    { path: 'clear', kind: 'tree', as: 'clearMatch' },
  ],
}

/** A new rule of a kind: what only people know is left to fill in. */
export function newRule(kind = 'threshold'): Draft {
  return {
    id: '',
    title: { 'zh-CN': '', en: '' },
    selector: {},
    condition: { type: kind },
    for: '2m',
    severity: 'minor',
    alarmType: '',
    text: { 'zh-CN': '', en: '' },
    incident: { open: false },
  }
}

/** Another kind of condition: what both kinds have stays. */
export function withKind(draft: Draft, kind: string): Draft {
  const keys = (CONDITIONS[kind] ?? []).map((field) => field.path)
  const old = (valueAt(draft, 'condition') ?? {}) as Draft
  const kept = Object.entries(old).filter(([key]) => keys.includes(key))
  return withValue(draft, 'condition', { type: kind, ...Object.fromEntries(kept) })
}

export interface Wrong {
  readonly path: string
  readonly why: 'needed' | 'number' | 'duration' | 'id' | 'alarmType'
}

/** What cannot be meant, before anything is sent; the collector knows the rest. Paths as in the rule. */
export function wrongRule(draft: Draft): readonly Wrong[] {
  const wrong: Wrong[] = []
  const text = (path: string) => String(valueAt(draft, path) ?? '').trim()
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(text('id'))) wrong.push({ path: 'id', why: 'id' })
  const kind = text('condition.type')
  // profiles say it
  const own = kind !== 'limits' && kind !== 'states'
  const named = text('alarmType')
  if (own && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(named)) wrong.push({ path: 'alarmType', why: 'alarmType' })
  for (const key of own ? ['title', 'text'] : ['title']) if (!says(draft[key])) wrong.push({ path: key, why: 'needed' })
  for (const path of ['for', 'clearAfter']) if (!durationOk(valueAt(draft, path))) wrong.push({ path, why: 'duration' })
  for (const field of CONDITIONS[kind] ?? []) {
    const path = `condition.${field.path}`
    const value = valueAt(draft, path)
    if (value === undefined || value === '') {
      if (field.needed) wrong.push({ path, why: 'needed' })
    } else if (field.kind === 'number' && typeof value !== 'number') wrong.push({ path, why: 'number' })
    else if (field.kind === 'duration' && !durationOk(value)) wrong.push({ path, why: 'duration' })
  }
  return wrong
}

/** As it is sent: a text written in one language only is one text for both. */
export function ruleToSend(draft: Draft): Draft {
  const one = (value: unknown) => {
    if (value === null || typeof value !== 'object') return value
    const { en = '', 'zh-CN': zh = '' } = value as { en?: string; 'zh-CN'?: string }
    if (en.trim() === '' || zh.trim() === '') return en.trim() || zh.trim() || undefined
    return { 'zh-CN': zh.trim(), en: en.trim() }
  }
  const { title, text, ...rest } = draft
  return Object.fromEntries(
    Object.entries({ ...rest, title: one(title), text: one(text) }).filter(([, value]) => value !== undefined),
  )
}

/** The text in the reader's language, where there are two. */
export function textIn(value: unknown, language: string): string {
  if (typeof value === 'string') return value
  if (value === null || typeof value !== 'object') return ''
  const texts = value as Readonly<Record<string, string>>
  return (language === 'zh-CN' ? texts['zh-CN'] : texts.en) || texts.en || texts['zh-CN'] || ''
}

export const LIST = {
  write: listText,
  read: (text: string) => {
    const list = listOf(text)
    return list.length === 0 ? undefined : list
  },
}

function says(value: unknown): boolean {
  return textIn(value, 'en').trim() !== ''
}

function durationOk(value: unknown): boolean {
  return value === undefined || value === '' || typeof value === 'number' || isDuration(String(value))
}
