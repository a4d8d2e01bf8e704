// Says honestly when what is on screen is no longer fresh, and how old it is; when this computer's clock is wrong; and when
// the collector is a newer one than this page.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { LivePayload } from '#shared/http/live.ts'
import { clock } from '../api/clock.ts'
import type { LiveStatus } from '../api/live.ts'
import { fullTime } from '../ui/format.ts'
import { useNow } from '../ui/time.tsx'
import { Banner } from './banner.tsx'
import { useConsole } from './console.ts'
import { ageText, staleness, wrongClock } from './freshness.ts'

export function useLiveStatus(): LiveStatus {
  const { live } = useConsole()
  return useSyncExternalStore(live.onState, () => live.state().status)
}

export function ConnectionBanner() {
  const { t } = useTranslation()
  const { live } = useConsole()
  const status = useLiveStatus()
  // every second: the age runs
  const now = useNow()
  const { heardAt, isStopping } = live.state()
  const silentMs = live.silentMs()
  const says = staleness({ status, wasHeard: heardAt !== null, silentMs, isStopping })
  return (
    <>
      {says === undefined ? null : (
        <Banner icon="clock" action={{ label: t('connection.retry'), run: live.retry }}>
          {t(`connection.${says}`, { time: fullTime(now - silentMs).slice(11), age: ageText(silentMs) })}
        </Banner>
      )}
      <ClockBanner />
      <VersionBanner />
    </>
  )
}

/** Ages and durations follow the collector; what the corner of the screen says does not. */
function ClockBanner() {
  const { t } = useTranslation()
  const [seen, setSeen] = useState(false)
  useNow()
  const wrong = wrongClock(clock.browserAheadMs())
  if (wrong === undefined || seen) return null
  return (
    <Banner icon="clock" tone="info" isNews={false} action={{ label: t('action.close'), run: () => setSeen(true) }}>
      {t(`connection.clock.${wrong.way}`, { by: wrong.by })}
    </Banner>
  )
}

/** The version the page came with is that of the first collector it heard. */
function VersionBanner() {
  const { t } = useTranslation()
  const { live } = useConsole()
  const first = useRef<string>(undefined)
  const [newer, setNewer] = useState<string>()
  useEffect(
    () =>
      live.onEvent((name, payload) => {
        if (name !== 'hello') return
        const { version } = payload as LivePayload<'hello'>
        first.current ??= version
        setNewer(version === first.current ? undefined : version)
      }),
    [live],
  )
  if (newer === undefined) return null
  return (
    <Banner icon="refresh" tone="info" action={{ label: t('connection.reload'), run: () => location.reload() }}>
      {t('connection.updated', { version: newer })}
    </Banner>
  )
}
