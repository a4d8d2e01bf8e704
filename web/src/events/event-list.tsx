// Events of all devices, or of one, newest first; new ones come by themselves and wait while a hand is on the list.
import { ActionIcon, Button, Checkbox } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EventRow } from '#shared/http/records.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { EventBar } from './event-bar.tsx'
import { useSaveEvents } from './event-csv.ts'
import { EventText, LevelMark, Source } from './event-marks.tsx'
import { eventsQuery } from './event-queries.ts'
import type { EventSearch } from './event-search.ts'
import { useTail } from './event-tail.ts'
import css from './events.module.css'
import { useSearchBack } from './use-search-back.ts'

const EventDialog = lazy(async () => ({ default: (await import('./event-dialog.tsx')).EventDialog }))

export interface EventListProps {
  readonly search: EventSearch
  /** On the page of a device: it cannot be taken away. */
  readonly ofDevice?: boolean
  set(change: EventSearch): void
  clear(): void
}

export function EventList({ search, ofDevice = false, set, clear }: EventListProps) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(eventsQuery(search))
  const save = useSaveEvents()
  const [open, setOpen] = useState<EventRow | null>(null)
  const [live, setLive] = useState(true)
  const [over, setOver] = useState(false)
  const columns = useColumns(setOpen)
  const read = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NONE, [query.data])
  const back = useSearchBack(query, JSON.stringify(search))
  const mayCome = live && search.to === undefined && query.isSuccess
  const tail = useTail(search, read, mayCome, over || open !== null)
  const { rows } = tail
  const { q, kind, device, site, level, hours, from, trap } = search
  const isFiltered = [q, kind, ofDevice ? undefined : device, site, level, hours, from, trap].some(
    (one) => one !== undefined,
  )
  const hold = {
    onPointerEnter: () => setOver(true),
    onPointerLeave: () => setOver(false),
    onFocus: () => setOver(true),
    onBlur: () => setOver(false),
  }
  return (
    <>
      <EventBar
        {...{ search, ofDevice, set }}
        actions={
          <>
            <Checkbox
              size="xs"
              label={t('events.live')}
              title={t('events.liveHint')}
              checked={mayCome || (live && query.isPending)}
              disabled={search.to !== undefined}
              onChange={(event) => setLive(event.currentTarget.checked)}
            />
            <ActionIcon
              size="md"
              aria-label={t('events.export')}
              title={t('events.export')}
              disabled={rows.length === 0}
              onClick={() => save(rows)}
            >
              <Icon name="sheet" />
            </ActionIcon>
          </>
        }
      />
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={12} />
      ) : rows.length === 0 && !query.hasNextPage ? (
        <Empty icon="events" title={t(isFiltered ? 'events.noneMatch' : 'events.none')}>
          {isFiltered ? (
            <Button variant="default" onClick={clear}>
              {t('events.showAll')}
            </Button>
          ) : (
            <p>{t('events.noneNext')}</p>
          )}
        </Empty>
      ) : (
        <div className={css.list} {...hold}>
          {tail.waiting > 0 ? (
            <button type="button" className={css.new} data-new={tail.waiting} onClick={tail.release}>
              <Icon name="up" size={12} />
              {t('events.new', { count: tail.waiting })}
            </button>
          ) : null}
          <DataTable rows={rows} columns={columns} keyOf={(row) => String(row.id)} onOpen={setOpen} />
        </div>
      )}
      {query.hasNextPage ? (
        <div className={css.more} role="status">
          {back.readTo === null ? null : (
            <span className="quiet">
              {back.busy ? t('events.searching', { found: read.length }) : t('events.readBack')}{' '}
              <Time at={back.readTo} full={back.busy} />
            </span>
          )}
          {back.busy ? (
            <Button variant="default" leftSection={<Icon name="close" size={12} />} onClick={back.stop}>
              {t('events.stop')}
            </Button>
          ) : (
            <Button variant="default" onClick={back.goOn}>
              {t(isFiltered ? 'events.goOn' : 'events.further')}
            </Button>
          )}
        </div>
      ) : null}
      {open === null ? null : (
        <Suspense>
          <EventDialog row={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </>
  )
}

const NONE: readonly EventRow[] = []

function useColumns(open: (row: EventRow) => void): readonly DataColumn<EventRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'at',
        label: t('events.range'),
        width: 100,
        cell: (row) => (
          <button
            type="button"
            className={css.open}
            onClick={(event) => {
              event.stopPropagation()
              open(row)
            }}
          >
            <Time at={row.at} site={row.site} />
            <span className="sr-only"> {t('events.open')}</span>
          </button>
        ),
      },
      {
        id: 'kind',
        label: t('events.kind'),
        width: 76,
        wideOnly: true,
        cell: (row) => <Tag>{t(`eventKind.${row.kind}`)}</Tag>,
      },
      {
        id: 'level',
        label: t('events.level'),
        width: 96,
        wideOnly: true,
        cell: (row) => <LevelMark row={row} />,
      },
      {
        id: 'device',
        label: t('column.device'),
        width: 170,
        wideOnly: true,
        cell: (row) => <Source row={row} />,
      },
      {
        id: 'text',
        label: t('events.text'),
        cell: (row) => (
          <>
            <div className={css.narrow}>
              <Source row={row} />
            </div>
            <div className={css.text}>
              <EventText row={row} />
            </div>
          </>
        ),
      },
    ],
    [t, open],
  )
}
