// Columns of the history: one row is one time that an alarm was raised.
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { HistoryRow } from '#shared/http/alarm-history.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { SeverityMark, State, Tag } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './history.module.css'

/** On screen and, with the part of the device and the note, in a file. */
export const HISTORY_COLUMN_IDS = [
  ...(['severity', 'raised', 'cleared', 'duration', 'customer', 'site', 'device', 'resource'] as const),
  ...(['type', 'text', 'by', 'note', 'incident'] as const),
] as const

export function useHistoryColumns(): DataColumn<HistoryRow>[] {
  const { t } = useTranslation()
  const words = useWords()
  return useMemo(
    () => [
      {
        id: 'severity',
        label: t('column.severity'),
        width: 100,
        cell: (row) => <SeverityMark severity={row.severity} />,
      },
      {
        id: 'raised',
        label: t('column.raised'),
        width: 108,
        wideOnly: true,
        cell: (row) => <Time at={row.raisedAt} site={row.site} full="day" />,
      },
      {
        id: 'cleared',
        label: t('alarm.cleared'),
        width: 108,
        wideOnly: true,
        cell: (row) =>
          row.clearedAt === null ? (
            <State tone="strong" word={t('history.standing')} />
          ) : (
            <Time at={row.clearedAt} site={row.site} full="day" />
          ),
      },
      {
        id: 'duration',
        label: t('column.duration'),
        width: 90,
        wideOnly: true,
        cell: (row) => <Elapsed from={row.raisedAt} to={row.clearedAt} />,
      },
      { id: 'customer', label: t('column.customer'), wideOnly: true, cell: (row) => <Short text={row.customerName} /> },
      { id: 'site', label: t('column.site'), wideOnly: true, cell: (row) => <Short text={row.siteName} /> },
      {
        id: 'device',
        label: t('column.device'),
        wideOnly: true,
        cell: (row) =>
          row.device === null ? (
            <span className="quiet">–</span>
          ) : (
            <Link to="/devices/$id" params={{ id: row.device }} onClick={(event) => event.stopPropagation()}>
              <Short text={row.deviceName ?? row.device} />
            </Link>
          ),
      },
      {
        id: 'type',
        label: t('column.type'),
        wideOnly: true,
        cell: (row) => <Short text={words.alarmType(row.alarmType)} />,
      },
      {
        id: 'text',
        label: t('column.text'),
        cell: (row) => (
          <>
            <span className={css.said} title={row.text}>
              {row.late ? <Tag>{t('alarm.late')}</Tag> : null} {row.text}
            </span>
            <div className={css.place}>
              <Time at={row.raisedAt} site={row.site} full="day" /> · <Elapsed from={row.raisedAt} to={row.clearedAt} />
            </div>
            <div className={css.place}>
              {[words.alarmType(row.alarmType), row.siteName, row.deviceName].filter(Boolean).join(' · ')}
            </div>
          </>
        ),
      },
      {
        id: 'by',
        label: t('history.by'),
        wideOnly: true,
        cell: (row) => <span title={row.note || undefined}>{row.by ?? <span className="quiet">–</span>}</span>,
      },
      {
        id: 'incident',
        label: t('column.incident'),
        width: 72,
        wideOnly: true,
        cell: (row) =>
          row.incident === null || row.incidentNumber === null ? (
            <span className="quiet">–</span>
          ) : (
            <Link
              to="/incidents/$id"
              params={{ id: row.incident }}
              className="num"
              onClick={(event) => event.stopPropagation()}
            >
              #{row.incidentNumber}
            </Link>
          ),
      },
    ],
    [t, words],
  )
}

/** In one line; whole on hover. */
function Short({ text }: { text: string }) {
  return (
    <span title={text} className="one-line" style={{ display: 'inline-block', maxWidth: 132, verticalAlign: 'bottom' }}>
      {text}
    </span>
  )
}
