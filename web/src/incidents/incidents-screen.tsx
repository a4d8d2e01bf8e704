// Incidents as a table or a board. What is shown is in the address.
import { Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import css from './board.module.css'
import { IncidentBoard } from './incident-board.tsx'
import { IncidentFilters } from './incident-filters.tsx'
import { filterOf, INCIDENT_VIEWS, type IncidentSearch, type IncidentView } from './incident-search.ts'
import { IncidentTable } from './incident-table.tsx'

const OpenDialog = lazy(async () => ({ default: (await import('./open-dialog.tsx')).OpenIncidentDialog }))

export function IncidentsScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/incidents' })
  const navigate = useNavigate({ from: '/incidents' })
  const session = useQuery(sessionQuery).data
  const may = useMayLookInto()
  const [opening, setOpening] = useState(false)
  const view = search.view ?? 'open'
  const filter = filterOf(search, session?.user)
  const setSearch = useCallback(
    (change: IncidentSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  )
  const views = INCIDENT_VIEWS.filter((one) => session?.role !== 'customer' || (one !== 'mine' && one !== 'unassigned'))
  return (
    <div className={css.screen}>
      <ScreenTitle title={t('nav.incidents')} />
      <ListBar
        q={search.q}
        placeholder={t('incidents.search')}
        onSearch={(q) => setSearch({ q })}
        actions={
          may ? (
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpening(true)}>
              {t('incidents.open')}
            </Button>
          ) : null
        }
      >
        <div className={css.views}>
          <SegmentedControl
            size="xs"
            aria-label={t('incidents.which')}
            value={view}
            onChange={(value) => setSearch({ view: value === 'open' ? undefined : (value as IncidentView) })}
            data={views.map((value) => ({ value, label: t(`incidentView.${value}`) }))}
          />
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('incidents.as')}
          value={search.as ?? 'table'}
          onChange={(value) => setSearch({ as: value === 'board' ? 'board' : undefined })}
          data={(['table', 'board'] as const).map((value) => ({ value, label: t(`incidents.${value}`) }))}
        />
      </ListBar>
      <IncidentFilters search={search} filter={filter} onChange={setSearch} />
      {search.as === 'board' ? (
        <IncidentBoard filter={filter} view={view} />
      ) : (
        <IncidentTable filter={filter} search={search} />
      )}
      {opening ? (
        <Suspense>
          <OpenDialog
            onClose={() => setOpening(false)}
            onOpened={(id) => void navigate({ to: '/incidents/$id', params: { id } })}
          />
        </Suspense>
      ) : null}
    </div>
  )
}
