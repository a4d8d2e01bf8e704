// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by the virtual list; a table cannot do that
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row (WAI-ARIA grid)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: Enter opens the active row of the grid
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a grid is focused as one
// One alarm of the list: a row, or a card on a phone.
import { type CSSProperties, memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardRow } from '#shared/http/alarm-board.ts'
import { Icon } from '../ui/icons.tsx'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { type AlarmColumn, resourceName } from './alarm-columns.tsx'
import css from './alarm-grid.module.css'
import { ownerOf, statusOf } from './alarm-view.ts'
import { shortInterface } from './short-interface.ts'
import { toList } from './use-alarm-keys.ts'

interface LineProps {
  readonly row: BoardRow
  readonly columns: readonly AlarmColumn[]
  readonly index: number
  /** Top edge in the list, px. */
  readonly start: number
  readonly active: boolean
  readonly selected: boolean
  readonly unfolded: boolean
  readonly folds: boolean
  readonly selects: boolean
  onSelect(id: string, on: boolean): void
  onOpen(id: string): void
  onUnfold(id: string): void
}

/** Not by a transform, which the browser would paint and place each line by itself for. */
const placeAt = (start: number): CSSProperties => ({ top: start })

export const rowId = (id: string) => `alarm-${id}`

function rowAttributes(props: LineProps) {
  return {
    id: rowId(props.row.id),
    role: 'row',
    style: placeAt(props.start),
    'aria-rowindex': props.index + 2,
    'aria-selected': props.selected,
    'data-active': props.active,
    'data-gone': props.row.gone,
    'data-depth': props.row.depth,
    'data-severity': props.row.perceivedSeverity,
    'data-status': statusOf(props.row),
    'data-alarm': props.row.id,
    onClick: () => props.onOpen(props.row.id),
  }
}

/** Drawn again only when what it shows is another: most of the list stays as it is at each change. */
export const Row = memo(function Row(props: LineProps) {
  const { t } = useTranslation()
  const { row } = props
  return (
    <div {...rowAttributes(props)} className={css.row}>
      <span className={css.check} role="gridcell" onClick={(event) => event.stopPropagation()}>
        {props.selects ? (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={t('alarms.select', { text: row.text })}
            checked={props.selected}
            onChange={(event) => {
              props.onSelect(row.id, event.currentTarget.checked)
              // keys go to the list again, not into the box
              toList()
            }}
          />
        ) : null}
      </span>
      {props.columns.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={`${css.cell} ${column.id === 'text' ? css.text : ''} ${column.right ? css.right : ''}`}
          style={column.id === 'text' && row.depth > 0 ? { paddingLeft: row.depth * 18 } : undefined}
          title={column.title?.(row) ?? undefined}
        >
          {column.id === 'text' ? <Fold {...props} /> : null}
          {column.cell(row)}
        </span>
      ))}
    </div>
  )
})

/** How many symptoms it has; shows or hides them. */
function Fold({ row, folds, unfolded, onUnfold }: LineProps) {
  const { t } = useTranslation()
  if (row.symptoms === 0 || !folds) return null
  return (
    <button
      type="button"
      className={`${css.fold} num`}
      tabIndex={-1}
      aria-expanded={unfolded}
      title={t(unfolded ? 'alarms.fold' : 'alarms.unfold', { count: row.symptoms })}
      onClick={(event) => {
        event.stopPropagation()
        onUnfold(row.id)
      }}
    >
      <Icon name={unfolded ? 'open' : 'right'} size={10} />+{row.symptoms}
      <span className="sr-only">{t('alarms.symptoms', { count: row.symptoms })}</span>
    </button>
  )
}

export const Card = memo(function Card(props: LineProps) {
  const words = useWords()
  const { row } = props
  return (
    <div {...rowAttributes(props)} className={css.card}>
      <div className={css.line} role="gridcell">
        <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />
        <AlarmStatusMark status={statusOf(row)} />
        <span className="one-line quiet">
          {[ownerOf(row), row.incidentNumber === null ? null : `#${row.incidentNumber}`].filter(Boolean).join(' · ')}
        </span>
        <Time at={row.raisedAt} site={row.site} />
      </div>
      <div className={`${css.text} one-line`} role="gridcell">
        <Fold {...props} />
        {row.text}
      </div>
      <div className={`${css.line} quiet`} role="gridcell">
        <span className="one-line">
          {[words.alarmType(row.alarmType), row.siteName, row.deviceName, shortInterface(resourceName(row.resource))]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <Elapsed from={row.raisedAt} to={row.isCleared ? row.clearedAt : null} />
      </div>
    </div>
  )
})

/** A row that is on its way. */
export function AwaitedLine({ start, index, phone }: { start: number; index: number; phone: boolean }) {
  return (
    <div
      className={phone ? css.card : css.row}
      style={placeAt(start)}
      role="row"
      aria-rowindex={index + 2}
      aria-busy="true"
    >
      <span role="gridcell" className={css.awaited} />
    </div>
  )
}
