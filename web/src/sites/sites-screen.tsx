import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import { sitesQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'

const SiteForm = lazy(async () => ({ default: (await import('./site-form.tsx')).SiteForm }))

export function SitesScreen() {
  const { t } = useTranslation()
  const { q } = useSearch({ from: '/signed-in/sites' })
  const navigate = useNavigate({ from: '/sites' })
  const query = useQuery({ ...sitesQuery, staleTime: 15_000, refetchInterval: 60_000 })
  const may = useMayChange()
  const [adding, setAdding] = useState(false)
  const columns = useColumns()
  const wanted = q?.toLowerCase() ?? ''
  const rows = useMemo(
    () =>
      query.data?.items.filter((row) => `${row.name} ${row.id} ${row.customerName}`.toLowerCase().includes(wanted)) ??
      [],
    [query.data, wanted],
  )
  const search = useCallback(
    (next: string | undefined) => void navigate({ search: { q: next }, replace: true }),
    [navigate],
  )
  const open = (id: string) => void navigate({ to: '/sites/$id', params: { id }, search: {} })
  const add = (
    <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setAdding(true)}>
      {t('site.new')}
    </Button>
  )
  return (
    <>
      <ScreenTitle title={t('nav.sites')} />
      <ListBar q={q} placeholder={t('sites.search')} onSearch={search}>
        {may ? add : null}
      </ListBar>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="sites" title={t(q ? 'sites.noneMatch' : 'sites.none')}>
            {q ? null : <p>{t('sites.noneNext')}</p>}
          </Empty>
        }
        onOpen={(row) => open(row.id)}
      />
      {adding ? (
        <Suspense>
          <SiteForm onClose={() => setAdding(false)} onDone={open} />
        </Suspense>
      ) : null}
    </>
  )
}

function useColumns(): readonly DataColumn<SiteRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('column.site'),
        value: (row) => row.name,
        cell: (row) => (
          <Link
            to="/sites/$id"
            params={{ id: row.id }}
            search={{}}
            onClick={(event) => event.stopPropagation()}
            style={{ fontWeight: 600, color: 'inherit' }}
          >
            {row.name}
          </Link>
        ),
      },
      {
        id: 'customer',
        label: t('column.customer'),
        value: (row) => row.customerName,
        cell: (row) => row.customerName,
      },
      {
        id: 'agents',
        label: t('sites.agentsOnline'),
        right: true,
        value: (row) => row.agentsOnline - row.agents,
        cell: (row) =>
          row.agents === 0 ? (
            <span className="quiet">–</span>
          ) : row.agentsOnline < row.agents ? (
            <Tag tone="bad">
              <b className="num">
                {row.agentsOnline} / {row.agents}
              </b>
            </Tag>
          ) : (
            <span className="num">
              {row.agentsOnline} / {row.agents}
            </span>
          ),
      },
      {
        id: 'devices',
        label: t('column.devices'),
        right: true,
        value: (row) => row.devices,
        cell: (row) => <span className="num">{grouped(row.devices)}</span>,
      },
      {
        id: 'alarms',
        label: t('column.openAlarms'),
        right: true,
        wideOnly: true,
        value: (row) => row.openAlarms,
        cell: (row) =>
          row.openAlarms > 0 ? <b className="num">{row.openAlarms}</b> : <span className="quiet num">0</span>,
      },
      { id: 'zone', label: t('site.timeZone'), wideOnly: true, cell: (row) => row.timeZone },
      {
        id: 'origin',
        label: t('sites.origin'),
        wideOnly: true,
        value: (row) => row.origin,
        cell: (row) => <Tag>{t(`siteOrigin.${row.origin}`)}</Tag>,
      },
      {
        id: 'id',
        label: t('site.id'),
        wideOnly: true,
        value: (row) => row.id,
        cell: (row) => <span className="mono">{row.id}</span>,
      },
    ],
    [t],
  )
}
