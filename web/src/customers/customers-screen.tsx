// Customers, the worst off first.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomerRow } from '#shared/http/inventory.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { allSites, useOverview } from '../overview/overview-queries.ts'
import { CountsBySeverity } from '../overview/site-figures.tsx'
import { customersQuery } from '../sites/site-queries.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { Tag } from '../ui/marks.tsx'
import { NameLink } from '../ui/name-link.tsx'
import { Empty, NoneMatch } from '../ui/notices.tsx'
import { type CustomerFigures, customerFigures, gravityOf } from './customer-figures.ts'

const CustomerForm = lazy(async () => ({ default: (await import('./customer-form.tsx')).CustomerForm }))

interface Row extends CustomerRow {
  readonly figures: CustomerFigures | undefined
}

export function CustomersScreen() {
  const { t } = useTranslation()
  const { q } = useSearch({ from: '/signed-in/customers' })
  const navigate = useNavigate({ from: '/customers' })
  const query = useQuery({ ...customersQuery, staleTime: 15_000, refetchInterval: 60_000 })
  const overview = useOverview(allSites)
  const may = useMayChange()
  const [adding, setAdding] = useState(false)
  const columns = useColumns()
  const wanted = q?.toLowerCase() ?? ''
  const rows = useMemo(() => {
    const figures = customerFigures(overview.data?.sites ?? [])
    return (query.data?.items ?? [])
      .filter((row) => `${row.name} ${row.id}`.toLowerCase().includes(wanted))
      .map((row): Row => ({ ...row, figures: figures.get(row.id) }))
      .sort((a, b) => gravityOf(b.figures) - gravityOf(a.figures) || a.name.localeCompare(b.name))
  }, [query.data, overview.data, wanted])
  const search = useCallback(
    (next: string | undefined) => void navigate({ search: { q: next }, replace: true }),
    [navigate],
  )
  const open = (id: string) => void navigate({ to: '/customers/$id', params: { id } })
  const add = (
    <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setAdding(true)}>
      {t('customers.new')}
    </Button>
  )
  return (
    <>
      <ScreenTitle title={t('nav.customers')} />
      <ListBar q={q} placeholder={t('customers.search')} onSearch={search} actions={may ? add : null} />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          q ? (
            <NoneMatch icon="customers" title={t('customers.noneMatch')} onClear={() => search(undefined)} />
          ) : (
            <Empty icon="customers" title={t('customers.none')} action={may ? add : null}>
              <p>{t(may ? 'customers.noneNext' : 'customers.noneViewer')}</p>
            </Empty>
          )
        }
        onOpen={(row) => open(row.id)}
      />
      <Suspense>
        {adding ? (
          <CustomerForm known={query.data?.items ?? []} onClose={() => setAdding(false)} onDone={open} />
        ) : null}
      </Suspense>
    </>
  )
}

function useColumns(): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('column.customer'),
        value: (row) => row.name,
        cell: (row) => <NameLink to="/customers/$id" id={row.id} name={row.name} />,
      },
      {
        id: 'alarms',
        label: t('column.openAlarms'),
        value: (row) => gravityOf(row.figures),
        cell: (row) => (
          <CountsBySeverity counts={row.figures?.counts} silent={row.figures?.silent} search={{ customer: row.id }} />
        ),
      },
      {
        id: 'incidents',
        label: t('overview.incidents'),
        right: true,
        value: (row) => row.figures?.incidents ?? 0,
        cell: (row) => <Count n={row.figures?.incidents ?? 0} />,
      },
      {
        id: 'sites',
        label: t('nav.sites'),
        right: true,
        wideOnly: true,
        value: (row) => row.figures?.sites ?? row.sites,
        cell: (row) => <Count n={row.figures?.sites ?? row.sites} />,
      },
      {
        id: 'devices',
        label: t('column.devices'),
        right: true,
        wideOnly: true,
        value: (row) => row.figures?.devices.all ?? row.devices,
        cell: (row) => <Count n={row.figures?.devices.all ?? row.devices} />,
      },
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

function Count({ n }: { n: number }) {
  return <span className={n === 0 ? 'quiet num' : 'num'}>{grouped(n)}</span>
}
