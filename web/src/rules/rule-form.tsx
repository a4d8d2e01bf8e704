// The form of a rule: what it looks at, when it is a fault, what then.
import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { knownAlarmTypes } from '#shared/domain/alarm-types.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'
import { valueAt, withValue } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { BELOW } from '../ui/typed-input.tsx'
import { useWords } from '../ui/words.ts'
import { RuleFieldInput, type RuleForm } from './rule-field-input.tsx'
import { CONDITIONS, type RuleField, withKind } from './rule-fields.ts'
import { SelectorFields } from './selector-fields.tsx'

const HOLD: readonly RuleField[] = [
  { path: 'for', kind: 'duration', example: '2m' },
  { path: 'clearAfter', kind: 'duration', example: '1m' },
]
const NAMES: readonly RuleField[] = [
  { path: 'resource', kind: 'text', example: 'fan:{{fan}}' },
  { path: 'qualifier', kind: 'text' },
]
const INCIDENT: readonly RuleField[] = [
  { path: 'impact', kind: 'choice', choices: ['high', 'medium', 'low'] },
  { path: 'urgency', kind: 'choice', choices: ['high', 'medium', 'low'] },
  { path: 'reopenWithin', kind: 'duration', example: '5m' },
]

export interface RuleFormProps {
  readonly form: RuleForm
  /** A new rule: its id can still be chosen. */
  readonly isNew: boolean
}

export function RuleFormFields({ form, isNew }: RuleFormProps) {
  const { t } = useTranslation()
  const words = useWords()
  const types = useId()
  const { draft, change, problemOf, isFixed } = form
  const kind = String(valueAt(draft, 'condition.type') ?? '')
  const byProfile = kind === 'limits' || kind === 'states'
  const isLog = JSON.stringify(valueAt(draft, 'condition.match') ?? '').includes('"log"')
  const severities = [...SEVERITY_ORDER, ...(byProfile ? ['by-profile'] : []), ...(isLog ? ['by-log'] : [])]
  const opens = valueAt(draft, 'incident.open') === true
  return (
    <>
      <div className={page.pair}>
        <Texts form={form} path="title" label={t('rule.title')} />
        <TextInput
          label={t('site.id')}
          inputWrapperOrder={BELOW}
          description={isNew ? t('rule.idHint') : undefined}
          required
          disabled={isFixed || !isNew}
          classNames={{ input: 'mono' }}
          value={String(draft.id ?? '')}
          error={problemOf('id')}
          onChange={(event) => change({ ...draft, id: event.currentTarget.value })}
        />
      </div>
      <fieldset className={page.fieldset}>
        <legend>{t('rule.about')}</legend>
        <SelectorFields form={form} under="selector" />
      </fieldset>
      <fieldset className={page.fieldset}>
        <legend>{t('rule.when')}</legend>
        <NativeSelect
          aria-label={t('rule.kind')}
          disabled={isFixed}
          value={kind}
          error={problemOf('condition.type')}
          description={t(`conditionHint.${kind}`, { defaultValue: '' }) || undefined}
          inputWrapperOrder={BELOW}
          onChange={(event) => change(withKind(draft, event.currentTarget.value))}
          data={Object.keys(CONDITIONS).map((value) => ({ value, label: t(`condition.${value}`) }))}
        />
        <div className={page.pair}>
          {(CONDITIONS[kind] ?? []).map((field) => (
            <RuleFieldInput key={`${kind} ${field.path}`} form={form} field={field} under="condition" />
          ))}
          {HOLD.map((field) => (
            <RuleFieldInput key={field.path} form={form} field={field} under="" />
          ))}
        </div>
      </fieldset>
      <fieldset className={page.fieldset}>
        <legend>{t('rule.then')}</legend>
        <div className={page.pair}>
          <NativeSelect
            label={t('column.severity')}
            disabled={isFixed}
            value={String(draft.severity ?? '')}
            error={problemOf('severity')}
            onChange={(event) => change(withValue(draft, 'severity', event.currentTarget.value))}
            data={severities.map((value) => ({
              value,
              label: value.startsWith('by-') ? t(`ruleSeverity.${value}`) : t(`severity.${value}`),
            }))}
          />
          <TextInput
            label={t('rule.alarmType')}
            inputWrapperOrder={BELOW}
            description={words.alarmType(String(draft.alarmType ?? ''))}
            list={types}
            disabled={isFixed}
            classNames={{ input: 'mono' }}
            value={String(draft.alarmType ?? '')}
            error={problemOf('alarmType')}
            onChange={(event) => change({ ...draft, alarmType: event.currentTarget.value })}
          />
          <Texts form={form} path="text" label={t('rule.text')} hint={t('rule.textHint', TEXT_NAMES)} />
          {NAMES.map((field) => (
            <RuleFieldInput key={field.path} form={form} field={field} under="" />
          ))}
        </div>
        <Checkbox
          size="xs"
          label={t('rule.opens')}
          disabled={isFixed}
          checked={opens}
          onChange={(event) => change(withValue(draft, 'incident.open', event.currentTarget.checked))}
        />
        {opens ? (
          <div className={page.pair}>
            <NativeSelect
              label={t('rule.opensFrom')}
              disabled={isFixed}
              value={String(valueAt(draft, 'incident.atLeast') ?? '')}
              onChange={(event) => change(withValue(draft, 'incident.atLeast', event.currentTarget.value))}
              data={[
                { value: '', label: t('rule.anySeverity') },
                ...SEVERITY_ORDER.map((value) => ({ value, label: t(`severity.${value}`) })),
              ]}
            />
            {INCIDENT.map((field) => (
              <RuleFieldInput key={field.path} form={form} field={field} under="incident" />
            ))}
          </div>
        ) : null}
        <datalist id={types}>
          {knownAlarmTypes().map((type) => (
            <option key={type} value={type} label={words.alarmType(type)} />
          ))}
        </datalist>
      </fieldset>
    </>
  )
}

const TEXT_NAMES = { device: '{{device}}', value: '{{value}}', interface: '{{interface}}' }

/** A text in two languages; one that was written in one only is offered for both. */
function Texts({ form, path, label, hint }: { form: RuleForm; path: string; label: string; hint?: string }) {
  const { t } = useTranslation()
  const value = form.draft[path]
  const texts = typeof value === 'string' ? { en: value, 'zh-CN': value } : ((value ?? {}) as Record<string, string>)
  const set = (language: 'en' | 'zh-CN', text: string) =>
    form.change({ ...form.draft, [path]: { 'zh-CN': texts['zh-CN'] ?? '', en: texts.en ?? '', [language]: text } })
  return (['zh-CN', 'en'] as const).map((language, i) => (
    <TextInput
      key={language}
      label={`${label} (${t(`language.short.${language}`)})`}
      inputWrapperOrder={BELOW}
      description={i === 0 ? hint : undefined}
      disabled={form.isFixed}
      maxLength={500}
      value={texts[language] ?? ''}
      error={i === 0 ? form.problemOf(path) : undefined}
      onChange={(event) => set(language, event.currentTarget.value)}
    />
  ))
}
