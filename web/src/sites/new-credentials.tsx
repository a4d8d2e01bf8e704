// Credentials typed while a device is added: tried with it, kept with it under a name.
import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import page from '../ui/page.module.css'
import { problemsOf } from '../ui/problems.tsx'
import { CredentialFields, CredentialHint } from './credential-fields.tsx'
import type { CredentialForm } from './credential-form.ts'

interface Typed {
  readonly name: string
  readonly form: CredentialForm
}

export interface NewCredentialsProps {
  readonly value: Typed
  /** Names that are taken. */
  readonly known: readonly string[]
  readonly tried: boolean
  onChange(value: Typed): void
}

export function NewCredentials({ value, known, tried, onChange }: NewCredentialsProps) {
  const { t } = useTranslation()
  const { name, form } = value
  const change = (more: Partial<CredentialForm>) => onChange({ name, form: { ...form, ...more } })
  const taken = known.includes(name.trim())
  const wrong = tried && !LOCAL_ID_PATTERN.test(name.trim())
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('deviceForm.typedTitle')}</legend>
      <div className={page.pair}>
        <NativeSelect
          label={t('credentials.version')}
          value={form.version}
          onChange={(event) => change({ version: event.currentTarget.value as CredentialForm['version'] })}
          data={['v1', 'v2c', 'v3'].map((version) => ({ value: version, label: `SNMP ${version}` }))}
        />
        <TextInput
          label={t('deviceForm.typedName')}
          required
          maxLength={63}
          value={name}
          error={taken ? t('credentials.taken') : wrong ? t('site.idRule') : undefined}
          onChange={(event) => onChange({ form, name: event.currentTarget.value })}
          classNames={{ input: 'mono' }}
        />
      </div>
      <CredentialFields form={form} tried={tried} problems={NO_PROBLEMS} onChange={change} />
      <CredentialHint form={form} />
    </fieldset>
  )
}

const NO_PROBLEMS = problemsOf(null, [])
