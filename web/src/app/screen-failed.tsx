// A screen that cannot be shown. When its files did not come (the collector was away, or is a newer one by now) the page is
// loaded again as soon as the stream lives; the address holds what was on screen.
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ApiFailure } from '../api/client.ts'
import { tabStore } from '../ui/device-store.ts'
import { Failed } from '../ui/notices.tsx'
import { useLiveStatus } from './connection-banner.tsx'

const RELOADED = 'outrider-reloaded'
/** At least this long from one to the next: a file that is really missing must not make the page flicker. */
const PAUSE_MS = 20_000

export function ScreenFailed({ error, reset }: { error: unknown; reset(): void }) {
  const status = useLiveStatus()
  const retry = useRetry(reset)
  const filesMissing = isMissingFile(error)
  useEffect(() => {
    if (!filesMissing || status !== 'live') return
    const wait = PAUSE_MS - (Date.now() - Number(tabStore.getItem(RELOADED) ?? 0))
    const timer = setTimeout(
      () => {
        tabStore.setItem(RELOADED, String(Date.now()))
        location.reload()
      },
      Math.max(0, wait),
    )
    return () => clearTimeout(timer)
  }, [filesMissing, status])
  if (!filesMissing) return <Failed failure={error} retry={retry} />
  return <Failed failure={new ApiFailure('network', 0)} retry={() => location.reload()} />
}

/** The start of the console itself failed: there is no session, hence no stream and no frame around it. */
export function StartFailed({ error, reset }: { error: unknown; reset(): void }) {
  return <Failed failure={error} retry={useRetry(reset)} />
}

/** `reset` alone draws again what failed; what a route asks for before it is drawn is asked for by the router. */
function useRetry(reset: () => void): () => void {
  const router = useRouter()
  return () => {
    reset()
    void router.invalidate()
  }
}

/** How browsers and Vite word a part of the program that could not be fetched. */
function isMissingFile(error: unknown): boolean {
  const text = error instanceof Error ? error.message : ''
  return /preload CSS|dynamically imported module|module script failed/i.test(text)
}
