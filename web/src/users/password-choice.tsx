import { PasswordInput, SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import page from '../ui/page.module.css'

/** Null: one is made up when the form is sent. */
export function PasswordChoice(props: {
  readonly value: string | null
  readonly error: string | undefined
  onChange(password: string | null): void
}) {
  const { t } = useTranslation()
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('users.password')}</legend>
      <SegmentedControl
        size="xs"
        aria-label={t('users.password')}
        value={props.value === null ? 'made' : 'typed'}
        onChange={(way) => props.onChange(way === 'made' ? null : '')}
        data={(['made', 'typed'] as const).map((value) => ({ value, label: t(`users.passwordWay.${value}`) }))}
      />
      {props.value === null ? (
        <p className={page.hint}>{t('users.passwordMade')}</p>
      ) : (
        <PasswordInput
          size="xs"
          aria-label={t('users.password')}
          description={t('users.passwordRule')}
          autoComplete="new-password"
          value={props.value}
          error={props.error}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
    </fieldset>
  )
}
