// The inbox of traps that no definition fits: what to make a definition of, and what to put aside.
import { Checkbox } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { UnknownTrapRow } from '#shared/http/traps.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { Empty } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { unknownTrapsQuery } from './event-queries.ts'
import css from './events.module.css'

export function UnknownTraps() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/events' })
  const navigate = useNavigate({ from: '/events' })
  const query = useInfiniteQuery(unknownTrapsQuery({ q: search.q, ignored: search.ignored }))
  const rows = useMemo(
    () => query.data?.pages.flatMap((page) => page.items.map((row) => ({ ...row, id: row.oid }))) ?? [],
    [query.data],
  )
  const columns = useColumns()
  const other = query.data?.pages[0]?.other ?? 0
  const setQ = useCallback(
    (q: string | undefined) => void navigate({ search: (old) => ({ ...old, q }), replace: true }),
    [navigate],
  )
  return (
    <>
      <ListBar q={search.q} placeholder={t('unknownTraps.search')} onSearch={setQ}>
        <Checkbox
          size="xs"
          label={t('unknownTraps.ignored')}
          checked={search.ignored === true}
          onChange={(event) => {
            const ignored = event.currentTarget.checked || undefined
            void navigate({ search: (old) => ({ ...old, ignored }), replace: true })
          }}
        />
      </ListBar>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="check" title={t(search.q ? 'unknownTraps.noneMatch' : 'unknownTraps.none')}>
            <p>{t('unknownTraps.noneNext')}</p>
          </Empty>
        }
        onOpen={(row) => void navigate({ search: (old) => ({ ...old, oid: row.oid }) })}
      />
      {other > 0 ? <p className={css.note}>{t('unknownTraps.other', { count: other })}</p> : null}
    </>
  )
}

type Row = UnknownTrapRow & { readonly id: string }

function useColumns(): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'oid',
        label: t('unknownTraps.trap'),
        value: (row) => row.oid,
        cell: (row) => (
          <>
            <Link
              from="/events"
              to="/events"
              search={(old) => ({ ...old, view: 'unknown' as const, oid: row.oid })}
              className={`mono ${css.oid}`}
              onClick={(event) => event.stopPropagation()}
            >
              {row.oid}
            </Link>
            <div className="quiet">{enterpriseText(row)}</div>
          </>
        ),
      },
      {
        id: 'count',
        label: t('unknownTraps.count'),
        right: true,
        width: 90,
        value: (row) => row.count,
        cell: (row) => <b className="num">{grouped(row.count)}</b>,
      },
      {
        id: 'devices',
        label: t('column.devices'),
        wideOnly: true,
        value: (row) => row.deviceCount,
        cell: (row) => (
          <>
            {row.devices
              .slice(0, 3)
              .map((id) => row.deviceNames?.[id] ?? id)
              .join(', ')}
            {row.deviceCount > 3 ? <span className="quiet num"> +{row.deviceCount - 3}</span> : null}
          </>
        ),
      },
      {
        id: 'first',
        label: t('unknownTraps.first'),
        width: 120,
        wideOnly: true,
        value: (row) => row.firstAt,
        cell: (row) => <Time at={row.firstAt} />,
      },
      {
        id: 'last',
        label: t('unknownTraps.last'),
        width: 110,
        value: (row) => row.lastAt,
        cell: (row) => <Time at={row.lastAt} />,
      },
    ],
    [t],
  )
}

export function enterpriseText({ enterprise }: UnknownTrapRow): string {
  return enterprise === null ? '' : [enterprise.name, enterprise.number].filter(Boolean).join(' · ')
}
