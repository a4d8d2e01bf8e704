// "Make a definition": a name, a sentence, and the alarm it raises. Tried on what is stored before it is kept.
import { Button, Checkbox, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { knownAlarmTypes } from '#shared/domain/alarm-types.ts'
import type { TrapPreview, UnknownTrapDetail } from '#shared/http/traps.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'
import { send } from '../api/client.ts'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { useSay } from '../ui/say.ts'
import { useWords } from '../ui/words.ts'
import {
  type DefinitionForm,
  definitionOf,
  formOfDefinition,
  type Language,
  wrongDefinition,
} from './definition-form.ts'
import { DefinitionPreview } from './definition-preview.tsx'
import { trapPath } from './event-queries.ts'
import { LEVELS } from './event-words.ts'
import css from './events.module.css'

const CATEGORIES = [
  ...(['state_change', 'config_change', 'security', 'auth', 'license', 'mobility', 'diagnostic', 'unknown'] as const),
]
/** So that fields with and without a hint stand in one line. */
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
const ALARMS = ['none', 'raise', 'event'] as const

export function DefinitionEditor({ detail, onSaved }: { detail: UnknownTrapDetail; onSaved(): void }) {
  const { t, i18n } = useTranslation()
  const say = useSay()
  const said = useSaid()
  const path = trapPath(detail.row.oid)
  const [form, setForm] = useState(() => formOfDefinition(detail.draft))
  const language: Language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
  const wrong = wrongDefinition(form)
  const preview = useMutation({
    mutationFn: () => send<TrapPreview>('POST', `${path}/preview`, { definition: definitionOf(form) }),
  })
  const save = useMutation({
    mutationFn: () => send('POST', `${path}/definition`, { definition: definitionOf(form) }),
    onSuccess: () => {
      say.done(t('definition.saved', { name: form.name }))
      onSaved()
    },
  })
  const shown = ['definition.name', 'definition.alarm.alarmType', 'definition.alarm.clearedBy']
  const problems = problemsOf(save.error ?? preview.error, shown, said)
  const set = (change: Partial<DefinitionForm>) => setForm((old) => ({ ...old, ...change }))
  function submit(event: FormEvent) {
    event.preventDefault()
    if (wrong.size === 0) save.mutate()
  }
  return (
    <Panel title={t('definition.title')}>
      <form className={page.body} onSubmit={submit} noValidate>
        <p className={page.hint}>{t('definition.hint')}</p>
        <div className={page.pair}>
          <TextInput
            label={t('definition.name')}
            value={form.name}
            error={wrong.has('name') ? t('definition.needed') : problems.of('definition.name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('events.vendor')}
            value={form.vendor}
            onChange={(event) => set({ vendor: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('events.category')}
            value={form.category}
            onChange={(event) => set({ category: event.currentTarget.value as DefinitionForm['category'] })}
            data={CATEGORIES.map((value) => ({ value, label: t(`trapCategory.${value}`) }))}
          />
          <NativeSelect
            label={t('events.level')}
            value={form.severity}
            onChange={(event) => set({ severity: event.currentTarget.value as DefinitionForm['severity'] })}
            data={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))}
          />
        </div>
        <Names form={form} set={set} />
        <TextInput
          label={t('definition.text')}
          description={t('definition.textHint', { example: '{{name}}' })}
          value={form.text[language]}
          onChange={(event) => set({ text: { ...form.text, [language]: event.currentTarget.value } })}
        />
        <div className={css.chips}>
          {[...form.varbinds.map((one) => one.name), 'device', 'interface'].map((name) => (
            <Button
              key={name}
              size="compact-xs"
              variant="default"
              aria-label={t('definition.insert', { name })}
              onClick={() =>
                set({ text: { ...form.text, [language]: `${form.text[language]} {{${name}}}`.trimStart() } })
              }
            >
              {`{{${name}}}`}
            </Button>
          ))}
        </div>
        <AlarmFields form={form} set={set} wrong={wrong} problemOf={problems.of} />
        {preview.data ? <DefinitionPreview preview={preview.data} /> : null}
        <FormProblem failure={save.error ?? preview.error} problems={problems} />
        <div className={page.buttons}>
          <Button type="submit" loading={save.isPending} disabled={wrong.size > 0}>
            {t('action.save')}
          </Button>
          <Button
            variant="default"
            loading={preview.isPending}
            disabled={wrong.size > 0}
            onClick={() => preview.mutate()}
          >
            {t('definition.try')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

interface FieldProps {
  readonly form: DefinitionForm
  set(change: Partial<DefinitionForm>): void
}

/** What the values are called. */
function Names({ form, set }: FieldProps) {
  const { t } = useTranslation()
  const wrong = wrongDefinition(form)
  if (form.varbinds.length === 0) return null
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('definition.values')}</legend>
      <div className={css.names}>
        {form.varbinds.map((one, i) => {
          const change = (next: Partial<typeof one>) =>
            set({ varbinds: form.varbinds.map((old, j) => (j === i ? { ...old, ...next } : old)) })
          return (
            <div key={one.oid}>
              <TextInput
                aria-label={t('definition.valueName', { oid: one.oid })}
                description={<span className="mono">{one.oid}</span>}
                inputWrapperOrder={['input', 'description', 'error']}
                value={one.name}
                error={wrong.has(`varbind.${i}`) ? t('definition.wrong.varbind') : undefined}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <TextInput
                aria-label={t('definition.valueLabels', { oid: one.oid })}
                placeholder={t('definition.labelsExample')}
                value={one.labels}
                onChange={(event) => change({ labels: event.currentTarget.value })}
              />
            </div>
          )
        })}
      </div>
    </fieldset>
  )
}

function AlarmFields(props: FieldProps & { wrong: ReadonlySet<string>; problemOf(path: string): string | undefined }) {
  const { form, set, wrong, problemOf } = props
  const { t } = useTranslation()
  const words = useWords()
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('definition.alarm')}</legend>
      <SegmentedControl
        size="xs"
        aria-label={t('definition.alarm')}
        value={form.alarm}
        onChange={(value) => set({ alarm: value as DefinitionForm['alarm'] })}
        data={ALARMS.map((value) => ({ value, label: t(`definition.alarmKind.${value}`) }))}
      />
      <p className={page.hint}>{t(`definition.alarmHint.${form.alarm}`)}</p>
      {form.alarm === 'none' ? null : (
        <>
          <div className={page.pair}>
            <TextInput
              label={t('definition.alarmType')}
              inputWrapperOrder={BELOW}
              description={words.alarmType(form.alarmType)}
              list="known-alarm-types"
              value={form.alarmType}
              error={wrong.has('alarmType') ? t('definition.wrong.alarmType') : problemOf('definition.alarm.alarmType')}
              onChange={(event) => set({ alarmType: event.currentTarget.value })}
            />
            <NativeSelect
              label={t('definition.severity')}
              value={form.alarmSeverity}
              onChange={(event) => set({ alarmSeverity: event.currentTarget.value as DefinitionForm['alarmSeverity'] })}
              data={SEVERITY_ORDER.map((value) => ({ value, label: t(`severity.${value}`) }))}
            />
            <TextInput
              label={t('definition.resource')}
              inputWrapperOrder={BELOW}
              description={t('definition.resourceHint', { example: 'fan:{{fan}}' })}
              value={form.resource}
              onChange={(event) => set({ resource: event.currentTarget.value })}
            />
            <TextInput
              label={t('definition.key')}
              inputWrapperOrder={BELOW}
              description={t('definition.keyHint')}
              value={form.key}
              onChange={(event) => set({ key: event.currentTarget.value })}
            />
            {form.alarm === 'raise' ? (
              <TextInput
                label={t('definition.clearedBy')}
                inputWrapperOrder={BELOW}
                description={t('definition.clearedByHint')}
                value={form.clearedBy}
                error={wrong.has('clearedBy') ? t('definition.wrong.oid') : problemOf('definition.alarm.clearedBy')}
                onChange={(event) => set({ clearedBy: event.currentTarget.value })}
              />
            ) : null}
            <TextInput
              label={t('definition.autoClear')}
              placeholder="10m"
              value={form.autoClearAfter}
              error={wrong.has('autoClearAfter') ? t('definition.wrong.duration') : undefined}
              onChange={(event) => set({ autoClearAfter: event.currentTarget.value })}
            />
            <NativeSelect
              label={t('definition.when')}
              value={form.whenVarbind}
              onChange={(event) => set({ whenVarbind: event.currentTarget.value })}
              data={[{ value: '', label: t('definition.always') }, ...form.varbinds.map((one) => one.name)]}
            />
            {form.whenVarbind === '' ? null : (
              <TextInput
                label={t('definition.whenValues')}
                value={form.whenValues}
                error={wrong.has('whenValues') ? t('definition.needed') : undefined}
                onChange={(event) => set({ whenValues: event.currentTarget.value })}
              />
            )}
          </div>
          <Checkbox
            size="xs"
            label={t('definition.opensIncident')}
            checked={form.opensIncident}
            onChange={(event) => set({ opensIncident: event.currentTarget.checked })}
          />
          <datalist id="known-alarm-types">
            {knownAlarmTypes().map((type) => (
              <option key={type} value={type} label={words.alarmType(type)} />
            ))}
          </datalist>
        </>
      )}
    </fieldset>
  )
}
