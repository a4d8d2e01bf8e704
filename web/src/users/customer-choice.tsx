import { Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { customersQuery } from '../sites/site-queries.ts'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import css from './users.module.css'

/** Shown with a search when there are more. */
const FEW = 8

export function CustomerChoice(props: {
  /** Null: all. */
  readonly value: readonly string[] | null
  /** They must be named. */
  readonly needed: boolean
  readonly error: string | undefined
  onChange(customers: readonly string[] | null): void
}) {
  const { t } = useTranslation()
  const { value, needed, onChange } = props
  const [q, setQ] = useState('')
  const known = useQuery(customersQuery).data?.items ?? []
  const chosen = value ?? []
  const gone = chosen.filter((id) => !known.some((one) => one.id === id)).map((id) => ({ id, name: id }))
  const words = q.toLowerCase()
  const rows = [...gone, ...known].filter((one) => `${one.name} ${one.id}`.toLowerCase().includes(words))
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('users.customers')}</legend>
      <div className={page.form}>
        {needed ? null : (
          <Checkbox
            size="xs"
            label={t('users.allCustomers')}
            checked={value === null}
            onChange={(event) => onChange(event.currentTarget.checked ? null : [])}
          />
        )}
        {value === null ? null : (
          <>
            {known.length > FEW ? (
              <TextInput
                type="search"
                placeholder={t('users.findCustomer')}
                aria-label={t('users.findCustomer')}
                leftSection={<Icon name="search" size={14} />}
                value={q}
                onChange={(event) => setQ(event.currentTarget.value)}
              />
            ) : null}
            <div className={css.customers}>
              {rows.map((one) => (
                <Checkbox
                  key={one.id}
                  size="xs"
                  label={one.name}
                  checked={chosen.includes(one.id)}
                  onChange={(event) =>
                    onChange(event.currentTarget.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))
                  }
                />
              ))}
              {known.length === 0 ? <p className={page.hint}>{t('users.noCustomers')}</p> : null}
            </div>
          </>
        )}
        {props.error === undefined ? null : (
          <p className={page.problem} style={{ margin: 0 }} role="alert">
            {props.error}
          </p>
        )}
      </div>
    </fieldset>
  )
}
