import { TextInput } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'

export interface ZoneInputProps {
  readonly value: string
  readonly error?: string | undefined
  readonly required?: boolean
  readonly description?: string
  onChange(zone: string): void
}

/** An IANA time zone, with the ones the browser knows offered while typing. */
export function ZoneInput({ value, error, required, description, onChange }: ZoneInputProps) {
  const { t } = useTranslation()
  const zones = useId()
  return (
    <>
      <TextInput
        label={t('site.timeZone')}
        description={description ?? t('site.timeZoneHint')}
        required={required === true}
        list={zones}
        maxLength={64}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}
