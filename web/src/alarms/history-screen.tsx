// What was: every time an alarm was raised, how it ended and who had it, from the database.
import { ActionIcon, Button, NativeSelect } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HistoryRow } from '#shared/http/alarm-history.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { sitesQuery } from '../api/queries.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { fullTime } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { Empty, Failed, SkeletonRows, useFailureWords } from '../ui/notices.tsx'
import { TimeInput } from '../ui/time-input.tsx'
import { instantOf, wallTime } from '../ui/zone.ts'
import { meaningsOf, SEVERITY_ORDER } from './alarm-view.ts'
import { exportWords, fileName, saveExport } from './export-words.ts'
import css from './history.module.css'
import { HISTORY_COLUMN_IDS, useHistoryColumns } from './history-columns.tsx'
import { HISTORY_RANGES, type HistorySearch } from './history-search.ts'
import { useDictionary } from './use-alarm-list.ts'

const AlarmPanel = lazy(async () => ({ default: (await import('./alarm-panel.tsx')).AlarmPanel }))
const AlarmDialog = lazy(async () => ({ default: (await import('./alarm-dialog.tsx')).AlarmDialog }))
type Asked = Omit<Parameters<typeof AlarmDialog>[0], 'onEnd'>

const PAGE = 200

export function HistoryScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/history' })
  const navigate = useNavigate({ from: '/history' })
  const set = useCallback(
    (change: HistorySearch) =>
      void navigate({
        search: (old) => {
          const next = Object.entries({ ...old, ...change }).filter(([, value]) => value !== undefined)
          return Object.fromEntries(next) as HistorySearch
        },
        replace: true,
      }),
    [navigate],
  )
  const dictionary = useDictionary()
  const filter = useFilter(search)
  const query = useInfiniteQuery(historyQuery(filter))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = useHistoryColumns()
  const sites = useQuery(sitesQuery).data?.items ?? []
  const words = useFailureWords()
  const [busy, setBusy] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const setQ = useCallback((q: string | undefined) => set({ q }), [set])
  const isCustom = search.from !== undefined || search.to !== undefined
  const { alarm: _, ...narrowing } = search
  const isFiltered = Object.keys(narrowing).length > 0

  async function save() {
    setBusy(true)
    const labels: Record<string, string> = { resource: t('column.resource'), note: t('alarmColumn.note') }
    try {
      const said = exportWords(
        t,
        dictionary,
        HISTORY_COLUMN_IDS,
        (id) => labels[id] ?? columns.find((c) => c.id === id)?.label ?? id,
      )
      await saveExport('/alarms/history/export', { ...said, query: filter }, fileName('history', fullTime(clock.now())))
    } catch (failure) {
      const why = words(failure)
      notifications.show({ color: 'red', title: why.cause, message: why.action })
    }
    setBusy(false)
  }
  function chooseRange(value: string) {
    if (value !== 'custom')
      return set({ hours: HISTORY_RANGES.find((h) => h === Number(value)), from: undefined, to: undefined })
    const day = wallTime(clock.now()).slice(0, 10)
    set({ hours: undefined, from: instantOf(`${day}T00:00`), to: undefined })
  }

  return (
    <>
      <ScreenTitle title={t('nav.history')} />
      <ListBar
        q={search.q}
        placeholder={t('history.search')}
        onSearch={setQ}
        filtersSet={Object.keys(narrowing).filter((key) => key !== 'q').length}
        filters={
          <>
            <NativeSelect
              aria-label={t('history.range')}
              value={isCustom ? 'custom' : String(search.hours ?? '')}
              onChange={(event) => chooseRange(event.currentTarget.value)}
              data={[
                { value: '', label: t('history.allTime') },
                ...HISTORY_RANGES.map((hours) => ({
                  value: String(hours),
                  label: t('history.days', { count: hours / 24 }),
                })),
                { value: 'custom', label: t('history.custom') },
              ]}
            />
            {isCustom
              ? (['from', 'to'] as const).map((end) => (
                  <TimeInput
                    key={end}
                    label={t(`history.${end}`)}
                    value={search[end]}
                    onChange={(at) => set({ [end]: at })}
                  />
                ))
              : null}
            <NativeSelect
              aria-label={t('column.severity')}
              value={search.severity?.[0] ?? ''}
              onChange={(event) => {
                const severity = SEVERITY_ORDER.find((one) => one === event.currentTarget.value)
                set({ severity: severity && [severity] })
              }}
              data={[
                { value: '', label: t('history.allSeverities') },
                ...SEVERITY_ORDER.slice(0, 4).map((severity) => ({
                  value: severity,
                  label: t(`severity.${severity}`),
                })),
              ]}
            />
            <NativeSelect
              aria-label={t('column.state')}
              value={search.state ?? ''}
              onChange={(event) => {
                const { value } = event.currentTarget
                set({ state: value === 'ended' || value === 'standing' ? value : undefined })
              }}
              data={(['', 'ended', 'standing'] as const).map((state) => ({
                value: state,
                label: state === '' ? t('history.anyState') : t(`history.${state}`),
              }))}
            />
            <NativeSelect
              aria-label={t('column.site')}
              value={search.site ?? ''}
              onChange={(event) => set({ site: event.currentTarget.value || undefined })}
              data={[
                { value: '', label: t('history.allSites') },
                ...sites.map((site) => ({ value: site.id, label: site.name })),
              ]}
            />
            {(['device', 'customer', 'type'] as const).map((facet) =>
              search[facet] === undefined ? null : (
                <Button
                  key={facet}
                  variant="default"
                  rightSection={<Icon name="close" size={12} />}
                  title={t('alarms.removeFilter')}
                  onClick={() => set({ [facet]: undefined })}
                >
                  {search[facet]}
                </Button>
              ),
            )}
          </>
        }
        actions={
          <ActionIcon
            aria-label={t('history.export')}
            title={t('history.export')}
            size="md"
            loading={busy}
            onClick={() => void save()}
          >
            <Icon name="sheet" />
          </ActionIcon>
        }
      />
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={12} />
      ) : rows.length === 0 ? (
        <Empty icon="clock" title={t(isFiltered ? 'history.noneMatch' : 'history.none')}>
          {isFiltered ? (
            <Button variant="default" onClick={() => void navigate({ search: {} })}>
              {t('alarms.showAll')}
            </Button>
          ) : (
            t('history.noneNext')
          )}
        </Empty>
      ) : (
        <div className={css.table} style={{ background: 'var(--o-panel)' }}>
          <DataTable
            rows={rows}
            columns={columns}
            keyOf={(row) => String(row.id)}
            onOpen={(row) => set({ alarm: row.alarm })}
          />
          {query.hasNextPage ? (
            <div style={{ padding: 14, textAlign: 'center' }}>
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('action.more')}
              </Button>
            </div>
          ) : null}
        </div>
      )}
      <Suspense>
        {search.alarm === undefined ? null : (
          <AlarmPanel
            id={search.alarm}
            onClose={() => set({ alarm: undefined })}
            onAsk={(kind, id) => setAsked({ kind, on: { kind: 'some', ids: new Set([id]) } })}
          />
        )}
        {asked === undefined ? null : <AlarmDialog {...asked} onEnd={() => setAsked(undefined)} />}
      </Suspense>
    </>
  )
}

type Filter = Readonly<Record<string, string | number | readonly string[] | undefined>>

const historyQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['alarm-history', filter],
    queryFn: ({ pageParam, signal }) =>
      get<Page<HistoryRow>>('/alarms/history', { ...filter, limit: PAGE, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })

/** What is asked of the collector; a range of hours ends now, at the full minute, so that it is one question for a while. */
function useFilter(search: HistorySearch): Filter {
  const dictionary = useDictionary()
  return useMemo(() => {
    const { hours, from, to, alarm: _, ...rest } = search
    const minute = Math.floor(clock.now() / 60_000) * 60_000
    const means = meaningsOf(search.q, dictionary).filter((meaning) => meaning.split('~')[1] === 'type')
    return {
      ...{ ...rest, to, from: hours === undefined ? from : minute - hours * 3_600_000 },
      means: means.length > 0 ? means : undefined,
    }
  }, [search, dictionary])
}
