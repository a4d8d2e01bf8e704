// Everything that is held back now, by what holds it, why and until when: nothing vanishes.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { SuppressedRow } from '#shared/http/suppression.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import bar from '../alarms/alarm-toolbar.module.css'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { SeverityMark, Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Time } from '../ui/time.tsx'
import { HeldBy, HeldUntil } from './held-by.tsx'
import css from './maintenance.module.css'
import { suppressedQuery } from './maintenance-queries.ts'
import { GATES, type MaintenanceSearch } from './maintenance-search.ts'

export function SuppressedNow() {
  const { t } = useTranslation()
  const { by, q } = useSearch({ from: '/signed-in/maintenance' })
  const navigate = useNavigate({ from: '/maintenance' })
  const query = useInfiniteQuery(suppressedQuery({ by, q }))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const counts = query.data?.pages[0]?.counts
  const columns = useColumns()
  const setSearch = (change: MaintenanceSearch) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  return (
    <>
      <ListBar q={q} placeholder={t('alarms.search')} onSearch={(text) => setSearch({ q: text })} />
      <fieldset className={css.gates} style={{ border: 0, margin: 0 }} aria-label={t('held.gates')}>
        {GATES.map((gate) => (
          <button
            key={gate}
            type="button"
            className={bar.view}
            aria-pressed={by === gate}
            title={t(`gateHint.${gate}`)}
            onClick={() => setSearch({ by: by === gate ? undefined : gate })}
          >
            {t(`gate.${gate}`)}
            <i className="num">{grouped(counts?.[gate] ?? 0)}</i>
          </button>
        ))}
      </fieldset>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="check" title={t(by === undefined && q === undefined ? 'held.none' : 'held.noneMatch')}>
            {t('held.noneNext')}
          </Empty>
        }
        onOpen={(row) => void navigate({ to: '/alarms', search: { view: 'all', alarm: row.id } })}
      />
    </>
  )
}

function useColumns(): readonly DataColumn<SuppressedRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'severity',
        label: t('column.severity'),
        width: 96,
        wideOnly: true,
        cell: (row) => <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />,
      },
      {
        id: 'text',
        label: t('column.text'),
        cell: (row) => (
          <>
            <div className={page.phoneOnly}>
              <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />
            </div>
            <Link
              to="/alarms"
              search={{ view: 'all', alarm: row.id }}
              style={{ color: 'inherit' }}
              onClick={(event) => event.stopPropagation()}
            >
              {row.text}
            </Link>
            <div className="quiet">
              {[row.siteName, row.deviceName, resourceName(row.resource)].filter(Boolean).join(' · ')}
            </div>
          </>
        ),
      },
      {
        id: 'by',
        label: t('held.by'),
        cell: (row) => (
          <>
            <Tag title={t(`gateHint.${row.suppression.by}`)}>{t(`gate.${row.suppression.by}`)}</Tag>{' '}
            <HeldBy held={row.suppression} name={row.refName} />
            <div className={page.phoneOnly}>
              {row.suppression.until === null ? null : `${t('held.until')} `}
              <HeldUntil held={row.suppression} site={row.site} />
            </div>
          </>
        ),
      },
      {
        id: 'holds',
        label: t('held.holds'),
        wideOnly: true,
        cell: (row) => t(`holds.${row.suppression.holds}`),
      },
      {
        id: 'since',
        label: t('column.since'),
        wideOnly: true,
        width: 96,
        value: (row) => row.suppression.since,
        cell: (row) => <Time at={row.suppression.since} site={row.site} />,
      },
      {
        id: 'until',
        label: t('held.until'),
        width: 130,
        wideOnly: true,
        value: (row) => row.suppression.until ?? Number.MAX_SAFE_INTEGER,
        cell: (row) => <HeldUntil held={row.suppression} site={row.site} />,
      },
    ],
    [t],
  )
}
