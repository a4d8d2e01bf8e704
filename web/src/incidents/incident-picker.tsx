// Choosing another incident: by number, or by what is in its title.
import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { Icon } from '../ui/icons.tsx'
import { IncidentStateMark } from '../ui/marks.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import { FormProblem } from '../ui/problems.tsx'
import css from './incident.module.css'
import { incidentSearchQuery } from './incident-queries.ts'

export interface IncidentPickerProps {
  readonly label: string
  /** Not among those to choose from. */
  readonly except: string
  readonly customer: string | undefined
  readonly openOnly: boolean
  readonly value: string | undefined
  onChange(chosen: IncidentRow): void
}

export function IncidentPicker({ label, except, customer, openOnly, value, onChange }: IncidentPickerProps) {
  const { t } = useTranslation()
  const name = useId()
  const [q, setQ] = useState('')
  const [asked] = useDebouncedValue(q.trim(), 200)
  const query = useQuery(incidentSearchQuery(asked, customer, openOnly))
  const rows = (query.data?.items ?? []).filter((row) => row.id !== except)
  return (
    <div className={css.picker}>
      <TextInput
        label={label}
        placeholder={t('incidentPicker.search')}
        leftSection={<Icon name="search" size={14} />}
        value={q}
        data-autofocus
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      <FormProblem failure={query.error} />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.data && rows.length === 0 ? <p className="quiet">{t('incidentPicker.none')}</p> : null}
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <label>
              <input type="radio" name={name} checked={value === row.id} onChange={() => onChange(row)} />
              <span>
                <span className="num">#{row.number}</span> {row.title}
                <span className={css.pickerMore}>
                  {row.siteName} <IncidentStateMark state={row.state} />
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </div>
  )
}
