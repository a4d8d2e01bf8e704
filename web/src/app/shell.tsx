// The frame around every screen: navigation, header, the truth about the connection, and the sign-in dialog when a session ends.
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { Fragment, lazy, Suspense, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { healthQuery, sitesQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { enrolmentsQuery, isWaiting } from '../enrolment/enrolment-queries.ts'
import { fullTime, readerZone } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import { SiteZones } from '../ui/site-zone.ts'
import { useNow } from '../ui/time.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { useConsole } from './console.ts'
import { KeyboardHelp } from './keyboard-help.tsx'
import { NAVIGATION, type NavigationEntry } from './navigation.ts'
import { TitleSlot } from './screen-title.tsx'
import css from './shell.module.css'
import { LanguageMenu, ThemeMenu, UserMenu } from './user-menu.tsx'
import { warmUp } from './warm-up.ts'

const SessionExpired = lazy(async () => ({
  default: (await import('../session/session-expired.tsx')).SessionExpired,
}))

export function Shell() {
  const { t } = useTranslation()
  const { live, alarms, expired } = useConsole()
  const isExpired = useSyncExternalStore(expired.subscribe, expired.get)

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
      <Navigation />
      <header className={css.head}>
        <TitleSlot />
        <div className={css.spring} />
        <Clock />
        <LanguageMenu />
        <ThemeMenu />
        <KeyboardHelp />
        <UserMenu />
      </header>
      <main className={css.main} id="main">
        <ConnectionBanner />
        <div className={css.screen} data-screen>
          <Suspense fallback={<SkeletonRows />}>
            <SiteZones value={zones}>
              <Outlet />
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

function Navigation() {
  const { t } = useTranslation()
  const health = useQuery(healthQuery)
  const waiting = useQuery({ ...enrolmentsQuery, enabled: useMayLookInto() }).data?.items.filter(isWaiting).length
  const counts: Readonly<Record<string, number | undefined>> = {
    '/incidents': health.data?.openIncidents,
    '/agents': waiting,
  }
  return (
    <nav className={css.nav} aria-label={t('shell.navigation')}>
      <Link to="/alarms" search={{}} className={css.brand} aria-label="Outrider">
        <img src="/icon.svg" alt="" width={28} height={28} />
        <span className={css.brandName}>Outrider</span>
      </Link>
      {NAVIGATION.map((entry, i) => (
        <Fragment key={entry.to}>
          {i > 0 && NAVIGATION[i - 1]?.group !== entry.group ? <div className={css.gap} /> : null}
          <Link to={entry.to} search={{}} className={css.link} activeOptions={{ includeSearch: false }}>
            <Icon name={entry.icon} size={18} />
            <ScreenName to={entry.to} />
            {counts[entry.to] ? (
              <span
                className={`${css.count} num`}
                data-calm={entry.to === '/agents'}
                title={t(entry.to === '/agents' ? 'navCount.agents' : 'navCount.incidents')}
              >
                {counts[entry.to]}
              </span>
            ) : null}
          </Link>
        </Fragment>
      ))}
    </nav>
  )
}

function ScreenName({ to }: Pick<NavigationEntry, 'to'>) {
  const { t } = useTranslation()
  const name = to.slice(1)
  return <span>{t(`nav.${name}`)}</span>
}

function Clock() {
  const now = useNow()
  return (
    <span className={`${css.clock} num`} title={`${readerZone()}\n${new Date(now).toISOString()}`}>
      {fullTime(now)}
    </span>
  )
}
