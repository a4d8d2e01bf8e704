// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by the virtual list; a table cannot do that
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row (WAI-ARIA grid)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: Enter opens the active row of the grid
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a grid is focused as one
// The list itself: sticky head, virtual rows (50,000 and more), cards on a phone.
import { useElementSize, useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { Icon } from '../ui/icons.tsx'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { type AlarmColumn, type AlarmColumnId, columnsFor, gridTemplate, resourceName } from './alarm-columns.tsx'
import css from './alarm-grid.module.css'
import { type AlarmOrder, statusOf } from './alarm-view.ts'
import type { Shown } from './hold.ts'

export interface AlarmGridProps {
  readonly shown: Shown
  readonly chosen: readonly AlarmColumnId[] | null
  readonly order: AlarmOrder
  readonly dir: 'asc' | 'desc'
  readonly selected: ReadonlySet<string>
  readonly active: string | undefined
  onOrder(order: AlarmOrder): void
  onSelect(id: string, on: boolean): void
  onSelectAll(on: boolean): void
  onOpen(id: string): void
  onTouch(): void
  onScrolled(down: boolean): void
  onRelease(): void
}

export function AlarmGrid(props: AlarmGridProps) {
  const { t } = useTranslation()
  const { rows, gone, waiting } = props.shown
  const { ref: frame, width } = useElementSize()
  const scroll = useRef<HTMLDivElement>(null)
  const phone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false }) ?? false
  const rowPx = phone ? 82 : 33
  const columns = columnsFor(width || 1280, props.chosen)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured again when rows become cards
  useEffect(() => virtual.measure(), [rowPx])
  const activeIndex = props.active === undefined ? -1 : rows.findIndex((row) => row.id === props.active)
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the active row only when it changes
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: 'auto' })
  }, [activeIndex])

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
        aria-rowcount={rows.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={activeIndex >= 0 ? rowId(props.active as string) : undefined}
        tabIndex={0}
        onPointerMove={props.onTouch}
        onScroll={(event) => props.onScrolled(event.currentTarget.scrollTop > 4)}
      >
        <Head {...props} columns={columns} />
        <div className={css.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index] as AlarmRow
            const place = { transform: `translateY(${item.start}px)` }
            const Line = phone ? Card : Row
            return (
              <Line
                key={row.id}
                row={row}
                columns={columns}
                index={item.index}
                place={place}
                gone={gone.has(row.id)}
                active={row.id === props.active}
                selected={props.selected.has(row.id)}
                onSelect={props.onSelect}
                onOpen={props.onOpen}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Head(props: AlarmGridProps & { columns: readonly AlarmColumn[] }) {
  const { t } = useTranslation()
  const all = props.selected.size > 0 && props.selected.size >= props.shown.rows.length
  return (
    <div className={css.head} role="row">
      <span className={css.check} role="columnheader" aria-label={t('alarms.selectAll')}>
        <input
          type="checkbox"
          aria-label={t('alarms.selectAll')}
          title={t('alarms.selectAllTitle', { count: props.shown.rows.length })}
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = !all && props.selected.size > 0
          }}
          onChange={(event) => props.onSelectAll(event.currentTarget.checked)}
        />
      </span>
      {props.columns.map((column) => {
        const { order } = column
        const on = order === props.order
        const label = t(`column.${column.id}`)
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
  readonly row: AlarmRow
  readonly columns: readonly AlarmColumn[]
  readonly index: number
  readonly place: CSSProperties
  readonly gone: boolean
  readonly active: boolean
  readonly selected: boolean
  onSelect(id: string, on: boolean): void
  onOpen(id: string): void
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
    'data-gone': props.gone,
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
      </span>
      {props.columns.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={`${css.cell} ${column.id === 'text' ? css.text : ''} ${column.right ? css.right : ''}`}
          title={column.id === 'text' ? row.text : undefined}
        >
          {column.cell(row)}
        </span>
      ))}
    </div>
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
