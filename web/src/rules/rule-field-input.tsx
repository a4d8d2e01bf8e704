// One field of a rule by what it is: the form is made of these.
import { Checkbox, NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Draft, durationText, valueAt, withValue } from '../ui/draft.ts'
import { BELOW, NUMBER, TEXT, TypedInput } from '../ui/typed-input.tsx'
import { YamlInput } from '../ui/yaml-input.tsx'
import { LIST, type RuleField } from './rule-fields.ts'

export interface RuleForm {
  readonly draft: Draft
  readonly isFixed: boolean
  change(draft: Draft): void
  /** What is wrong at a path of the rule. */
  problemOf(path: string): string | undefined
}

export interface RuleFieldInputProps {
  readonly form: RuleForm
  readonly field: RuleField
  /** Above the field: `condition`, `selector`; '' for the rule itself. */
  readonly under: string
  readonly list?: string | undefined
}

export function RuleFieldInput({ form, field, under, list }: RuleFieldInputProps): ReactNode {
  const { t } = useTranslation()
  const path = under === '' ? field.path : `${under}.${field.path}`
  const value = valueAt(form.draft, path)
  const name = field.as ?? field.path
  const label = t(`ruleField.${name}`)
  const hint = t(`ruleFieldHint.${name}`, { defaultValue: '' })
  const onChange = (next: unknown) => form.change(withValue(form.draft, path, next))
  const shared = {
    label,
    value,
    onChange,
    disabled: form.isFixed,
    required: field.needed === true,
    error: form.problemOf(path),
    ...(hint === '' ? {} : { description: hint }),
    ...(field.example === undefined ? {} : { placeholder: field.example }),
  }
  if (field.kind === 'flag')
    return (
      <Checkbox
        size="xs"
        label={label}
        description={hint || undefined}
        disabled={form.isFixed}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)}
      />
    )
  if (field.kind === 'choice')
    return (
      <NativeSelect
        label={label}
        inputWrapperOrder={BELOW}
        description={hint || undefined}
        disabled={form.isFixed}
        error={form.problemOf(path)}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[
          ...(field.needed ? [] : [{ value: '', label: '–' }]),
          ...(field.choices ?? []).map((choice) => ({ value: choice, label: t(`ruleChoice.${choice}`) })),
        ]}
      />
    )
  if (field.kind === 'tree') return <YamlInput {...shared} />
  if (field.kind === 'number') return <TypedInput {...shared} {...NUMBER} />
  if (field.kind === 'list') return <TypedInput {...shared} {...LIST} mono />
  if (field.kind === 'duration')
    return <TypedInput {...shared} write={durationText} read={(text) => text.trim() || undefined} />
  if (field.kind === 'code') return <TypedInput {...shared} {...TEXT} mono lines={3} />
  return <TypedInput {...shared} {...TEXT} mono list={list} />
}
