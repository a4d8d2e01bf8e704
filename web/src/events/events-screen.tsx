// Traps and logs: what devices said by themselves, what of it nobody understands yet, and by which definitions the rest is read.
import { SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useSeesAll } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import { EventList } from './event-list.tsx'
import { unknownTrapsQuery } from './event-queries.ts'
import { EVENT_VIEWS, type EventSearch, type EventView } from './event-search.ts'
import css from './events.module.css'

const UnknownTraps = lazy(async () => ({ default: (await import('./unknown-traps.tsx')).UnknownTraps }))
const UnknownTrap = lazy(async () => ({ default: (await import('./unknown-trap.tsx')).UnknownTrap }))
const Definitions = lazy(async () => ({ default: (await import('./definitions.tsx')).Definitions }))

export function EventsScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/events' })
  const navigate = useNavigate({ from: '/events' })
  // those that nobody knows come from everywhere
  const seesAll = useSeesAll()
  const unknown = useInfiniteQuery({ ...unknownTrapsQuery({}), enabled: seesAll })
  const open = unknown.data?.pages[0]?.open ?? 0
  const offered = EVENT_VIEWS.filter((one) => seesAll || one !== 'unknown')
  const view: EventView = offered.find((one) => one === search.view) ?? 'all'
  const set = useCallback(
    (change: EventSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  )
  const show = (next: string) =>
    void navigate({ search: next === 'all' ? {} : { view: next as EventView }, replace: true })
  return (
    <>
      <ScreenTitle title={t('events.title')} />
      <div className={css.views}>
        <SegmentedControl
          size="xs"
          aria-label={t('events.views')}
          value={view}
          onChange={show}
          data={offered.map((value) => ({
            value,
            label:
              value === 'unknown' && open > 0 ? t('events.viewUnknownN', { count: open }) : t(`eventView.${value}`),
          }))}
        />
      </div>
      <Suspense fallback={<SkeletonRows count={10} />}>
        {view === 'unknown' ? (
          search.oid === undefined ? (
            <UnknownTraps />
          ) : (
            <UnknownTrap key={search.oid} oid={search.oid} />
          )
        ) : view === 'definitions' ? (
          <Definitions />
        ) : (
          <EventList search={search} set={set} clear={() => void navigate({ search: {}, replace: true })} />
        )}
      </Suspense>
    </>
  )
}
