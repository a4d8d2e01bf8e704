// Windows that run, that come, and that are over; each can be ended, made longer, changed or made again.
import { Button, Checkbox } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WindowRow } from '#shared/http/maintenance.ts'
import { useMayLookInto } from '../api/role.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { duration } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Elapsed, Time, useNow } from '../ui/time.tsx'
import css from './maintenance.module.css'
import { windowsQuery } from './maintenance-queries.ts'
import type { MaintenanceSearch } from './maintenance-search.ts'
import { WindowActions } from './window-actions.tsx'

const WindowDialog = lazy(async () => ({ default: (await import('./window-dialog.tsx')).WindowDialog }))

/** What is open over the list. */
type Open = { readonly row?: WindowRow; readonly like?: WindowRow } | null

export function WindowList() {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const { q, past, window: shown } = useSearch({ from: '/signed-in/maintenance' })
  const navigate = useNavigate({ from: '/maintenance' })
  const query = useInfiniteQuery(windowsQuery({ over: past ? undefined : false }))
  const [open, setOpen] = useState<Open>(null)
  const rows = useMemo(() => {
    const words = (q ?? '').toLowerCase()
    const all = query.data?.pages.flatMap((page) => page.items) ?? []
    return all.filter((row) => `${row.title} ${row.note} ${aboutOf(row)}`.toLowerCase().includes(words))
  }, [query.data, q])
  const columns = useColumns(may, setOpen)
  const setSearch = (change: MaintenanceSearch) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  const linked = shown === undefined ? undefined : rows.find((row) => row.id === shown)
  return (
    <>
      <ListBar
        q={q}
        placeholder={t('maintenance.search')}
        onSearch={(text) => setSearch({ q: text })}
        filtersSet={past === true ? 1 : 0}
        filters={
          <Checkbox
            size="xs"
            label={t('maintenance.showPast')}
            checked={past === true}
            onChange={(event) => setSearch({ past: event.currentTarget.checked ? true : undefined })}
          />
        }
        actions={
          may ? (
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen({})}>
              {t('maintenance.new')}
            </Button>
          ) : null
        }
      />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="tool" title={t(q === undefined ? 'maintenance.none' : 'maintenance.noneMatch')}>
            {t('maintenance.noneNext')}
          </Empty>
        }
        onOpen={may ? (row) => setOpen({ row }) : undefined}
      />
      <Suspense>
        {open !== null ? (
          <WindowDialog {...open} onClose={() => setOpen(null)} />
        ) : linked !== undefined && may ? (
          <WindowDialog row={linked} onClose={() => setSearch({ window: undefined })} />
        ) : null}
      </Suspense>
    </>
  )
}

const TONES: Readonly<Record<WindowRow['state'], Tone>> = {
  active: 'busy',
  planned: 'strong',
  over: 'plain',
  disabled: 'plain',
}

function useColumns(may: boolean, open: (what: Open) => void): readonly DataColumn<WindowRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 118,
        wideOnly: true,
        cell: (row) => <WindowStateMark state={row.state} />,
      },
      {
        id: 'title',
        label: t('maintenance.title'),
        value: (row) => row.title,
        cell: (row) => (
          <>
            <div className={page.phoneOnly}>
              <WindowStateMark state={row.state} />
            </div>
            <b>{row.title}</b>
            <div className={`quiet ${css.about}`}>{aboutOf(row) || t('maintenance.everything')}</div>
          </>
        ),
      },
      { id: 'when', label: t('maintenance.when'), cell: (row) => <When row={row} /> },
      {
        id: 'behaviour',
        label: t('maintenance.behaviour'),
        wideOnly: true,
        cell: (row) => t(`windowBehaviour.${row.behaviour}`),
      },
      {
        id: 'held',
        label: t('maintenance.held'),
        right: true,
        wideOnly: true,
        width: 80,
        value: (row) => row.held,
        cell: (row) => <span className="num">{row.held}</span>,
      },
      {
        id: 'by',
        label: t('maintenance.by'),
        wideOnly: true,
        cell: (row) => row.owner || row.createdBy,
      },
      ...(may
        ? [
            {
              id: 'do',
              label: t('maintenance.actions'),
              head: <span className="sr-only">{t('maintenance.actions')}</span>,
              right: true,
              cell: (row: WindowRow) => (
                <WindowActions row={row} onChange={() => open({ row })} onAgain={() => open({ like: row })} />
              ),
            },
          ]
        : []),
    ],
    [t, may, open],
  )
}

function WindowStateMark({ state }: Pick<WindowRow, 'state'>) {
  const { t } = useTranslation()
  return <State tone={TONES[state]} shape={state === 'active' ? 'dot' : 'ring'} word={t(`windowState.${state}`)} />
}

/** When it ends, or when it begins next. */
function When({ row }: { row: WindowRow }) {
  const { t } = useTranslation()
  const now = useNow()
  const next = row.next[0]
  const length = duration(row.durationMinutes * 60_000)
  if (row.active)
    return (
      <>
        <span>
          {t('maintenance.until')} <Time at={row.active.end} />
        </span>
        <div className="quiet">
          {t('maintenance.left')} <Elapsed from={now} to={row.active.end} />
        </div>
      </>
    )
  if (next === undefined) return <span className="quiet num">{`${row.start.replace('T', ' ')} ${row.zone}`}</span>
  return (
    <>
      <Time at={next.start} />
      <div className="quiet">
        <span className="num">{length}</span>
        {row.rrule === null ? null : ` · ${t('maintenance.repeating')}`}
      </div>
    </>
  )
}

/** `hq · hq.core-sw1 · role=core`. */
function aboutOf({ selector }: WindowRow): string {
  const { customers = [], sites = [], devices = [], resources = [], tags = {} } = selector
  const labels = Object.entries(tags).map(([name, value]) => `${name}=${value}`)
  return [customers, sites, devices, resources, labels]
    .flatMap((list) => (list.length ? [list.join(', ')] : []))
    .join(' · ')
}
