// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by the virtual list; a table cannot do that
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row (WAI-ARIA grid)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: Enter opens the active row of the grid
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a grid is focused as one
// The list itself: sticky head, virtual rows (50,000 and more), cards on a phone.
import { useElementSize, useMediaQuery } from '@mantine/hooks'
import { type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardSort } from '#shared/http/alarm-board.ts'
import { Icon } from '../ui/icons.tsx'
import { type AlarmColumn, columnsFor, gridTemplate } from './alarm-columns.tsx'
import css from './alarm-grid.module.css'
import { AwaitedLine, Card, Row, rowId } from './alarm-line.tsx'
import type { AlarmStore } from './alarm-store.ts'
import { columnLabel } from './column-label.ts'
import { countOf, isSelected, type Selection } from './selection.ts'
import { toList } from './use-alarm-keys.ts'

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
  const columns = useMemo(() => columnsFor(width || 1280, props.chosen), [width, props.chosen])
  const moves = useRef<Virtualizer<HTMLDivElement, Element>>(undefined)
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    rangeExtractor: (range) => placesOf(range, moves.current?.isScrolling ?? false),
  })
  moves.current = virtual
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
            if (row === undefined)
              return <AwaitedLine key={item.index} start={item.start} index={item.index} phone={phone} />
            const Line = phone ? Card : Row
            return (
              <Line
                key={row.id}
                row={row}
                columns={columns}
                index={item.index}
                start={item.start}
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

/** Lines drawn beyond the edges when nothing moves; while it does, those that will be gone again are not drawn at all. */
const OVERSCAN = 8
const OVERSCAN_MOVING = 3

function placesOf({ startIndex, endIndex, overscan, count }: Range, isScrolling: boolean): number[] {
  const beyond = isScrolling ? OVERSCAN_MOVING : overscan
  const first = Math.max(0, startIndex - beyond)
  const last = Math.min(count - 1, endIndex + beyond)
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
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
              toList()
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
