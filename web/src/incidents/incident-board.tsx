// Incidents by state. A card is moved by dragging it, or from its menu: both ask the same.
import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type IncidentState, NEXT_STATES } from '#shared/domain/incident.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { useMayLookInto } from '../api/role.ts'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import css from './board.module.css'
import { IncidentCard } from './incident-card.tsx'
import { useIncidentChange } from './incident-changes.ts'
import { type IncidentFilter, incidentCountsQuery, incidentListQuery } from './incident-queries.ts'
import type { IncidentView } from './incident-search.ts'
import { needsWords } from './state-words.ts'

const StateDialog = lazy(async () => ({ default: (await import('./state-dialog.tsx')).StateDialog }))

const COLUMNS: readonly IncidentState[] = ['new', 'diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved']
const PER_COLUMN = 40

interface Move {
  readonly row: IncidentRow
  readonly to: IncidentState
}

export function IncidentBoard({ filter, view }: { filter: IncidentFilter; view: IncidentView }) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const { state: _, open: __, ...narrowed } = filter
  const counts = useQuery(incidentCountsQuery(narrowed)).data
  const change = useIncidentChange()
  const [dragged, setDragged] = useState<IncidentRow>()
  const [asking, setAsking] = useState<Move>()
  /** Moved a moment ago: the focus goes with it to its new column. */
  const followed = useRef<string>(undefined)
  const arrives = (id: string) => {
    const isFollowed = followed.current === id
    if (isFollowed) followed.current = undefined
    return isFollowed
  }
  const move = (row: IncidentRow, to: IncidentState) => {
    if (row.state === to || !NEXT_STATES[row.state].includes(to)) return
    if (needsWords(to)) setAsking({ row, to })
    else {
      followed.current = row.id
      change.mutate({ incident: row, wish: { what: 'state', state: to } })
    }
  }
  const columns =
    view === 'resolved'
      ? (['resolved', 'closed'] as const)
      : view === 'all'
        ? ([...COLUMNS, 'closed'] as const)
        : COLUMNS
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.board} aria-label={t('incidents.boardLabel')} tabIndex={0}>
      {columns.map((state) => (
        <Column
          key={state}
          state={state}
          filter={narrowed}
          count={counts?.states[state]}
          dragged={dragged}
          moving={change.isPending ? change.variables.incident.id : undefined}
          onDrag={may ? setDragged : undefined}
          onMove={may ? move : undefined}
          arrives={arrives}
        />
      ))}
      {asking ? (
        <Suspense>
          <StateDialog incident={asking.row} state={asking.to} onClose={() => setAsking(undefined)} />
        </Suspense>
      ) : null}
    </section>
  )
}

interface ColumnProps {
  readonly state: IncidentState
  readonly filter: IncidentFilter
  readonly count: number | undefined
  readonly dragged: IncidentRow | undefined
  /** The card that is being moved right now. */
  readonly moving: string | undefined
  readonly onDrag: ((row: IncidentRow | undefined) => void) | undefined
  readonly onMove: ((row: IncidentRow, to: IncidentState) => void) | undefined
  readonly arrives: (id: string) => boolean
}

function Column({ state, filter, count, dragged, moving, onDrag, onMove, arrives }: ColumnProps) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(incidentListQuery({ ...filter, state: [state] }, PER_COLUMN))
  const [over, setOver] = useState(false)
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  const takes = dragged !== undefined && dragged.state !== state && NEXT_STATES[dragged.state].includes(state)
  const name = t(`incidentState.${state}`)
  return (
    <section
      className={css.column}
      data-state={state}
      data-takes={takes}
      data-over={takes && over}
      data-refuses={dragged !== undefined && !takes && dragged.state !== state}
      aria-label={name}
      onDragOver={(event) => {
        if (!takes) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (takes) onMove?.(dragged, state)
        onDrag?.(undefined)
      }}
    >
      <header className={css.columnHead}>
        <h2>{name}</h2>
        <span className="num">{count ?? ''}</span>
      </header>
      {query.isError ? <Failed failure={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <SkeletonRows count={3} height={56} /> : null}
      <ul className={css.cards}>
        {rows.map((row) => (
          <li key={row.id}>
            <IncidentCard row={row} busy={moving === row.id} onDrag={onDrag} onMove={onMove} arrives={arrives} />
          </li>
        ))}
      </ul>
      {!query.isPending && rows.length === 0 ? <p className={css.none}>{t('incidents.columnEmpty')}</p> : null}
      {query.hasNextPage ? (
        <Button variant="subtle" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('incidents.more', { count: Math.max(0, (count ?? rows.length) - rows.length) })}
        </Button>
      ) : null}
    </section>
  )
}
