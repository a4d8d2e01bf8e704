// Columns of the Current list: width, order, and which give way first when the window is narrow.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardRow, BoardSort } from '#shared/http/alarm-board.ts'
import { grouped } from '../ui/format.ts'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { AlarmFlags } from './alarm-flags.tsx'
import css from './alarm-grid.module.css'
import { ownerOf, statusOf } from './alarm-view.ts'
import { shortInterface } from './short-interface.ts'

export interface AlarmColumn {
  readonly id: AlarmColumnId
  readonly width: number
  /** Takes what is left; `width` is then its least. */
  readonly grows?: boolean
  /** Grows to this much before the rest gets the remainder. */
  readonly upTo?: number
  /** Less important columns give way until it has this much. */
  readonly comfortable?: number
  readonly order?: BoardSort
  readonly right?: boolean
  /** Higher gives way earlier; 0 never does by itself. */
  readonly givesWay: number
  /** Only there when somebody chose it. */
  readonly optional?: true
  cell(row: BoardRow): ReactNode
  /** All of what may be cut off, on hover. */
  title?(row: BoardRow): string | null
}

export const ALARM_COLUMN_IDS = [
  ...(['severity', 'state', 'raised', 'duration', 'last', 'count', 'customer', 'site', 'device', 'resource'] as const),
  ...(['type', 'text', 'owner', 'incident', 'source', 'vendor', 'model', 'address', 'category', 'rule'] as const),
  ...(['cause', 'note', 'original'] as const),
] as const
export type AlarmColumnId = (typeof ALARM_COLUMN_IDS)[number]

const quiet = (text: string | null) => (text === null || text === '' ? <span className="quiet">–</span> : text)

export const ALARM_COLUMNS: readonly AlarmColumn[] = [
  {
    id: 'severity',
    width: 92,
    order: 'severity',
    givesWay: 0,
    cell: (row) => <SeverityCell row={row} />,
  },
  { id: 'state', width: 92, givesWay: 0, cell: (row) => <AlarmStatusMark status={statusOf(row)} /> },
  { id: 'raised', width: 86, order: 'raised', givesWay: 0, cell: (row) => <Time at={row.raisedAt} site={row.site} /> },
  {
    id: 'duration',
    width: 84,
    order: 'duration',
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
  {
    id: 'customer',
    width: 116,
    order: 'customer',
    givesWay: 5,
    cell: (row) => row.customerName,
    title: (row) => row.customerName,
  },
  {
    id: 'site',
    width: 116,
    order: 'site',
    givesWay: 1,
    cell: (row) => row.siteName,
    title: (row) => row.siteName,
  },
  {
    id: 'device',
    width: 118,
    order: 'device',
    givesWay: 0,
    title: (row) => row.deviceName ?? row.device,
    cell: (row) =>
      row.device === null ? (
        quiet(null)
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
  {
    id: 'resource',
    width: 104,
    givesWay: 4,
    cell: (row) => shortInterface(resourceName(row.resource)),
    title: (row) => resourceName(row.resource),
  },
  { id: 'type', width: 134, order: 'type', givesWay: 0.5, cell: (row) => <TypeWord row={row} /> },
  {
    id: 'text',
    width: 190,
    comfortable: 272,
    grows: true,
    givesWay: 0,
    title: (row) => row.text,
    cell: (row) => (
      <>
        <AlarmFlags row={row} />
        {row.text}
      </>
    ),
  },
  {
    id: 'owner',
    width: 84,
    order: 'owner',
    givesWay: 2,
    cell: (row) => <span title={row.ackNote || undefined}>{quiet(ownerOf(row))}</span>,
  },
  {
    id: 'incident',
    width: 66,
    givesWay: 0,
    cell: (row) =>
      row.incident === null || row.incidentNumber === null ? (
        quiet(null)
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
  { id: 'vendor', width: 90, givesWay: 8, optional: true, cell: (row) => quiet(row.vendor) },
  { id: 'model', width: 120, givesWay: 8, optional: true, cell: (row) => quiet(row.model) },
  {
    id: 'address',
    width: 112,
    givesWay: 8,
    optional: true,
    cell: (row) => <span className="num">{quiet(row.address)}</span>,
  },
  { id: 'category', width: 96, givesWay: 8, optional: true, cell: (row) => <CategoryWord row={row} /> },
  { id: 'rule', width: 130, givesWay: 8, optional: true, cell: (row) => <span className="mono">{row.rule}</span> },
  { id: 'cause', width: 200, givesWay: 8, optional: true, cell: (row) => quiet(row.causeText) },
  { id: 'note', width: 160, givesWay: 8, optional: true, cell: (row) => quiet(row.ackNote) },
  { id: 'original', width: 92, givesWay: 8, optional: true, cell: (row) => <OriginalSeverity row={row} /> },
]

/** `if:Gi0/1` reads `Gi0/1`; '' is the device itself. */
export function resourceName(resource: string): string {
  return resource.replace(/^(if|fs|storage|load|module):/, '')
}

/** Columns that fit `width` px: a person's choice as it is, else the default with the least important left out. */
export function columnsFor(width: number, chosen: readonly string[] | null): readonly AlarmColumn[] {
  if (chosen !== null) return ALARM_COLUMNS.filter((column) => chosen.includes(column.id))
  let columns = ALARM_COLUMNS.filter((column) => column.optional !== true)
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

/** What a person made of it, with what its rule says on hover. */
function SeverityCell({ row }: { row: BoardRow }) {
  const { t } = useTranslation()
  const { changedSeverity } = row
  if (changedSeverity === undefined) return <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />
  const severity = t(`severity.${changedSeverity.ruleSays}`)
  return (
    <span className={css.changed} title={t('alarms.changedSeverity', { severity, by: changedSeverity.by })}>
      <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />
      <span aria-hidden="true">*</span>
    </span>
  )
}

function OriginalSeverity({ row }: { row: BoardRow }) {
  if (row.changedSeverity === undefined) return quiet(null)
  return <SeverityMark severity={row.changedSeverity.ruleSays} />
}

function SourceWord({ row }: { row: BoardRow }) {
  const { t } = useTranslation()
  return <span className="quiet">{t(`source.${row.source}`, { defaultValue: row.source })}</span>
}

/** The first of the words of the fault: what kind of thing it is about. */
export const categoryOf = (alarmType: string): string => alarmType.split('.')[0] ?? ''

function CategoryWord({ row }: { row: BoardRow }) {
  const { t } = useTranslation()
  const category = categoryOf(row.alarmType)
  return <>{t(`alarmCategory.${category}`, { defaultValue: category })}</>
}

function TypeWord({ row }: { row: BoardRow }) {
  return <span title={row.alarmType}>{useWords().alarmType(row.alarmType)}</span>
}
