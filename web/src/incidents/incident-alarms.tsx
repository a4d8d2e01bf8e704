import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { statusOf } from '../alarms/alarm-view.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'

interface IncidentAlarmsProps {
  readonly rows: readonly AlarmRow[]
  /** Only what fits a side column. */
  readonly narrow?: boolean
}

/** Alarms of a device. */
export function IncidentAlarms({ rows, narrow }: IncidentAlarmsProps) {
  const { t } = useTranslation()
  const words = useWords()
  const columns = useMemo<readonly DataColumn<AlarmRow>[]>(
    () => [
      {
        id: 'severity',
        label: t('column.severity'),
        width: 96,
        cell: (row) => <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />,
      },
      {
        id: 'state',
        label: t('column.state'),
        width: 100,
        wideOnly: true,
        cell: (row) => <AlarmStatusMark status={statusOf(row)} />,
      },
      {
        id: 'text',
        label: t('column.text'),
        cell: (row) => (
          <>
            <Link to="/alarms" search={{ view: 'all', alarm: row.id }} style={{ color: 'inherit' }}>
              {row.text}
            </Link>
            <div className="quiet">{words.alarmType(row.alarmType)}</div>
          </>
        ),
      },
      { id: 'resource', label: t('column.resource'), wideOnly: true, cell: (row) => resourceName(row.resource) || '–' },
      {
        id: 'raised',
        label: t('column.raised'),
        width: 96,
        value: (row) => row.raisedAt,
        cell: (row) => <Time at={row.raisedAt} site={row.site} />,
      },
    ],
    [t, words],
  )
  if (rows.length === 0) return <Empty icon="alarms" title={t('incident.noAlarms')} small />
  const shown = narrow ? columns.filter((column) => column.id !== 'resource' && column.id !== 'state') : columns
  return <DataTable rows={rows} columns={shown} keyOf={(row) => row.id} />
}
