// The fields of a credential set, without its name. A secret left empty stays as it is.
import { NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { CredentialRow } from '#shared/http/site-config.ts'
import page from '../ui/page.module.css'
import type { Problems } from '../ui/problems.tsx'
import { type CredentialForm, missingSecrets, type SecretName, secretsOf } from './credential-form.ts'

export const EMPTY_CREDENTIALS: CredentialForm = {
  ...{ version: 'v2c', user: '', level: 'authPriv', authProtocol: 'sha256', privProtocol: 'aes', context: '' },
  ...{ community: '', authKey: '', privKey: '' },
}

const LEVELS = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const
const AUTH = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
const PRIV = ['des', 'aes', 'aes256b', 'aes256r'] as const

export interface CredentialFieldsProps {
  readonly form: CredentialForm
  /** The set as it is kept. */
  readonly row?: CredentialRow | undefined
  /** Shows what is missing. */
  readonly tried: boolean
  readonly problems: Problems
  onChange(change: Partial<CredentialForm>): void
}

/** True where nothing more has to be typed. */
export function isComplete(form: CredentialForm, row?: CredentialRow): boolean {
  return missingSecrets(form, row).length === 0 && (form.version !== 'v3' || form.user.trim() !== '')
}

export function CredentialFields({ form, row, tried, problems, onChange }: CredentialFieldsProps) {
  const { t } = useTranslation()
  const missing = missingSecrets(form, row)
  const secret = (key: SecretName) => (
    <PasswordInput
      key={key}
      size="xs"
      label={t(`secret.${key}`)}
      autoComplete="new-password"
      maxLength={1024}
      placeholder={row?.secrets[key] && row.version === form.version ? t('credentials.unchanged') : ''}
      value={form[key]}
      error={tried && missing.includes(key) ? t('credentials.needed') : problems.of(key)}
      onChange={(event) => onChange({ [key]: event.currentTarget.value })}
    />
  )
  if (form.version !== 'v3') return secret('community')
  return (
    <>
      <div className={page.pair}>
        <TextInput
          label={t('credentials.user')}
          required
          maxLength={32}
          autoComplete="off"
          value={form.user}
          error={tried && form.user.trim() === '' ? t('credentials.needed') : problems.of('user')}
          onChange={(event) => onChange({ user: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('credentials.level')}
          value={form.level}
          error={problems.of('level')}
          onChange={(event) => onChange({ level: event.currentTarget.value as CredentialForm['level'] })}
          data={LEVELS.map((value) => ({ value, label: t(`snmpLevel.${value}`) }))}
        />
      </div>
      {form.level === 'noAuthNoPriv' ? null : (
        <div className={page.pair}>
          <NativeSelect
            label={t('credentials.authProtocol')}
            value={form.authProtocol}
            onChange={(event) =>
              onChange({ authProtocol: event.currentTarget.value as CredentialForm['authProtocol'] })
            }
            data={AUTH.map((value) => ({ value, label: value.toUpperCase() }))}
          />
          {secret('authKey')}
        </div>
      )}
      {form.level === 'authPriv' ? (
        <div className={page.pair}>
          <NativeSelect
            label={t('credentials.privProtocol')}
            value={form.privProtocol}
            onChange={(event) =>
              onChange({ privProtocol: event.currentTarget.value as CredentialForm['privProtocol'] })
            }
            data={PRIV.map((value) => ({ value, label: t(`snmpPrivacy.${value}`) }))}
          />
          {secret('privKey')}
        </div>
      ) : null}
      <TextInput
        label={t('credentials.context')}
        maxLength={64}
        value={form.context}
        onChange={(event) => onChange({ context: event.currentTarget.value })}
      />
    </>
  )
}

/** What is said below them. */
export function CredentialHint({ form }: { form: CredentialForm }) {
  const { t } = useTranslation()
  return (
    <p className={page.hint}>{secretsOf(form).length === 0 ? t('credentials.openHint') : t('credentials.writeOnly')}</p>
  )
}
