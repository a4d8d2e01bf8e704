import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { INCIDENT_STATES, TIERS } from '#shared/domain/incident.ts'
import { sessionQuery, sitesQuery } from '../api/queries.ts'
import { Icon } from '../ui/icons.tsx'
import css from './board.module.css'
import { type IncidentFilter, incidentCountsQuery } from './incident-queries.ts'
import { FILTERS, type IncidentSearch, isFiltered } from './incident-search.ts'

export interface IncidentFiltersProps {
  readonly search: IncidentSearch
  readonly filter: IncidentFilter
  onChange(change: IncidentSearch): void
}

interface Choice {
  readonly name: (typeof FILTERS)[number]
  readonly all: string
  readonly of: readonly { readonly value: string; readonly label: string }[]
}

/** Priorities with how many there are, and what else narrows the list. */
export function IncidentFilters({ search, filter, onChange }: IncidentFiltersProps) {
  const { t } = useTranslation()
  // on a phone they stay folded until they are wanted
  const [open, setOpen] = useState(false)
  const chosen = FILTERS.filter((name) => name !== 'priority' && search[name] !== undefined).length
  const counts = useQuery(incidentCountsQuery(filter)).data
  const isOutside = useQuery(sessionQuery).data?.role === 'customer'
  const sites = useQuery(sitesQuery).data?.items ?? []
  const customers = [...new Map(sites.map((s) => [s.customer, s.customerName]))]
  const people = (counts?.assignees ?? []).filter(({ name }) => name !== '')
  const shown = search.customer === undefined ? sites : sites.filter((s) => s.customer === search.customer)
  const choices: readonly Choice[] = [
    {
      ...{ name: 'state', all: t('incidents.allStates') },
      of: INCIDENT_STATES.map((value) => ({
        value,
        label: `${t(`incidentState.${value}`)} (${counts?.states[value] ?? 0})`,
      })),
    },
    {
      ...{ name: 'customer', all: t('incidents.allCustomers') },
      of: customers.map(([value, label]) => ({ value, label })),
    },
    { ...{ name: 'site', all: t('incidents.allSites') }, of: shown.map((s) => ({ value: s.id, label: s.name })) },
    {
      ...{ name: 'tier', all: t('incidents.allTiers') },
      of: TIERS.map((n) => ({ value: String(n), label: t('incident.tierOf', { tier: n }) })),
    },
    {
      ...{ name: 'assignee', all: t('incidents.everybody') },
      of: people.map(({ name, count }) => ({ value: name, label: `${name} (${count})` })),
    },
  ]
  const set = (name: Choice['name'], value: string) => {
    const read = value === '' ? undefined : name === 'tier' ? Number(value) : value
    onChange({ [name]: read, ...(name === 'customer' ? { site: undefined } : {}) })
  }
  return (
    <div className={css.filters} data-open={open}>
      <fieldset className={css.priorities} aria-label={t('column.priority')}>
        {([1, 2, 3, 4] as const).map((n) => (
          <button
            key={n}
            type="button"
            data-priority={n}
            aria-pressed={search.priority === n}
            title={t('incident.priorityTitle', { priority: n })}
            onClick={() => onChange({ priority: search.priority === n ? undefined : n })}
          >
            <b>P{n}</b>
            <span className="num">{counts?.priorities[`${n}`] ?? '–'}</span>
          </button>
        ))}
      </fieldset>
      <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="filter" size={14} />
        {chosen > 0 ? t('incidents.filtersSet', { count: chosen }) : t('incidents.filters')}
      </button>
      {choices
        .filter(({ name, of }) => of.length > 0 && !(isOutside && (name === 'tier' || name === 'assignee')))
        .filter(({ name }) => !(name === 'state' && search.as === 'board'))
        .filter(({ name }) => !(name === 'assignee' && (search.view === 'mine' || search.view === 'unassigned')))
        .map(({ name, all, of }) => (
          <NativeSelect
            key={name}
            className={css.choice ?? ''}
            aria-label={t(`incidents.by.${name}`)}
            data-on={search[name] !== undefined}
            value={String(search[name] ?? '')}
            onChange={(event) => set(name, event.currentTarget.value)}
            data={[{ value: '', label: all }, ...of]}
          />
        ))}
      <NativeSelect
        className={css.choice ?? ''}
        aria-label={t('incidents.sort')}
        value={search.sort ?? ''}
        onChange={(event) => onChange({ sort: event.currentTarget.value === 'priority' ? 'priority' : undefined })}
        data={[
          { value: '', label: t('incidents.newestFirst') },
          { value: 'priority', label: t('incidents.urgentFirst') },
        ]}
      />
      {isFiltered(search) ? (
        <Button
          variant="subtle"
          leftSection={<Icon name="close" size={12} />}
          onClick={() => onChange({ q: undefined, ...Object.fromEntries(FILTERS.map((name) => [name, undefined])) })}
        >
          {t('incidents.clearFilters')}
        </Button>
      ) : null}
    </div>
  )
}
