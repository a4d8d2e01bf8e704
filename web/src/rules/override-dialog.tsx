import { NativeSelect, SegmentedControl } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleRow } from '#shared/http/rules.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { type Draft, withValue } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { kindOf } from './rule-columns.tsx'
import { RuleFieldInput, type RuleForm } from './rule-field-input.tsx'
import { CONDITIONS, type RuleField } from './rule-fields.ts'
import { SelectorFields } from './selector-fields.tsx'

const HOLD: readonly RuleField[] = [
  { path: 'for', kind: 'duration', example: '10m' },
  { path: 'clearAfter', kind: 'duration', example: '5m' },
]

/** What a condition is about stays; how it judges may be otherwise. */
function isFixed({ path }: RuleField, kind: string): boolean {
  if (['metric', 'match', 'cancel', 'expect', 'while', 'inputs', 'class'].includes(path)) return true
  return path === 'clear' && kind.startsWith('event')
}

export interface OverrideDialogProps {
  readonly row: RuleRow
  readonly override: Draft
  readonly place: number
  readonly busy: boolean
  readonly failure: unknown
  readonly conflict: boolean
  onClose(): void
  onSave(override: Draft): void
}

export function OverrideDialog({
  row,
  override,
  place,
  busy,
  failure,
  conflict,
  onClose,
  onSave,
}: OverrideDialogProps) {
  const { t } = useTranslation()
  const said = useSaid()
  const [draft, setDraft] = useState<Draft>({ selector: {}, ...override })
  const kind = kindOf(row)
  const judged = (CONDITIONS[kind] ?? []).filter((one) => !isFixed(one, kind))
  const base = `overrides.${place}`
  const paths = ['selector', 'severity', 'for', 'clearAfter', ...judged.map((one) => `condition.${one.path}`)]
  const problems = problemsOf(
    failure,
    paths.map((path) => `${base}.${path}`),
    said,
  )
  const form: RuleForm = {
    draft,
    isFixed: false,
    change: setDraft,
    problemOf: (path) => problems.of(`${base}.${path}`),
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    const { condition, ...rest } = draft
    // a condition of which nothing is otherwise is none
    onSave(condition !== undefined && Object.keys(condition as object).length > 0 ? draft : rest)
  }
  return (
    <Dialog onClose={onClose} title={t('override.title', { name: row.id })} size="lg">
      <form className={page.form} onSubmit={submit}>
        <fieldset className={page.fieldset}>
          <legend>{t('override.about')}</legend>
          <SelectorFields form={form} under="selector" />
        </fieldset>
        <fieldset className={page.fieldset}>
          <legend>{t('override.instead')}</legend>
          <SegmentedControl
            size="xs"
            aria-label={t('override.judges')}
            value={draft.enabled === false ? 'off' : 'on'}
            onChange={(value) => setDraft(withValue(draft, 'enabled', value === 'off' ? false : undefined))}
            data={(['on', 'off'] as const).map((value) => ({ value, label: t(`override.${value}`) }))}
          />
          {draft.enabled === false ? null : (
            <div className={page.pair}>
              <NativeSelect
                label={t('column.severity')}
                value={String(draft.severity ?? '')}
                error={problems.of(`${base}.severity`)}
                onChange={(event) => setDraft(withValue(draft, 'severity', event.currentTarget.value))}
                data={[
                  { value: '', label: t('override.asRule') },
                  ...SEVERITY_ORDER.map((value) => ({ value, label: t(`severity.${value}`) })),
                ]}
              />
              {judged.map((field) => (
                <RuleFieldInput key={field.path} form={form} field={{ ...field, needed: false }} under="condition" />
              ))}
              {HOLD.map((field) => (
                <RuleFieldInput key={field.path} form={form} field={field} under="" />
              ))}
            </div>
          )}
        </fieldset>
        {conflict ? (
          <p className={page.problem} role="alert">
            {t('override.conflict')}
          </p>
        ) : (
          <FormProblem failure={failure} problems={problems} />
        )}
        <DialogButtons label={t('action.save')} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  )
}
