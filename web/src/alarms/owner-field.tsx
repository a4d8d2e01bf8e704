// Who answers for an alarm: an account of the desk, or any name: a shift, a partner, somebody without an account.
import { TextInput } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmOwners } from '#shared/http/alarms.ts'
import { get } from '../api/client.ts'

const ownersQuery = queryOptions({
  queryKey: ['alarm-owners'],
  queryFn: ({ signal }) => get<AlarmOwners>('/alarms/owners', {}, signal),
  staleTime: 60_000,
})

export function OwnerField(props: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly autoFocus: boolean
  onChange(name: string): void
}) {
  const { t } = useTranslation()
  const list = useId()
  const known = useQuery(ownersQuery).data?.items ?? []
  const name = props.value.trim()
  const isForeign = name !== '' && known.length > 0 && !known.some((user) => user.name === name)
  return (
    <>
      <TextInput
        mb={10}
        label={props.label}
        placeholder={props.placeholder}
        description={isForeign ? t('dialog.ownerForeign') : undefined}
        inputWrapperOrder={['label', 'input', 'description']}
        maxLength={200}
        list={list}
        autoComplete="off"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        data-autofocus={props.autoFocus ? true : undefined}
      />
      <datalist id={list}>
        {known.map((user) => (
          <option key={user.name} value={user.name}>
            {t(`role.${user.role}`)}
          </option>
        ))}
      </datalist>
    </>
  )
}
