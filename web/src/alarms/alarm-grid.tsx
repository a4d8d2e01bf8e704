// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by the virtual list; a table cannot do that
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row (WAI-ARIA grid)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: Enter opens the active row of the grid
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a grid is focused as one
// The list itself: sticky head, virtual rows (50,000 and more), cards on a phone.
import { useElementSize, useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardRow, BoardSort } from '#shared/http/alarm-board.ts'
import { Icon } from '../ui/icons.tsx'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { type AlarmColumn, columnsFor, gridTemplate, resourceName } from './alarm-columns.tsx'
import css from './alarm-grid.module.css'
import type { AlarmStore } from './alarm-store.ts'
import { statusOf } from './alarm-view.ts'
import { columnLabel } from './column-label.ts'
import { countOf, isSelected, type Selection } from './selection.ts'

export interface AlarmGridProps {
  readonly store: AlarmStore
  readonly total: number
  readonly waiting: number
  readonly chosen: readonly string[] | null
  readonly order: BoardSort
  readonly dir: 'asc' | 'desc'
  readonly selection: Selection
  /** Rows may be selected. */
  readonly selects: boolean
  readonly active: string | undefined
  /** Causes whose symptoms are shown. */
  readonly open: ReadonlySet<string>
  /** Symptoms can be unfolded here. */
  readonly folds: boolean
  onOrder(order: BoardSort): void
  onSelect(id: string, on: boolean): void
  onSelectAll(on: boolean): void
  onOpen(id: string): void
  onUnfold(id: string): void
  onTouch(): void
  onScrolled(down: boolean): void
  onRelease(): void
}

