// Columns of the Current list: width, order, and which give way first when the window is narrow.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { grouped } from '../ui/format.ts'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { AlarmFlags } from './alarm-flags.tsx'
import css from './alarm-grid.module.css'
import { type AlarmOrder, statusOf } from './alarm-view.ts'

export interface AlarmColumn {
  readonly id: AlarmColumnId
  readonly width: number
  /** Takes what is left; `width` is then its least. */
  readonly grows?: boolean
  /** Grows to this much before the rest gets the remainder. */
  readonly upTo?: number
  /** Less important columns give way until it has this much. */
  readonly comfortable?: number
  readonly order?: AlarmOrder
  readonly right?: boolean
  /** Higher gives way earlier; 0 never does by itself. */
  readonly givesWay: number
  cell(row: AlarmRow): ReactNode
}

export const ALARM_COLUMN_IDS = [
  'severity',
  'state',
  'raised',
  'duration',
  'last',
  'count',
  'customer',
  'site',
  'device',
  'resource',
  'type',
  'text',
  'owner',
  'incident',
  'source',
] as const
export type AlarmColumnId = (typeof ALARM_COLUMN_IDS)[number]

export const ALARM_COLUMNS: readonly AlarmColumn[] = [
  {
    id: 'severity',
    width: 90,
    order: 'severity',
    givesWay: 0,
    cell: (row) => <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />,
  },
  { id: 'state', width: 92, givesWay: 0, cell: (row) => <AlarmStatusMark status={statusOf(row)} /> },
  { id: 'raised', width: 86, order: 'raised', givesWay: 0, cell: (row) => <Time at={row.raisedAt} site={row.site} /> },
  {
    id: 'duration',
    width: 76,
    givesWay: 3,
    cell: (row) => <Elapsed from={row.raisedAt} to={row.isCleared ? row.clearedAt : null} />,
  },
  { id: 'last', width: 88, order: 'last', givesWay: 6, cell: (row) => <Time at={row.lastAt} site={row.site} /> },
  {
    id: 'count',
    width: 52,
    order: 'count',
    right: true,
    givesWay: 2,
    cell: (row) => <span className="num">{grouped(row.count)}</span>,
  },
  { id: 'customer', width: 116, givesWay: 5, cell: (row) => row.customerName },
  { id: 'site', width: 124, order: 'site', givesWay: 1, cell: (row) => row.siteName },
  {
    id: 'device',
    width: 118,
    order: 'device',
    givesWay: 0,
    cell: (row) =>
      row.device === null ? (
        <span className="quiet">–</span>
      ) : (
        <Link
          to="/devices/$id"
          params={{ id: row.device }}
          className={css.cellLink}
          onClick={(event) => event.stopPropagation()}
          tabIndex={-1}
        >
          {row.deviceName ?? row.device}
        </Link>
      ),
  },
  { id: 'resource', width: 118, givesWay: 4, cell: (row) => resourceName(row.resource) },
  {
    id: 'type',
    width: 124,
    upTo: 156,
    givesWay: 0.5,
    cell: (row) => <TypeWord row={row} />,
  },
  {
    id: 'text',
    width: 190,
    comfortable: 300,
    grows: true,
    givesWay: 0,
    cell: (row) => (
      <>
        <AlarmFlags row={row} />
        {row.text}
      </>
    ),
  },
  {
    id: 'owner',
    width: 88,
    givesWay: 2,
    cell: (row) =>
      row.ackBy === null ? <span className="quiet">–</span> : <span title={row.ackNote}>{row.ackBy}</span>,
  },
  {
    id: 'incident',
    width: 66,
    givesWay: 0,
    cell: (row) =>
      row.incident === null ? (
        <span className="quiet">–</span>
      ) : (
        <Link
          to="/incidents/$id"
          params={{ id: row.incident }}
          className="num"
          onClick={(event) => event.stopPropagation()}
          tabIndex={-1}
        >
          #{row.incidentNumber}
        </Link>
      ),
  },
  { id: 'source', width: 64, givesWay: 7, cell: (row) => <SourceWord row={row} /> },
]

/** `if:Gi0/1` reads `Gi0/1`; '' is the device itself. */
export function resourceName(resource: string): string {
  return resource.replace(/^(if|fs|storage|load|module):/, '')
}

/** Columns that fit `width` px: a person's choice as it is, else the default with the least important left out. */
export function columnsFor(width: number, chosen: readonly AlarmColumnId[] | null): readonly AlarmColumn[] {
  if (chosen !== null) return ALARM_COLUMNS.filter((column) => chosen.includes(column.id))
  let columns = ALARM_COLUMNS
  for (;;) {
    const first = columns.reduce((worst, column) => (column.givesWay > worst.givesWay ? column : worst))
    const wanted = (column: AlarmColumn) => (first.givesWay >= 3 && column.comfortable) || column.width
    const total = columns.reduce((sum, column) => sum + wanted(column), FIXED_PX)
    if (total <= width || first.givesWay === 0) break
    columns = columns.filter((column) => column !== first)
  }
  return columns
}

/** Check box and the space at both ends. */
const FIXED_PX = 56

export function gridTemplate(columns: readonly AlarmColumn[]): string {
  return ['34px', ...columns.map(trackOf)].join(' ')
}

function trackOf({ width, grows, upTo }: AlarmColumn): string {
  if (grows) return `minmax(${width}px, 1fr)`
  return upTo === undefined ? `${width}px` : `minmax(${width}px, ${upTo}px)`
}

function SourceWord({ row }: { row: AlarmRow }) {
  const { t } = useTranslation()
  return <span className="quiet">{t(`source.${row.source}`, { defaultValue: row.source })}</span>
}

function TypeWord({ row }: { row: AlarmRow }) {
  return <span title={row.alarmType}>{useWords().alarmType(row.alarmType)}</span>
}
