// A trap definition between what is kept and what a person fills in.
import type { TrapDefinitionBody } from '#shared/http/traps.ts'

export type Language = 'en' | 'zh-CN'

export interface VarbindForm {
  readonly oid: string
  readonly name: string
  /** `1=ok, 2=failed`. */
  readonly labels: string
}

export interface DefinitionForm {
  readonly name: string
  readonly vendor: string
  readonly category: TrapDefinitionBody['category']
  readonly severity: TrapDefinitionBody['severity']
  readonly text: Readonly<Record<Language, string>>
  readonly varbinds: readonly VarbindForm[]
  readonly alarm: 'none' | 'raise' | 'event'
  readonly alarmType: string
  readonly alarmSeverity: NonNullable<TrapDefinitionBody['alarm']>['severity']
  readonly resource: string
  readonly key: string
  readonly clearedBy: string
  readonly autoClearAfter: string
  readonly opensIncident: boolean
  /** Only when this varbind ... */
  readonly whenVarbind: string
  /** ... has one of these values, apart by commas. */
  readonly whenValues: string
}

export function formOfDefinition(body: TrapDefinitionBody): DefinitionForm {
  const { alarm } = body
  const [condition] = alarm?.when ?? []
  return {
    ...{ name: body.name, vendor: body.vendor, category: body.category, severity: body.severity },
    text: body.description,
    varbinds: body.varbinds.map((one) => ({
      ...{ oid: one.oid, name: one.name },
      labels: Object.entries(one.enum ?? {})
        .map(([value, label]) => `${value}=${label}`)
        .join(', '),
    })),
    alarm: alarm?.type ?? 'none',
    alarmType: alarm?.alarmType ?? '',
    alarmSeverity: alarm?.severity ?? 'major',
    resource: alarm?.resource ?? '',
    key: alarm?.key ?? '',
    clearedBy: alarm?.clearedBy ?? '',
    autoClearAfter: alarm?.autoClearAfter ?? '',
    opensIncident: alarm?.opensIncident ?? false,
    whenVarbind: condition?.varbind ?? '',
    whenValues: (condition?.in ?? []).join(', '),
  }
}

export type WrongField =
  | 'name'
  | 'text'
  | 'alarmType'
  | 'clearedBy'
  | 'autoClearAfter'
  | 'whenValues'
  | `varbind.${number}`

/** Fields whose text cannot be meant, before anything is sent. */
export function wrongDefinition(form: DefinitionForm): ReadonlySet<WrongField> {
  const wrong = new Set<WrongField>()
  if (form.name.trim() === '') wrong.add('name')
  form.varbinds.forEach(({ name, labels }, i) => {
    const once = form.varbinds.filter((one) => one.name === name).length === 1
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) || !once || labelsOf(labels) === undefined)
      wrong.add(`varbind.${i}`)
  })
  if (form.alarm === 'none') return wrong
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(form.alarmType.trim())) wrong.add('alarmType')
  if (form.alarm === 'raise' && form.clearedBy.trim() !== '' && !/^\d+(\.\d+)+$/.test(form.clearedBy.trim()))
    wrong.add('clearedBy')
  if (form.autoClearAfter.trim() !== '' && !/^\d{1,6}\s*[smhd]$/.test(form.autoClearAfter.trim()))
    wrong.add('autoClearAfter')
  if (form.whenVarbind !== '' && form.whenValues.trim() === '') wrong.add('whenValues')
  return wrong
}

/** A text written in one language only stands for both. */
export function definitionOf(form: DefinitionForm): TrapDefinitionBody {
  const text = {
    en: form.text.en.trim() || form.text['zh-CN'].trim(),
    'zh-CN': form.text['zh-CN'].trim() || form.text.en.trim(),
  }
  return {
    ...{ name: form.name.trim(), vendor: form.vendor.trim(), category: form.category, severity: form.severity },
    description: text,
    varbinds: form.varbinds.map(({ oid, name, labels }) => {
      const known = labelsOf(labels) ?? {}
      return { oid, name, ...(Object.keys(known).length === 0 ? {} : { enum: known }) }
    }),
    alarm: form.alarm === 'none' ? null : alarmOf(form, form.alarm, text),
  }
}

function alarmOf(form: DefinitionForm, type: 'raise' | 'event', text: TrapDefinitionBody['description']) {
  const wait = form.autoClearAfter.replace(/\s/g, '')
  const values = form.whenValues
    .split(/[,，、]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return {
    ...{ type, alarmType: form.alarmType.trim(), severity: form.alarmSeverity, text },
    ...{ resource: form.resource.trim(), key: form.key.trim(), opensIncident: form.opensIncident },
    ...(wait === '' ? {} : { autoClearAfter: wait }),
    ...(type === 'event' || form.clearedBy.trim() === '' ? {} : { clearedBy: form.clearedBy.trim() }),
    ...(form.whenVarbind === '' ? {} : { when: [{ varbind: form.whenVarbind, in: values.map(comparable) }] }),
  }
}

/** Numbers are compared as numbers. */
function comparable(text: string): string | number {
  return /^-?\d{1,10}$/.test(text) ? Number(text) : text
}

/** `1=ok, 2=failed`; undefined when it is not like that. */
function labelsOf(text: string): Record<string, string> | undefined {
  const pairs = text
    .split(/[,，、]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => /^(-?\d{1,10})\s*=\s*(.{1,64})$/.exec(pair))
  if (pairs.some((pair) => pair === null)) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', (pair?.[2] ?? '').trim()]))
}
