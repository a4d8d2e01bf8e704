// All devices of a site: those the collector keeps, to be changed here, and those of the site's own file, to be seen.
import { Button, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import { useMayChange, useMayLookInto } from '../api/role.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { DeviceStateMark, State, Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { RowActions } from '../ui/row-actions.tsx'
import { useSaid } from '../ui/said.ts'
import { mergedDevices, type SiteDevice } from './merged-devices.ts'
import { managedDevicesQuery, watchedDevicesQuery } from './site-queries.ts'
import css from './sites.module.css'

const DeviceDialog = lazy(async () => ({ default: (await import('./device-dialog.tsx')).DeviceDialog }))
const RemoveDialog = lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog }))
const ImportDialog = lazy(async () => ({ default: (await import('./import-dialog.tsx')).ImportDialog }))

/** More rows at once would make typing in the search box slow. */
const SHOWN = 300

type Open = { readonly what: 'add' | 'import' } | { readonly what: 'edit' | 'remove'; readonly row: SiteDevice }

export function SiteDevices({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const mayLook = useMayLookInto()
  const managed = useQuery({ ...managedDevicesQuery(site.id), enabled: mayLook })
  const watched = useInfiniteQuery(watchedDevicesQuery(site.id))
  const [q, setQ] = useState('')
  const [shown, setShown] = useState(SHOWN)
  const { make } = useSearch({ from: '/signed-in/sites/$id' })
  const navigate = useNavigate({ from: '/sites/$id' })
  const [open, setOpen] = useState<Open | null>(
    make === undefined || !may ? null : { what: make === 'device' ? 'add' : 'import' },
  )
  const all = useMemo(
    () => mergedDevices(managed.data, watched.data?.pages.flatMap((one) => one.items) ?? []),
    [managed.data, watched.data],
  )
  const rows = useMemo(() => {
    const wanted = q.trim().toLowerCase()
    return wanted === ''
      ? all
      : all.filter((row) => `${row.id} ${row.name} ${row.address}`.toLowerCase().includes(wanted))
  }, [all, q])
  const columns = useColumns(may, mayLook, setOpen)
  const close = () => {
    setOpen(null)
    if (make !== undefined) void navigate({ search: (old) => ({ ...old, make: undefined }), replace: true })
  }
  const failed = managed.isError ? managed : watched.isError && watched.data === undefined ? watched : null
  if (failed) return <Failed failure={failed.error} retry={() => void failed.refetch()} />
  return (
    <>
      <Panel>
        <div className={css.bar}>
          <TextInput
            type="search"
            placeholder={t('siteDevices.search')}
            aria-label={t('siteDevices.search')}
            leftSection={<Icon name="search" size={14} />}
            value={q}
            onChange={(event) => setQ(event.currentTarget.value)}
          />
          <span className={css.spring} />
          {may ? (
            <>
              <Button variant="default" onClick={() => setOpen({ what: 'import' })}>
                {t('siteDevices.import')}
              </Button>
              <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen({ what: 'add' })}>
                {t('siteDevices.add')}
              </Button>
            </>
          ) : null}
        </div>
        {(mayLook && managed.isPending) || watched.isPending ? (
          <SkeletonRows count={6} />
        ) : rows.length === 0 ? (
          <Empty icon="devices" title={t(q === '' ? 'siteDevices.none' : 'devices.noneMatch')}>
            {q === '' ? <p>{t('siteDevices.noneNext')}</p> : null}
            {q === '' && may ? (
              <div className={page.buttons} style={{ justifyContent: 'center' }}>
                <Button
                  renderRoot={(props) => (
                    <Link to="/sites/$id" params={{ id: site.id }} search={{ part: 'discovery' }} {...props} />
                  )}
                  leftSection={<Icon name="radar" size={14} />}
                >
                  {t('sweep.start')}
                </Button>
                <Button variant="default" onClick={() => setOpen({ what: 'add' })}>
                  {t('siteDevices.add')}
                </Button>
                <Button variant="default" onClick={() => setOpen({ what: 'import' })}>
                  {t('siteDevices.import')}
                </Button>
              </div>
            ) : null}
          </Empty>
        ) : (
          <DataTable rows={rows.slice(0, shown)} columns={columns} keyOf={(row) => row.id} />
        )}
        {rows.length > shown || watched.hasNextPage ? (
          <div className={css.bar} style={{ justifyContent: 'center' }}>
            <Button
              variant="default"
              loading={watched.isFetchingNextPage}
              onClick={() => {
                if (rows.length > shown) setShown(shown + SHOWN)
                else void watched.fetchNextPage()
              }}
            >
              {t('action.more')}
            </Button>
          </div>
        ) : null}
      </Panel>
      {may ? null : <p className={page.hint}>{t('role.readOnly')}</p>}
      <Suspense>
        {open?.what === 'add' ? <DeviceDialog site={site} known={all} onClose={close} /> : null}
        {open?.what === 'edit' && open.row.managed ? (
          <DeviceDialog site={site} known={all} row={open.row.managed} onClose={close} />
        ) : null}
        {open?.what === 'remove' ? (
          <RemoveDialog site={site.id} kind="devices" name={open.row.id} label={open.row.name} onClose={close} />
        ) : null}
        {open?.what === 'import' ? <ImportDialog site={site.id} known={all} onClose={close} /> : null}
      </Suspense>
    </>
  )
}

