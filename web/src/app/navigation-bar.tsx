// The ways to the screens: names in a column where there is room, icons where there is not, a bar with the rest behind a
// button on a phone.
import { UnstyledButton } from '@mantine/core'
import { useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { useSeesAll } from '../api/role.ts'
import { Icon } from '../ui/icons.tsx'
import { NAVIGATION, type NavigationEntry, navigationFor } from './navigation.ts'
import css from './navigation-bar.module.css'
import { type NavigationCount, useNavigationCounts } from './navigation-counts.ts'

export function NavigationBar() {
  const { t } = useTranslation()
  const role = useQuery(sessionQuery).data?.role
  const seesAll = useSeesAll()
  const roomy = useMediaQuery('(min-width: 1360px)', false, { getInitialValueInEffect: false })
  const [chosen, choose] = useLocalStorage<'wide' | 'rail' | null>({
    ...{ key: 'outrider-navigation', defaultValue: null, getInitialValueInEffect: false },
  })
  const wide = (chosen ?? (roomy ? 'wide' : 'rail')) === 'wide'
  const { opened, setOpened } = usePhoneSheet()
  const counts = useNavigationCounts()
  return (
    <nav
      className={css.nav}
      aria-label={t('shell.navigation')}
      data-wide={wide}
      data-open={opened}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpened(false)
      }}
    >
      <Link to="/alarms" search={{}} className={css.brand} aria-label="Outrider">
        <img src="/icon.svg" alt="" width={26} height={26} />
        <span className={css.brandName}>Outrider</span>
      </Link>
      <div className={css.groups}>
        {navigationFor(role, NAVIGATION, seesAll).map(({ group, entries }) => (
          <section key={group} className={css.group} aria-label={t(`navGroup.${group}`)}>
            <span className={css.heading}>{t(`navGroup.${group}`)}</span>
            {entries.map((entry) => (
              <Entry key={entry.to} of={entry} count={counts[entry.to]} />
            ))}
          </section>
        ))}
      </div>
      <UnstyledButton
        className={`${css.link} ${css.more}`}
        aria-expanded={opened}
        onClick={() => setOpened((open) => !open)}
      >
        <Icon name={opened ? 'close' : 'more'} size={18} />
        <span className={css.name}>{t(opened ? 'action.close' : 'shell.more')}</span>
      </UnstyledButton>
      <UnstyledButton
        className={`${css.link} ${css.fold}`}
        aria-label={t(wide ? 'shell.fold' : 'shell.unfold')}
        title={t(wide ? 'shell.fold' : 'shell.unfold')}
        onClick={() => choose(wide ? 'rail' : 'wide')}
      >
        <Icon name={wide ? 'left' : 'right'} size={16} />
      </UnstyledButton>
    </nav>
  )
}

function Entry({ of: { to, icon, phone }, count }: { of: NavigationEntry; count: NavigationCount | undefined }) {
  const { t } = useTranslation()
  const screen = to.slice(1)
  const name = t(`nav.${screen}`)
  return (
    <Link
      to={to}
      search={{}}
      className={css.link}
      activeOptions={{ includeSearch: false }}
      data-phone={phone === true}
      title={count === undefined ? name : `${name} · ${count.says}`}
    >
      <Icon name={icon} size={18} />
      <span className={css.name}>{name}</span>
      {count === undefined ? null : (
        <span className={`${css.count} num`} data-calm={count.calm}>
          {count.number > 999 ? '999+' : count.number}
        </span>
      )}
    </Link>
  )
}

/** On a phone all screens are a sheet over the one that is open; choosing one closes it. */
function usePhoneSheet() {
  const [opened, setOpened] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes whenever the path becomes another
  useEffect(() => setOpened(false), [path])
  return { opened, setOpened }
}
