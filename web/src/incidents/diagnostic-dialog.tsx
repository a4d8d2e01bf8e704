// Choose a read-only action and fill in its arguments; the form is made from the action's own schema.
import { NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DIAGNOSTIC_NAMES, DIAGNOSTICS, type DiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { useFailureWords } from '../ui/notices.tsx'
import { sentences } from '../ui/sentences.ts'
import { type ArgumentField, argumentsFrom, fieldsOf } from './argument-fields.ts'

export interface DiagnosticDialogProps {
  /** Where it is asked for: `/incidents/{id}` or `/devices/{id}`. */
  readonly path: string
  /** Actions allowed for the device; all when not known. */
  readonly actions?: readonly string[] | undefined
  readonly refresh: readonly string[]
  onClose(): void
}

export function DiagnosticDialog({ path, actions, refresh, onClose }: DiagnosticDialogProps) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const words = useFailureWords()
  const names = DIAGNOSTIC_NAMES.filter((name) => actions === undefined || actions.includes(name))
  const [name, setName] = useState<DiagnosticName>(names[0] ?? 'ping')
  const fields = fieldsOf(DIAGNOSTICS[name].arguments)
  const [values, setValues] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState('')
  const request = useMutation({
    mutationFn: (body: { action: string; arguments: unknown }) => send('POST', `${path}/diagnostics`, body),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: refresh })
      onClose()
    },
    onError: (failure) => {
      const said = words(failure)
      setProblem(sentences(said.cause, said.action))
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    const given = parseArguments(name, argumentsFrom(fields, values))
    if (!given.ok) return setProblem(given.reason)
    setProblem('')
    request.mutate({ action: name, arguments: given.value })
  }

  return (
    <Dialog onClose={onClose} title={t('diagnostics.title')} size="md">
      <form onSubmit={submit} style={{ display: 'grid', gap: 12 }}>
        <NativeSelect
          label={t('diagnostics.action')}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value as DiagnosticName)
            setValues({})
            setProblem('')
          }}
          data={names.map((value) => ({ value, label: titleOf(value, i18n.language) }))}
        />
        {fields.map((field) => (
          <Field
            key={`${name} ${field.name}`}
            field={field}
            value={values[field.name] ?? field.initial}
            onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))}
          />
        ))}
        <p className="quiet" style={{ margin: 0, lineHeight: 1.5 }}>
          {t('diagnostics.safe')}
        </p>
        {problem === '' ? null : (
          <div role="alert" style={{ color: 'var(--o-critical-ink)' }}>
            {problem}
          </div>
        )}
        <DialogButtons label={t('diagnostics.run')} busy={request.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function titleOf(name: DiagnosticName, language: string): string {
  return DIAGNOSTICS[name].title[language === 'zh-CN' ? 'zh-CN' : 'en']
}

function Field({ field, value, onChange }: { field: ArgumentField; value: string; onChange(value: string): void }) {
  const { t } = useTranslation()
  const label = t(`argument.${field.name}`, { defaultValue: field.name })
  if (field.kind === 'list')
    return (
      <Textarea
        label={label}
        description={t('diagnostics.onePerLine')}
        placeholder={'1.3.6.1.2.1.1.5.0'}
        minRows={3}
        autosize
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
    )
  if (field.kind === 'number')
    return (
      <NumberInput
        label={label}
        size="xs"
        value={value}
        {...(field.min === undefined ? {} : { min: field.min })}
        {...(field.max === undefined ? {} : { max: field.max })}
        required={field.required}
        onChange={(next) => onChange(String(next))}
      />
    )
  return (
    <TextInput
      label={label}
      value={value}
      required={field.required}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
