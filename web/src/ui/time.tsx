// Times: absolute in the reader's zone; the site's zone, UTC and age on hover. One clock ticks for the whole page; what it
// does not change is not drawn again.
import { type PointerEvent, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../api/clock.ts'
import { dayTime, duration, fullTime, shortTime } from './format.ts'
import { useSiteZone } from './site-zone.ts'
import { readerZone } from './zone.ts'

/** The collector's time, to the second. */
export function useNow(): number {
  return useSyncExternalStore(onTick, secondNow)
}

/** What the collector's time makes of something; drawn anew only when the text is another. */
export function useTicking(textAt: (now: number) => string): string {
  return useSyncExternalStore(onTick, () => textAt(secondNow()))
}

interface TimeProps {
  readonly at: number | null
  /** To the second with its date; `day`: without the year while it is this one. */
  readonly full?: boolean | 'day'
  /** Whose zone the hover tells too, where the screen around does not say it. */
  readonly site?: string | undefined
}

export function Time({ at, full, site }: TimeProps) {
  const { t } = useTranslation()
  const zone = useSiteZone(site)
  const text = useTicking((now) => {
    if (at === null) return ''
    return full === 'day' ? dayTime(at, now) : full ? fullTime(at) : shortTime(at, now)
  })
  if (at === null) return <span className="quiet">–</span>
  const iso = new Date(at).toISOString()
  const lines = () =>
    [
      `${fullTime(at)} ${readerZone()}`,
      ...(zone === undefined || zone === readerZone() ? [] : [t('time.site', { time: fullTime(at, zone), zone })]),
      iso,
      t('time.ago', { age: duration(secondNow() - at) }),
    ].join('\n')
  // the age runs: put together when somebody points at it
  const tell = ({ currentTarget }: PointerEvent<HTMLElement>) => {
    currentTarget.title = lines()
  }
  return (
    <time dateTime={iso} className="num" onPointerEnter={tell}>
      {text}
    </time>
  )
}

/** Time since `from`, running; or until `to` when it has ended. */
export function Elapsed({ from, to }: { from: number; to?: number | null }) {
  return <span className="num">{useTicking((now) => duration((to ?? now) - from))}</span>
}

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function onTick(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const one of listeners) one()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function secondNow(): number {
  return Math.floor(clock.now() / 1000) * 1000
}
