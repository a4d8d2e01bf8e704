// The frame around every screen: navigation, header, the truth about the connection, and the sign-in dialog when a session ends.
import { useQuery } from '@tanstack/react-query'
import { CatchBoundary, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery, sitesQuery } from '../api/queries.ts'
import { useSeesAll } from '../api/role.ts'
import { PaletteButton } from '../palette/palette-button.tsx'
import { useAccountPreferences } from '../preferences/use-preferences.ts'
import { fullTime } from '../ui/format.ts'
import { Forbidden, SkeletonRows } from '../ui/notices.tsx'
import { SiteZones } from '../ui/site-zone.ts'
import { useNow } from '../ui/time.tsx'
import { readerZone, utcOffset } from '../ui/zone.ts'
import { SetupBanner } from '../welcome/setup-banner.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { useConsole } from './console.ts'
import { useGoKeys } from './go-keys.ts'
import { allWords } from './i18n.ts'
import { KeyboardHelp } from './keyboard-help.tsx'
import { mayOpen } from './navigation.ts'
import { NavigationBar } from './navigation-bar.tsx'
import { patient } from './patient.ts'
import { TitleSlot } from './screen-title.tsx'
import css from './shell.module.css'
import { LanguageMenu, ThemeMenu, UserMenu } from './user-menu.tsx'
import { warmUp } from './warm-up.ts'

const SessionExpired = lazy(async () => ({
  default: (await patient(() => import('../session/session-expired.tsx'))).SessionExpired,
}))

/** After the first screen: nothing has to be heard before it is seen. */
const BellButton = lazy(async () => {
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const [bell] = await patient(() => Promise.all([import('../alarms/bell-button.tsx'), allWords()]))
  return { default: bell.BellButton }
})

export function Shell() {
  const { t } = useTranslation()
  const { live, alarms, expired } = useConsole()
  const isExpired = useSyncExternalStore(expired.subscribe, expired.get)

  useAccountPreferences()
  useGoKeys()
  const router = useRouter()
  useEffect(() => warmUp(router), [router])
  const sites = useQuery(sitesQuery)
  const zones = useMemo(() => new Map(sites.data?.items.map((site) => [site.id, site.timeZone])), [sites.data])

  useEffect(() => {
    live.start()
    if (alarms.snapshot().phase === 'idle') void alarms.reload()
    return () => live.stop()
  }, [live, alarms])

  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        {t('shell.skip')}
      </a>
      <NavigationBar />
      <header className={css.head}>
        <TitleSlot />
        <PaletteButton />
        <div className={css.tools}>
          <Clock />
          <Suspense fallback={<span className={css.bellPlace} />}>
            {/* a browser without sound is no reason to show nothing */}
            <CatchBoundary getResetKey={() => 'bell'} errorComponent={() => null}>
              <BellButton />
            </CatchBoundary>
          </Suspense>
          <LanguageMenu />
          <ThemeMenu />
          <KeyboardHelp />
          <UserMenu />
        </div>
      </header>
      <main className={css.main} id="main" tabIndex={-1}>
        <ConnectionBanner />
        <SetupBanner />
        <div className={css.screen} data-screen>
          <Suspense fallback={<SkeletonRows />}>
            <SiteZones value={zones}>
              <MayOpen>
                <Outlet />
              </MayOpen>
            </SiteZones>
          </Suspense>
        </div>
      </main>
      {isExpired ? (
        <Suspense>
          <SessionExpired />
        </Suspense>
      ) : null}
    </div>
  )
}

/** In place of a screen that is not for the reader: its questions would all be refused. */
function MayOpen({ children }: { children: ReactNode }) {
  const role = useQuery(sessionQuery).data?.role
  const seesAll = useSeesAll()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return mayOpen(path, role, seesAll) ? children : <Forbidden />
}

function Clock() {
  const now = useNow()
  return (
    <span className={`${css.clock} num`} title={`${readerZone()}\n${new Date(now).toISOString()}`}>
      {fullTime(now)} <small>{utcOffset(now)}</small>
    </span>
  )
}
