// Events of all devices, or of one, newest first.
import { Button, NativeSelect } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EventRow } from '#shared/http/records.ts'
import { sitesQuery } from '../api/queries.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { EventText, LevelMark, Source } from './event-marks.tsx'
import { eventsQuery } from './event-queries.ts'
import { EVENT_RANGES, type EventSearch, SHOWN_KINDS } from './event-search.ts'
import { LEVELS, levelOf } from './event-words.ts'
import css from './events.module.css'

const EventDialog = lazy(async () => ({ default: (await import('./event-dialog.tsx')).EventDialog }))

/** Most that a choice of severities is made of; debug is everything. */
const CHOICES = [2, 3, 4, 5, 6] as const

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
  const sites = useQuery(sitesQuery).data?.items ?? []
  const [open, setOpen] = useState<EventRow | null>(null)
  const columns = useColumns(setOpen)
  const setQ = useCallback((q: string | undefined) => set({ q }), [set])
  const { level } = search
  const rows = useMemo(
    () =>
      (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
        // the collector leaves out logs; how severe a trap is only its definition says
        (row) => level === undefined || (levelOf(row) ?? 0) <= level,
      ),
    [query.data, level],
  )
  const isFiltered = [
    search.q,
    search.kind,
    ofDevice ? undefined : search.device,
    search.site,
    level,
    search.hours,
  ].some(Boolean)
  const back = query.data?.pages.at(-1)?.items.at(-1)?.at
  return (
    <>
      <ListBar q={search.q} placeholder={t('events.search')} onSearch={setQ}>
        <NativeSelect
          aria-label={t('events.kind')}
          value={search.kind ?? ''}
          onChange={(event) => set({ kind: SHOWN_KINDS.find((kind) => kind === event.currentTarget.value) })}
          data={[
            { value: '', label: t('events.allKinds') },
            ...SHOWN_KINDS.map((kind) => ({ value: kind, label: t(`eventKind.${kind}`) })),
          ]}
        />
        <NativeSelect
          aria-label={t('events.level')}
          value={level === undefined ? '' : String(level)}
          onChange={(event) =>
            set({ level: event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value) })
          }
          data={[
            { value: '', label: t('events.allLevels') },
            ...CHOICES.map((one) => ({
              value: String(one),
              label: t('events.levelFrom', { level: t(`level.${LEVELS[one]}`) }),
            })),
          ]}
        />
        {ofDevice ? null : (
          <NativeSelect
            aria-label={t('column.site')}
            value={search.site ?? ''}
            onChange={(event) => set({ site: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: t('events.allSites') },
              ...sites.map((site) => ({ value: site.id, label: site.name })),
            ]}
          />
        )}
        <NativeSelect
          aria-label={t('events.range')}
          value={search.hours === undefined ? '' : String(search.hours)}
          onChange={(event) => set({ hours: Number(event.currentTarget.value) || undefined })}
          data={[
            { value: '', label: t('events.allTime') },
            ...EVENT_RANGES.map((hours) => ({ value: String(hours), label: t(`range.${hours}`) })),
          ]}
        />
        {search.device === undefined || ofDevice ? null : (
          <Button
            variant="default"
            rightSection={<Icon name="close" size={12} />}
            aria-label={t('events.withoutDevice', { device: search.device })}
            onClick={() => set({ device: undefined })}
          >
            {search.device}
          </Button>
        )}
      </ListBar>
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
        <div className={css.list}>
          <DataTable rows={rows} columns={columns} keyOf={(row) => String(row.id)} onOpen={setOpen} />
        </div>
      )}
      {query.hasNextPage ? (
        <div className={css.more}>
          {back === undefined ? null : (
            <span className="quiet">
              {t('events.readBack')} <Time at={back} />
            </span>
          )}
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('events.further')}
          </Button>
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