export function AlarmGrid(props: AlarmGridProps) {
  const { t } = useTranslation()
  const { store, total, waiting } = props
  const { ref: frame, width } = useElementSize()
  const scroll = useRef<HTMLDivElement>(null)
  const phone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false }) ?? false
  const rowPx = phone ? 82 : 33
  const columns = columnsFor(width || 1280, props.chosen)
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured again when rows become cards
  useEffect(() => virtual.measure(), [rowPx])
  const activeIndex = props.active === undefined ? -1 : store.indexOf(props.active)
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the active row only when it changes
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: 'auto' })
  }, [activeIndex])
  const items = virtual.getVirtualItems()
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]
  const { list } = store.snapshot()
  // a wheel that still turns asks for nothing
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other rows at the same places
  useEffect(() => {
    const timer = setTimeout(() => store.look(first, last), 40)
    return () => clearTimeout(timer)
  }, [store, first, last, list])

  function toTop() {
    props.onRelease()
    scroll.current?.scrollTo({ top: 0 })
  }

  return (
    <div className={css.frame} ref={frame} style={{ '--columns': gridTemplate(columns) } as CSSProperties}>
      {waiting > 0 ? (
        <button type="button" className={`${css.pill} num`} onClick={toTop}>
          <Icon name="up" size={14} /> {t('alarms.waiting', { count: waiting })}
        </button>
      ) : null}
      <div
        ref={scroll}
        className={css.scroll}
        role="grid"
        aria-label={t('nav.alarms')}
        aria-rowcount={total + 1}
        aria-multiselectable={props.selects}
        aria-activedescendant={activeIndex >= 0 ? rowId(props.active as string) : undefined}
        tabIndex={0}
        onPointerMove={props.onTouch}
        onScroll={(event) => props.onScrolled(event.currentTarget.scrollTop > 4)}
      >
        <Head {...props} columns={columns} />
        <div className={css.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = store.rowAt(item.index)
            const place = { transform: `translateY(${item.start}px)` }
            if (row === undefined) return <Awaited key={item.index} place={place} index={item.index} phone={phone} />
            const Line = phone ? Card : Row
            return (
              <Line
                key={row.id}
                row={row}
                columns={columns}
                index={item.index}
                place={place}
                active={row.id === props.active}
                selected={isSelected(props.selection, row.id)}
                unfolded={props.open.has(row.id)}
                folds={props.folds}
                selects={props.selects}
                onSelect={props.onSelect}
                onOpen={props.onOpen}
                onUnfold={props.onUnfold}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** A row that is on its way. */
function Awaited({ place, index, phone }: { place: CSSProperties; index: number; phone: boolean }) {
  return (
    <div className={phone ? css.card : css.row} style={place} role="row" aria-rowindex={index + 2} aria-busy="true">
      <span role="gridcell" className={css.awaited} />
    </div>
  )
}

function Head(props: AlarmGridProps & { columns: readonly AlarmColumn[] }) {
  const { t } = useTranslation()
  const count = countOf(props.selection)
  const all = count > 0 && count >= props.total
  return (
    <div className={css.head} role="row">
      <span className={css.check} role="columnheader" aria-label={t('alarms.selectAll')}>
        {props.selects ? (
          <input
            type="checkbox"
            aria-label={t('alarms.selectAll')}
            title={t('alarms.selectAllTitle', { count: props.total })}
            checked={all}
            ref={(box) => {
              if (box) box.indeterminate = !all && count > 0
            }}
            onChange={(event) => {
              props.onSelectAll(event.currentTarget.checked)
              // keys go to the list again, not into the box
              event.currentTarget.blur()
            }}
          />
        ) : null}
      </span>
      {props.columns.map((column) => {
        const { order } = column
        const on = order === props.order
        const label = columnLabel(t, column.id)
        return (
          <span
            key={column.id}
            role="columnheader"
            className={`${css.cell} ${column.right ? css.right : ''}`}
            aria-sort={on ? (props.dir === 'asc' ? 'ascending' : 'descending') : undefined}
          >
            {order === undefined ? (
              label
            ) : (
              <button type="button" data-on={on} onClick={() => props.onOrder(order)}>
                {label}
                {on ? <Icon name={props.dir === 'asc' ? 'up' : 'down'} size={11} /> : null}
              </button>
            )}
          </span>
        )
      })}
    </div>
  )
}

interface LineProps {
  readonly row: BoardRow
  readonly columns: readonly AlarmColumn[]
  readonly index: number
  readonly place: CSSProperties
  readonly active: boolean
  readonly selected: boolean
  readonly unfolded: boolean
  readonly folds: boolean
  readonly selects: boolean
  onSelect(id: string, on: boolean): void
  onOpen(id: string): void
  onUnfold(id: string): void
}

const rowId = (id: string) => `alarm-${id}`

function rowAttributes(props: LineProps) {
  return {
    id: rowId(props.row.id),
    role: 'row',
    style: props.place,
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

function Row(props: LineProps) {
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
              event.currentTarget.blur()
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
          title={column.id === 'text' ? row.text : undefined}
        >
          {column.id === 'text' ? <Fold {...props} /> : null}
          {column.cell(row)}
        </span>
      ))}
    </div>
  )
}

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
      <Icon name={unfolded ? 'down' : 'right'} size={10} />+{row.symptoms}
      <span className="sr-only">{t('alarms.symptoms', { count: row.symptoms })}</span>
    </button>
  )
}

function Card(props: LineProps) {
  const words = useWords()
  const { row } = props
  return (
    <div {...rowAttributes(props)} className={css.card}>
      <div className={css.line} role="gridcell">
        <SeverityMark severity={row.perceivedSeverity} cleared={row.isCleared} />
        <AlarmStatusMark status={statusOf(row)} />
        <Time at={row.raisedAt} site={row.site} />
      </div>
      <div className={`${css.text} one-line`} role="gridcell">
        <Fold {...props} />
        {row.text}
      </div>
      <div className={`${css.line} quiet`} role="gridcell">
        <span className="one-line">
          {[words.alarmType(row.alarmType), row.siteName, row.deviceName, resourceName(row.resource)]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <Elapsed from={row.raisedAt} to={row.isCleared ? row.clearedAt : null} />
      </div>
    </div>
  )
}
