// Says honestly when what is on screen is no longer fresh, and how old it is.
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveStatus } from '../api/live.ts'
import { fullTime } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { useNow } from '../ui/time.tsx'
import { useConsole } from './console.ts'
import css from './shell.module.css'

/** Shorter breaks are not worth a word: a reconnect resumes without loss. */
const QUIET_MS = 3000

export function useLiveStatus(): LiveStatus {
  const { live } = useConsole()
  return useSyncExternalStore(live.onState, () => live.state().status)
}

export function ConnectionBanner() {
  const { t } = useTranslation()
  const { live } = useConsole()
  const status = useLiveStatus()
  const now = useNow()
  const { heardAt, clockOffsetMs } = live.state()
  const age = heardAt === null ? 0 : now - clockOffsetMs - heardAt
  if (status !== 'cut' || heardAt === null || age < QUIET_MS) return null
  return (
    <div className={css.banner} role="status">
      <Icon name="clock" />
      <span>
        {t('connection.cut', { time: fullTime(heardAt + clockOffsetMs).slice(11), seconds: Math.round(age / 1000) })}
      </span>
    </div>
  )
}
