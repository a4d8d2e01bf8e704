// The wall: a strip with name, counters and clock, the board that is its turn, and the truth about the age of all of it.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fullTime } from '../ui/format.ts'
import { AlarmBoard } from './alarm-board.tsx'
import { AvailabilityMap } from './availability-map.tsx'
import { CounterBoard, SEVERITIES } from './counter-board.tsx'
import { ageOf, type Feed, type FeedState, STALE_MS } from './feed.ts'
import { Quiet } from './quiet.tsx'
import { isNight, pageAt, type Shown, shownAt } from './rotation.ts'
import css from './wall.module.css'
import type { View, WallOptions } from './wall-options.ts'

export function Wall({ feed, options, now: clock }: { feed: Feed; options: WallOptions; now: () => number }) {
  const state = useTicked(feed)
  const now = clock() + state.clockOffsetMs
  const age = ageOf(state, clock())
  const stale = age === null || age > STALE_MS
  // what is old does not age on: how long an alarm lasts is not known either
  const seenAt = stale ? (state.freshAt ?? now) : now
  const [start] = useState(clock)
  // a clock that is set back begins again
  const since = Math.max(0, clock() - start)
  const shown = shownAt(options.views, since)
  const night = isNight(options.night, now, options.zone)
  const pageOf = (pages: number) => pageAt(shown, options.views.length === 1, pages, options.pageSeconds, since)
  return (
    <div className={css.wall} data-stale={stale} data-board={shown.view.board} data-night={night}>
      <Strip state={state} options={options} now={now} stale={stale} />
      <Banner state={state} age={age} zone={options.zone} />
      <main className={`${css.main} ${stale ? css.grey : ''}`}>
        <Board state={state} board={shown.view.board} pageOf={pageOf} now={seenAt} stale={stale} />
      </main>
      {options.views.length > 1 ? <Turns views={options.views} shown={shown} /> : null}
      {night ? <div className={css.night} style={{ opacity: options.dim }} /> : null}
    </div>
  )
}

function Strip(props: { state: FeedState; options: WallOptions; now: number; stale: boolean }) {
  const { t } = useTranslation()
  const { state, options, now, stale } = props
  const time = fullTime(now, options.zone)
  return (
    <header className={css.strip}>
      <h1 className={css.title}>
        <img src="/icon.svg" alt="" className={css.logo} />
        <span className="one-line">{state.name ?? 'Outrider'}</span>
      </h1>
      {state.alarms === null ? null : (
        <div className={`${css.counts} ${stale ? css.grey : ''}`}>
          {SEVERITIES.map((severity) => {
            const { open, fresh } = state.alarms?.counts[severity] ?? { open: 0, fresh: 0 }
            if (severity === 'indeterminate' && open === 0) return null
            const title = t('kiosk.fresh', { count: fresh })
            return (
              <span key={severity} className={css.count} data-severity={open > 0 ? severity : 'none'} title={title}>
                <span className={css.countName}>{t(`severity.${severity}`)}</span>
                <span className={`${css.countValue} num`}>{open}</span>
              </span>
            )
          })}
        </div>
      )}
      <time className={`${css.clock} num`} dateTime={new Date(now).toISOString()}>
        <span className={css.time}>{time.slice(11)}</span>
        <span className={css.date}>
          {time.slice(0, 10)} {options.zone}
        </span>
      </time>
    </header>
  )
}

/** Says that what is shown is not the present. It cannot be missed: it is large, it pulses, and all else turns grey. */
function Banner({ state, age, zone }: { state: FeedState; age: number | null; zone: string }) {
  const { t } = useTranslation()
  if (state.phase === 'refused' || (age !== null && age <= STALE_MS)) return null
  if (state.freshAt === null || age === null)
    return state.phase === 'cut' ? (
      <div className={css.banner} role="alert">
        <span className={css.age}>{t('kiosk.noAnswer')}</span>
      </div>
    ) : null
  const time = fullTime(state.freshAt, zone).slice(11)
  return (
    <div className={css.banner} role="alert">
      <span className={`${css.age} num`}>{t('kiosk.stale', { time, seconds: Math.floor(age / 1000) })}</span>
      <span>{t('kiosk.staleNext')}</span>
    </div>
  )
}

interface BoardProps {
  readonly state: FeedState
  readonly board: string
  pageOf(pages: number): number
  readonly now: number
  readonly stale: boolean
}

function Board({ state, board, pageOf, now, stale }: BoardProps) {
  const { t } = useTranslation()
  const { phase, alarms, devices, counters } = state
  if (phase === 'refused') return <Quiet sign="–" words={t('kiosk.refused')} more={t('kiosk.refusedNext')} stale />
  if (board === 'alarms' && alarms) return <AlarmBoard data={alarms} pageOf={pageOf} now={now} stale={stale} />
  if (board === 'map' && devices) return <AvailabilityMap data={devices} pageOf={pageOf} now={now} />
  if (board === 'counters' && alarms && counters) return <CounterBoard alarms={alarms} counters={counters} />
  return <Quiet words={t('kiosk.waiting')} stale />
}

/** How far the rotation is. */
function Turns({ views, shown }: { views: readonly View[]; shown: Shown }) {
  const done = (i: number) => (i < shown.index ? 100 : i > shown.index ? 0 : shown.elapsed / (shown.view.seconds * 10))
  return (
    <div className={css.turns} aria-hidden="true">
      {views.map((view, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same board may come twice
        <div key={i} className={css.turn} style={{ flexGrow: view.seconds }}>
          <div className={css.done} style={{ width: `${Math.min(100, done(i))}%` }} />
        </div>
      ))}
    </div>
  )
}

/** The state of the feed, looked at again with every tick: ages and clocks go on when nothing comes. */
function useTicked(feed: Feed): FeedState {
  const [, again] = useState(0)
  useEffect(() => feed.subscribe(() => again((n) => (n + 1) % 1_000_000)), [feed])
  return feed.state()
}
