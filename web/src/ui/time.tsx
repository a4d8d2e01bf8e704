// Times: absolute in the reader's zone; the site's zone, UTC and age on hover. One clock ticks for the whole page.
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../api/clock.ts'
import { duration, fullTime, shortTime } from './format.ts'
import { useSiteZone } from './site-zone.ts'
import { readerZone } from './zone.ts'

/** The collector's time, to the second. */
export function useNow(): number {
  return useSyncExternalStore(onTick, secondNow)
}

/** `site` names whose zone the hover tells too, where the screen around does not say it. */
export function Time({ at, full, site }: { at: number | null; full?: boolean; site?: string | undefined }) {
  const { t } = useTranslation()
  const zone = useSiteZone(site)
  const now = useNow()
  if (at === null) return <span className="quiet">–</span>
  const iso = new Date(at).toISOString()
  const lines = [
    `${fullTime(at)} ${readerZone()}`,
    ...(zone === undefined || zone === readerZone() ? [] : [t('time.site', { time: fullTime(at, zone), zone })]),
    iso,
    t('time.ago', { age: duration(now - at) }),
  ]
  const title = lines.join('\n')
  return (
    <time dateTime={iso} title={title} className="num">
      {full ? fullTime(at) : shortTime(at, now)}
    </time>
  )
}

/** Time since `from`, running; or until `to` when it has ended. */
export function Elapsed({ from, to }: { from: number; to?: number | null }) {
  const now = useNow()
  return <span className="num">{duration((to ?? now) - from)}</span>
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