function useColumns(may: boolean, mayLook: boolean, open: (what: Open) => void): readonly DataColumn<SiteDevice>[] {
  const { t } = useTranslation()
  const said = useSaid()
  return useMemo(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: '7.5em',
        value: (row) => row.watched?.state ?? '',
        cell: (row) =>
          row.watched?.active ? (
            <DeviceStateMark state={row.watched.state} />
          ) : (
            <State tone="plain" shape="ring" word={t('siteDevices.notYet')} />
          ),
      },
      {
        id: 'name',
        label: t('column.device'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            {row.watched ? (
              <Link
                to="/devices/$id"
                params={{ id: row.watched.id }}
                search={{}}
                style={{ color: 'inherit', fontWeight: 600 }}
              >
                {row.name}
              </Link>
            ) : (
              <b>{row.name}</b>
            )}
            {row.leaving ? (
              <>
                {' '}
                <Tag title={t('siteDevices.leavingHint')}>{t('siteDevices.leaving')}</Tag>
              </>
            ) : null}
            {row.problems.length === 0 ? null : (
              <>
                {' '}
                <Tag tone="warn" title={row.problems.map((one) => `${one.path} ${said(one.message)}`).join('\n')}>
                  {t('config.problems', { count: row.problems.length })}
                </Tag>
                <div className={css.wrong}>{said(row.problems[0]?.message ?? '')}</div>
              </>
            )}
          </>
        ),
      },
      {
        id: 'address',
        label: t('column.address'),
        value: (row) => row.address,
        cell: (row) => <span className="num">{row.address}</span>,
      },
      // without the list of what is kept nobody can say where a device comes from
      ...(mayLook
        ? [
            {
              id: 'origin',
              label: t('sites.origin'),
              wideOnly: true,
              value: (row: SiteDevice) => row.origin,
              cell: (row: SiteDevice) => (
                <Tag title={t(`deviceOriginHint.${row.origin}`)}>{t(`deviceOrigin.${row.origin}`)}</Tag>
              ),
            },
            {
              id: 'checks',
              label: t('siteDevices.checks'),
              wideOnly: true,
              cell: (row: SiteDevice) =>
                row.managed ? (
                  <span className={css.checks}>
                    {row.managed.device.snmp ? <Tag>SNMP · {row.managed.device.snmp.credentials}</Tag> : null}
                    {row.managed.device.icmp ? <Tag>{t('siteDevices.ping')}</Tag> : null}
                    {row.managed.device.tcp?.map((check) => (
                      <Tag key={check.port}>TCP {check.port}</Tag>
                    ))}
                    {row.managed.device.http?.length ? <Tag>HTTP</Tag> : null}
                  </span>
                ) : (
                  <span className="quiet">–</span>
                ),
            },
          ]
        : []),
      {
        id: 'agent',
        label: t('column.agent'),
        wideOnly: true,
        value: (row) => row.agent ?? '',
        cell: (row) => row.agent ?? <span className="quiet">–</span>,
      },
      ...(may
        ? [
            {
              id: 'do',
              label: '',
              right: true,
              width: 76,
              cell: (row: SiteDevice) =>
                row.managed ? (
                  <RowActions
                    editLabel={t('siteDevices.edit', { name: row.name })}
                    removeLabel={t('siteDevices.remove', { name: row.name })}
                    onEdit={() => open({ what: 'edit', row })}
                    onRemove={() => open({ what: 'remove', row })}
                  />
                ) : null,
            },
          ]
        : []),
    ],
    [t, said, may, mayLook, open],
  )
}
