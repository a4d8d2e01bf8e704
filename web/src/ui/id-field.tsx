import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'

export interface IdFieldProps {
  readonly value: string
  readonly hint?: string
  /** What the collector, or the form, says of it. */
  readonly problem?: string | undefined
  onChange(id: string): void
}

/** The id of something new; what cannot be one is said while it is typed. */
export function IdField({ value, hint, problem, onChange }: IdFieldProps) {
  const { t } = useTranslation()
  return (
    <TextInput
      label={t('site.id')}
      description={hint}
      required
      maxLength={63}
      value={value}
      error={isWrongId(value) ? t('site.idRule') : problem}
      onChange={(event) => onChange(event.currentTarget.value)}
      classNames={{ input: 'mono' }}
    />
  )
}

/** True of a text that cannot be an id; of nothing it is not said yet. */
export function isWrongId(id: string): boolean {
  return id !== '' && !LOCAL_ID_PATTERN.test(id)
}
