import { Button, NativeSelect, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { devicesQuery, sitesQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { DeviceStateMark, Tag } from '../ui/marks.tsx'
import { NameLink } from '../ui/name-link.tsx'
import { Empty, NoneMatch } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import type { DevicesSearch } from './device-parts.ts'

const AddDeviceDialog = lazy(async () => ({ default: (await import('./add-device-dialog.tsx')).AddDeviceDialog }))

const STATES = ['all', 'up', 'down', 'unknown'] as const

export function DevicesScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/devices' })
  const navigate = useNavigate({ from: '/devices' })
  const { q, state, site } = search
  const query = useInfiniteQuery(devicesQuery({ q, state: state ? [state] : undefined, site }))
  const sites = useQuery(sitesQuery).data?.items ?? []
  const may = useMayChange()
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = useColumns()
  const setSearch = useCallback(
    (change: DevicesSearch) => navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  )
  const isFiltered = [q, state, site].some((one) => one !== undefined)
  const add = (
    <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setSearch({ add: true })}>
      {t('devices.add')}
    </Button>
  )
  return (
    <>
      <ScreenTitle title={t('nav.devices')} />
      <ListBar
        q={q}
        placeholder={t('devices.search')}
        onSearch={(text) => setSearch({ q: text })}
        actions={may ? add : null}
        filtersSet={site === undefined ? 0 : 1}
        filters={
          sites.length < 2 ? undefined : (
            <NativeSelect
              aria-label={t('column.site')}
              value={site ?? ''}
              onChange={(event) => setSearch({ site: event.currentTarget.value || undefined })}
              data={[
                { value: '', label: t('devices.allSites') },
                ...[...sites].sort(byName).map((one) => ({ value: one.id, label: one.name })),
              ]}
            />
          )
        }
      >
        <SegmentedControl
          size="xs"
          aria-label={t('column.state')}
          value={state ?? 'all'}
          onChange={(value) => setSearch({ state: value === 'all' ? undefined : value })}
          data={STATES.map((value) => ({ value, label: t(`deviceState.${value}`) }))}
        />
      </ListBar>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          isFiltered ? (
            <NoneMatch
              icon="devices"
              title={t('devices.noneMatch')}
              onClear={() => setSearch({ q: undefined, state: undefined, site: undefined })}
            />
          ) : (
            <Empty icon="devices" title={t('devices.none')} action={may ? add : null}>
              <p>{t(may ? 'devices.noneNext' : 'devices.noneViewer')}</p>
            </Empty>
          )
        }
        onOpen={(row) => void navigate({ to: '/devices/$id', params: { id: row.id }, search: {} })}
      />
      <Suspense>
        {may && search.add ? <AddDeviceDialog site={site} onClose={() => setSearch({ add: undefined })} /> : null}
      </Suspense>
    </>
  )
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name.localeCompare(b.name)

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
            <NameLink to="/devices/$id" id={row.id} name={row.name} />{' '}
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
            <Link to="/sites/$id" params={{ id: row.site }} search={{}} onClick={(event) => event.stopPropagation()}>
              {row.siteName}
            </Link>{' '}
            <span className="quiet">· {row.customerName}</span>
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
