import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { SiteFigures } from '#shared/http/overview.ts'
import { sitesQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { allSites, useOverview } from '../overview/overview-queries.ts'
import { AgentCount, CountsBySeverity } from '../overview/site-figures.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { Tag } from '../ui/marks.tsx'
import { NameLink } from '../ui/name-link.tsx'
import { Empty, NoneMatch } from '../ui/notices.tsx'

const SiteForm = lazy(async () => ({ default: (await import('./site-form.tsx')).SiteForm }))

interface Row extends SiteRow {
  /** What stands there; undefined: not known yet. */
  readonly figures: SiteFigures | undefined
  /** Place among all, the worst first. */
  readonly rank: number
}

export function SitesScreen() {
  const { t } = useTranslation()
  const { q } = useSearch({ from: '/signed-in/sites' })
  const navigate = useNavigate({ from: '/sites' })
  const query = useQuery({ ...sitesQuery, staleTime: 15_000, refetchInterval: 60_000 })
  const may = useMayChange()
  const [adding, setAdding] = useState(false)
  const overview = useOverview(allSites)
  const columns = useColumns()
  const wanted = q?.toLowerCase() ?? ''
  const rows = useMemo(() => {
    const ranked = new Map(overview.data?.sites.map((figures, rank) => [figures.site, { figures, rank }]))
    return (query.data?.items ?? [])
      .filter((row) => `${row.name} ${row.id} ${row.customerName}`.toLowerCase().includes(wanted))
      .map((row): Row => ({ ...row, ...(ranked.get(row.id) ?? { figures: undefined, rank: ranked.size }) }))
      .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
  }, [query.data, overview.data, wanted])
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
      <ListBar q={q} placeholder={t('sites.search')} onSearch={search} actions={may ? add : null} />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          q ? (
            <NoneMatch icon="sites" title={t('sites.noneMatch')} onClear={() => search(undefined)} />
          ) : (
            <Empty icon="sites" title={t('sites.none')} action={may ? add : null}>
              <p>{t('sites.noneNext')}</p>
            </Empty>
          )
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

function useColumns(): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('column.site'),
        value: (row) => row.name,
        cell: (row) => <NameLink to="/sites/$id" id={row.id} name={row.name} />,
      },
      {
        id: 'customer',
        label: t('column.customer'),
        value: (row) => row.customerName,
        wideOnly: true,
        cell: (row) => (
          <Link
            to="/customers/$id"
            params={{ id: row.customer }}
            className="long-name"
            onClick={(event) => event.stopPropagation()}
          >
            {row.customerName}
          </Link>
        ),
      },
      {
        id: 'alarms',
        label: t('column.openAlarms'),
        value: (row) => row.rank,
        cell: (row) =>
          row.figures === undefined ? (
            <span className="quiet">–</span>
          ) : (
            <CountsBySeverity
              counts={row.figures.alarms.counts}
              held={row.figures.alarms.held}
              search={{ site: row.id }}
            />
          ),
      },
      {
        id: 'agents',
        label: t('nav.agents'),
        value: (row) => -(row.figures?.agents.unknown ?? 0),
        cell: (row) => (row.figures === undefined ? '–' : <AgentCount agents={row.figures.agents} />),
      },
      {
        id: 'devices',
        label: t('column.devices'),
        right: true,
        wideOnly: true,
        value: (row) => row.devices,
        cell: (row) => <Devices figures={row.figures} all={row.devices} />,
      },
      {
        id: 'incidents',
        label: t('overview.incidents'),
        right: true,
        wideOnly: true,
        value: (row) => row.figures?.incidents ?? 0,
        cell: (row) => (
          <span className={row.figures?.incidents ? 'num' : 'quiet num'}>{grouped(row.figures?.incidents ?? 0)}</span>
        ),
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

/** How many there are, and before it how many of them are not up. */
function Devices({ figures, all }: { figures: SiteFigures | undefined; all: number }) {
  const { t } = useTranslation()
  const bad = (figures?.devices.down ?? 0) + (figures?.devices.unknown ?? 0)
  return (
    <span className="num">
      {bad > 0 ? (
        <Tag tone={figures?.devices.down ? 'bad' : 'warn'} title={t('sites.notUp', { count: bad })}>
          {grouped(bad)}
        </Tag>
      ) : null}{' '}
      {grouped(all)}
    </span>
  )
}
