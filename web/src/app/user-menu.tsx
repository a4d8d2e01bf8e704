import { ActionIcon, UnstyledButton } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiFailure, send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { useChangePreferences, usePreferences } from '../preferences/use-preferences.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import { useSay } from '../ui/say.ts'
import { useConsole } from './console.ts'
import { LANGUAGES } from './i18n.ts'
import css from './shell.module.css'

export function LanguageMenu() {
  const { t } = useTranslation()
  const { words } = useConsole()
  const change = useChangePreferences()
  return (
    <MenuButton
      target={
        <ActionIcon aria-label={t('shell.language')} title={t('shell.language')} size="md">
          <Icon name="language" />
        </ActionIcon>
      }
      entries={LANGUAGES.map((language) => ({
        key: language,
        label: t(`language.${language}`),
        lang: language,
        checked: words.language === language,
        onSelect: () => void change({ language }),
      }))}
    />
  )
}

const SCHEMES: readonly (readonly ['light' | 'dark' | 'auto', IconName])[] = [
  ['light', 'sun'],
  ['dark', 'moon'],
  ['auto', 'auto'],
]

export function ThemeMenu() {
  const { t } = useTranslation()
  const { theme, palette } = usePreferences()
  const change = useChangePreferences()
  const icon = SCHEMES.find(([scheme]) => scheme === theme)?.[1] ?? 'auto'
  return (
    <MenuButton
      target={
        <ActionIcon aria-label={t('shell.theme')} title={t('shell.theme')} size="md">
          <Icon name={icon} />
        </ActionIcon>
      }
      entries={[
        ...SCHEMES.map(([scheme, name]) => ({
          key: scheme,
          label: t(`theme.${scheme}`),
          icon: name,
          onSelect: () => void change({ theme: scheme }),
        })),
        {
          ...{ key: 'palette', label: t('theme.colourBlind'), checked: palette === 'colour-blind', divided: true },
          onSelect: () => void change({ palette: palette === 'normal' ? 'colour-blind' : 'normal' }),
        },
      ]}
    />
  )
}

export function UserMenu() {
  const { t } = useTranslation()
  const session = useQuery(sessionQuery)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { live, alarms, expired } = useConsole()
  const say = useSay()

  async function leave() {
    try {
      await send('DELETE', '/session')
    } catch (failure) {
      // who is told to be out while the door is open leaves it open; a session that has ended is out already
      if (!(failure instanceof ApiFailure) || failure.code !== 'unauthenticated') return say.failure(failure)
    }
    live.stop()
    alarms.clear()
    queries.clear()
    expired.set(false)
    await navigate({ to: '/login', search: {} })
  }

  const user = session.data?.user ?? ''
  return (
    <MenuButton
      target={
        <UnstyledButton aria-label={t('shell.user', { user })} title={user} ml={4}>
          <span className={css.avatar}>{user.slice(0, 1)}</span>
        </UnstyledButton>
      }
      heading={`${user} · ${t(`role.${session.data?.role ?? 'viewer'}`)}`}
      entries={[
        {
          ...{ key: 'preferences', label: t('nav.preferences'), icon: 'user' },
          onSelect: () => void navigate({ to: '/preferences' }),
        },
        { key: 'leave', label: t('shell.signOut'), icon: 'leave', divided: true, onSelect: () => void leave() },
      ]}
    />
  )
}
