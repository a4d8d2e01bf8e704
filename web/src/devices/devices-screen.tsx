import { SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { devicesQuery } from '../api/queries.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { DeviceStateMark, Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'

const STATES = ['all', 'up', 'down', 'unknown'] as const

export function DevicesScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/devices' })
  const navigate = useNavigate({ from: '/devices' })
  const query = useInfiniteQuery(devicesQuery({ q: search.q, state: search.state ? [search.state] : undefined }))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = useColumns()
  const setSearch = useCallback(
    (change: { q?: string | undefined; state?: string | undefined }) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  )
  return (
    <>
      <ScreenTitle title={t('nav.devices')} />
      <ListBar q={search.q} placeholder={t('devices.search')} onSearch={(q) => setSearch({ q })}>
        <SegmentedControl
          size="xs"
          value={search.state ?? 'all'}
          onChange={(value) => setSearch({ state: value === 'all' ? undefined : value })}
          data={STATES.map((value) => ({ value, label: t(`deviceState.${value}`) }))}
        />
      </ListBar>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="devices" title={t(search.q || search.state ? 'devices.noneMatch' : 'devices.none')}>
            {search.q || search.state ? null : t('devices.noneNext')}
          </Empty>
        }
        onOpen={(row) => void navigate({ to: '/devices/$id', params: { id: row.id }, search: {} })}
      />
    </>
  )
}

function useColumns(): readonly DataColumn<DeviceRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 110,
        value: (row) => row.state,
        cell: (row) => <DeviceStateMark state={row.state} />,
      },
      {
        id: 'name',
        label: t('column.device'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <Link
              to="/devices/$id"
              params={{ id: row.id }}
              search={{}}
              onClick={(event) => event.stopPropagation()}
              style={{ fontWeight: 600, color: 'inherit' }}
            >
              {row.name}
            </Link>{' '}
            {row.active ? null : <Tag>{t('devices.inactive')}</Tag>}
          </>
        ),
      },
      {
        id: 'address',
        label: t('column.address'),
        value: (row) => row.address,
        cell: (row) => <span className="num">{row.address}</span>,
      },
      {
        id: 'alarms',
        label: t('column.openAlarms'),
        right: true,
        value: (row) => row.openAlarms,
        cell: (row) =>
          row.openAlarms > 0 ? <b className="num">{row.openAlarms}</b> : <span className="quiet num">0</span>,
      },
      {
        id: 'site',
        label: t('column.site'),
        wideOnly: true,
        value: (row) => row.siteName,
        cell: (row) => (
          <>
            {row.siteName} <span className="quiet">· {row.customerName}</span>
          </>
        ),
      },
      {
        id: 'model',
        label: t('column.model'),
        wideOnly: true,
        value: (row) => `${row.vendor ?? ''} ${row.model ?? ''}`,
        cell: (row) => [row.vendor, row.model].filter(Boolean).join(' ') || '–',
      },
      {
        id: 'profile',
        label: t('column.profile'),
        wideOnly: true,
        value: (row) => row.profile ?? '',
        cell: (row) => (
          <span className="mono" title={row.profileReason ?? undefined}>
            {row.profile ?? '–'}
          </span>
        ),
      },
      {
        id: 'since',
        label: t('column.since'),
        wideOnly: true,
        width: 110,
        value: (row) => row.stateSince ?? 0,
        cell: (row) => <Time at={row.stateSince} site={row.site} />,
      },
    ],
    [t],
  )
}
