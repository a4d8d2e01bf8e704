import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WouldBeAlarm } from '#shared/http/back-tests.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { SeverityMark, Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Elapsed, Time } from '../ui/time.tsx'

type Row = Omit<WouldBeAlarm, 'incidents'> & { readonly incidents?: WouldBeAlarm['incidents'] }
const FIRST = 25

/** Alarms that never were. `total`: how many there would have been, where only the first are listed. */
export function WouldBeAlarms({ rows, title, total }: { rows: readonly Row[]; title?: string; total?: number }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const columns = useColumns()
  const shown = useMemo(() => (all ? rows : rows.slice(0, FIRST)), [rows, all])
  if (rows.length === 0) return <Empty icon="check" title={t('backTest.noAlarms')} small />
  return (
    <>
      {title === undefined ? null : <h3 className={page.hint}>{title}</h3>}
      <DataTable
        rows={shown}
        columns={columns}
        keyOf={(row) => `${row.raisedAt} ${row.site} ${row.device} ${row.resource} ${row.alarmType} ${row.qualifier}`}
      />
      <div className={`${page.body} ${page.line}`}>
        {all || rows.length <= FIRST ? null : (
          <Button variant="default" onClick={() => setAll(true)}>
            {t('action.more')}
          </Button>
        )}
        {total === undefined || total <= rows.length ? null : (
          <span className="quiet">{t('backTest.listed', { count: rows.length, total })}</span>
        )}
      </div>
    </>
  )
}

function useColumns(): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'severity',
        label: t('column.severity'),
        width: 96,
        cell: (row) => <SeverityMark severity={row.severity} />,
      },
      {
        id: 'text',
        label: t('column.text'),
        cell: (row) => (
          <>
            {row.text}
            <div className="quiet">
              {[row.site, row.device, resourceName(row.resource)].filter(Boolean).join(' · ')}
            </div>
          </>
        ),
      },
      {
        id: 'raised',
        label: t('column.raised'),
        width: 96,
        value: (row) => row.raisedAt,
        cell: (row) => <Time at={row.raisedAt} site={row.site} />,
      },
      {
        id: 'duration',
        label: t('column.duration'),
        wideOnly: true,
        width: 96,
        value: (row) => (row.clearedAt ?? Number.MAX_SAFE_INTEGER) - row.raisedAt,
        cell: (row) =>
          row.clearedAt === null ? t('backTest.stands') : <Elapsed from={row.raisedAt} to={row.clearedAt} />,
      },
      {
        id: 'incident',
        label: t('column.incident'),
        wideOnly: true,
        cell: (row) => (
          <div className={page.line}>
            {row.opens ? <Tag tone="warn">{t('backTest.wouldOpen')}</Tag> : null}
            {row.incidents?.slice(0, 3).map((one) => (
              <Link key={one.id} to="/incidents/$id" params={{ id: one.id }} className="num">
                #{one.number}
              </Link>
            ))}
          </div>
        ),
      },
    ],
    [t],
  )
}
