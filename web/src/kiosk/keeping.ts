// What keeps a wall going for weeks: the screen stays on, a new build is taken over, the token is not left lying about.
import type { Feed } from './feed.ts'

/**
 * A token in the fragment (`#token=...`) never reaches a server's log: it is exchanged here for a cookie. Then the page is
 * loaded anew from an address without it, for the browser notes where a page was loaded from. Resolves when there is none.
 */
export async function takeTokenFromFragment(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return
  const { pathname } = location
  const search = new URLSearchParams(location.search)
  // its second part names the link, which is no secret: with it the page finds its cookie after a reload
  search.set('k', /^ork_([0-9a-f]{12})_/.exec(token)?.[1] ?? 'unknown')
  history.replaceState(null, '', `${pathname}?${search}`)
  for (;;) {
    try {
      const response = await fetch('/api/v1/kiosk/session', {
        ...{ method: 'POST', credentials: 'same-origin', body: JSON.stringify({ token }) },
        headers: { 'content-type': 'application/json' },
      })
      if (response.ok || response.status === 400 || response.status === 401) break
    } catch {
      // a screen that is switched on before the collector waits for it
    }
    await new Promise((resolve) => setTimeout(resolve, 3000))
  }
  location.reload()
  return new Promise(() => undefined)
}

const RELOAD_TRY_MS = 30_000

/** Call it once a second: loads the page anew when the collector serves another build, and only when it can be loaded. */
export function reloadOnNewBuild(feed: Pick<Feed, 'state'>): () => void {
  const own = document.querySelector<HTMLMetaElement>('meta[name="console-build"]')?.content ?? ''
  let tried = Number.NEGATIVE_INFINITY
  return () => {
    const { build, phase } = feed.state()
    if (own === '' || build === null || build === own || phase !== 'live') return
    if (performance.now() - tried < RELOAD_TRY_MS) return
    tried = performance.now()
    void fetch(location.href, { cache: 'no-store' }).then(
      async (response) => {
        if (response.ok && (await response.text()).includes(build)) location.reload()
      },
      () => undefined,
    )
  }
}

/** Asks the browser not to switch the screen off; it grants that on HTTPS and localhost only, and forgets it out of sight. */
export function keepAwake(): void {
  const ask = () => {
    if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => undefined)
  }
  document.addEventListener('visibilitychange', ask)
  ask()
  // the pointer is in the way on a wall, and needed at a desk
  let still: ReturnType<typeof setTimeout> | undefined
  document.addEventListener('pointermove', () => {
    document.documentElement.toggleAttribute('data-pointer', true)
    clearTimeout(still)
    still = setTimeout(() => document.documentElement.toggleAttribute('data-pointer', false), 3000)
  })
  document.addEventListener('dblclick', () => {
    if (document.fullscreenElement) void document.exitFullscreen()
    else document.documentElement.requestFullscreen().catch(() => undefined)
  })
}
