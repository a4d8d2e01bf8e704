// Neighbours of a device as it tells of them itself.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { NeighbourRow } from '#shared/http/topology.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { useMayChange } from '../api/role.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'
import css from './topology.module.css'
import { neighboursQuery } from './topology-queries.ts'

export function Neighbours({ device, site }: { device: string; site: string }) {
  const { t } = useTranslation()
  const said = useSaid()
  const query = useQuery(neighboursQuery(device))
  const columns = useColumns(site)
  const rows = query.data?.items ?? []
  const notes = query.data?.tables.filter((table) => table.note !== null) ?? []
  return (
    <Panel title={rows.length === 0 ? t('neighbours.title') : t('neighbours.titleN', { count: rows.length })}>
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={3} />
      ) : rows.length === 0 ? (
        <Empty icon="link" title={t('neighbours.none')} small>
          <p>{t('neighbours.noneNext')}</p>
        </Empty>
      ) : (
        <div className={css.scroll}>
          <DataTable rows={rows} columns={columns} keyOf={keyOf} />
        </div>
      )}
      {query.data?.truncated ? <p className={css.note}>{t('neighbours.truncated')}</p> : null}
      {notes.map((table) => (
        <p key={table.table} className={css.note}>
          {t('neighbours.tableNote', { table: table.table.toUpperCase() })} {said(table.note ?? '')}
        </p>
      ))}
    </Panel>
  )
}

function keyOf(row: NeighbourRow): string {
  return [row.port, row.by, row.device, row.mac, row.name, row.remotePort].join(' ')
}

function useColumns(site: string): readonly DataColumn<NeighbourRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'port',
        label: t('neighbours.port'),
        value: (row) => row.port,
        cell: (row) => resourceName(row.port) || <span className="quiet">–</span>,
      },
      {
        id: 'neighbour',
        label: t('neighbours.neighbour'),
        value: (row) => row.deviceName ?? row.name ?? row.mac ?? '',
        cell: (row) => <Neighbour row={row} site={site} />,
      },
      {
        id: 'remote',
        label: t('neighbours.remotePort'),
        value: (row) => row.remotePort,
        cell: (row) => resourceName(row.remotePort) || <span className="quiet">–</span>,
      },
      {
        id: 'by',
        label: t('neighbours.by'),
        width: 92,
        value: (row) => row.by,
        cell: (row) => <Tag title={t(`linkSourceHint.${row.by}`)}>{t(`linkSource.${row.by}`)}</Tag>,
      },
      {
        id: 'seen',
        label: t('neighbours.seen'),
        width: 120,
        wideOnly: true,
        value: (row) => row.seenAt,
        cell: (row) => (
          <>
            <Time at={row.seenAt} />{' '}
            {row.state === 'stale' ? (
              <Tag tone="warn" title={t('links.staleHint')}>
                {t('links.stale')}
              </Tag>
            ) : null}
          </>
        ),
      },
    ],
    [t, site],
  )
}

function Neighbour({ row, site }: { row: NeighbourRow; site: string }) {
  const { t } = useTranslation()
  if (row.device !== null)
    return (
      <Link to="/devices/$id" params={{ id: row.device }} search={{}} style={{ fontWeight: 600 }}>
        {row.deviceName ?? row.device}
      </Link>
    )
  return (
    <>
      <b>{row.name || row.mac || row.addresses[0] || '–'}</b> <Tag>{t('neighbours.unknown')}</Tag>
      <div className={css.under}>
        {[
          row.addresses.join(', '),
          row.name ? row.mac : null,
          row.capabilities.map((one) => t(`capability.${one}`, { defaultValue: one })).join(', '),
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
      {row.description ? <div className={`${css.under} one-line`}>{row.description}</div> : null}
      <LookThere site={site} addresses={row.addresses} />
    </>
  )
}

/** To the form of a sweep that asks this one address. */
export function LookThere({ site, addresses }: { site: string; addresses: readonly string[] }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const [address] = addresses
  if (!may || address === undefined) return null
  return (
    <Button
      size="compact-xs"
      variant="default"
      renderRoot={(props) => (
        <Link to="/sites/$id" params={{ id: site }} search={{ part: 'discovery', sweep: address }} {...props} />
      )}
    >
      {t('neighbours.lookThere')}
    </Button>
  )
}
