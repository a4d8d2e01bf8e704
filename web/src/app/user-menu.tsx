import { ActionIcon, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { useConsole } from './console.ts'
import { LANGUAGES, setLanguage } from './i18n.ts'
import css from './shell.module.css'

export function LanguageMenu() {
  const { t } = useTranslation()
  const { words } = useConsole()
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon aria-label={t('shell.language')} title={t('shell.language')} size="md">
          <Icon name="language" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            leftSection={
              <Icon name="check" style={{ visibility: words.language === language ? 'visible' : 'hidden' }} />
            }
            onClick={() => void setLanguage(words, language)}
          >
            {t(`language.${language}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const SCHEMES: readonly (readonly ['light' | 'dark' | 'auto', IconName])[] = [
  ['light', 'sun'],
  ['dark', 'moon'],
  ['auto', 'auto'],
]

export function ThemeMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const icon = SCHEMES.find(([scheme]) => scheme === colorScheme)?.[1] ?? 'auto'
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon aria-label={t('shell.theme')} title={t('shell.theme')} size="md">
          <Icon name={icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(([scheme, name]) => (
          <Menu.Item key={scheme} leftSection={<Icon name={name} />} onClick={() => setColorScheme(scheme)}>
            {t(`theme.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function UserMenu() {
  const { t } = useTranslation()
  const session = useQuery(sessionQuery)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { live, alarms } = useConsole()

  async function leave() {
    await send('DELETE', '/session').catch(() => undefined)
    live.stop()
    alarms.clear()
    queries.clear()
    await navigate({ to: '/login', search: {} })
  }

  const user = session.data?.user ?? ''
  return (
    <Menu position="bottom-end" shadow="md" width={200}>
      <Menu.Target>
        <UnstyledButton aria-label={t('shell.user', { user })} ml={4}>
          <span className={css.avatar}>{user.slice(0, 1)}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user} · {t(`role.${session.data?.role ?? 'viewer'}`)}
        </Menu.Label>
        <Menu.Item leftSection={<Icon name="leave" />} onClick={() => void leave()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
