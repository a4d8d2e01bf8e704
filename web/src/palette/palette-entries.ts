// Everything the palette offers for what is typed, as one list with headings.

import { useQuery } from '@tanstack/react-query'
import type { ToOptions } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { useSeesAll } from '../api/role.ts'
import { LANGUAGES } from '../app/i18n.ts'
import { NAVIGATION, navigationFor } from '../app/navigation.ts'
import { useChangePreferences, usePreferences } from '../preferences/use-preferences.ts'
import type { IconName } from '../ui/icons.tsx'
import { matching } from './match.ts'
import { commandsFor } from './palette-commands.ts'
import type { Found } from './use-found.ts'

export interface PaletteEntry {
  readonly id: string
  readonly label: string
  /** Quieter, beside it. */
  readonly detail?: string | undefined
  readonly icon: IconName
  readonly words?: string
  readonly go?: ToOptions
  run?(): void
}

export interface PaletteGroup {
  readonly heading: string
  readonly entries: readonly PaletteEntry[]
}

export function usePaletteGroups(typed: string, found: Found): readonly PaletteGroup[] {
  const { t } = useTranslation()
  const screens = useScreens()
  const actions = useActions()
  const groups: PaletteGroup[] = [
    { heading: t('palette.screens'), entries: matching(typed, screens) },
    {
      heading: t('nav.devices'),
      entries: found.devices.map((row) => ({
        ...{ id: `device ${row.id}`, label: row.name, icon: 'devices' as const },
        detail: [row.address, row.siteName, t(`deviceState.${row.state}`)].filter(Boolean).join(' · '),
        go: { to: '/devices/$id', params: { id: row.id }, search: {} },
      })),
    },
    {
      heading: t('nav.sites'),
      entries: found.sites.map((row) => ({
        ...{ id: `site ${row.id}`, label: row.name, icon: 'sites' as const, detail: row.customerName },
        go: { to: '/sites/$id', params: { id: row.id }, search: {} },
      })),
    },
    {
      heading: t('palette.customers'),
      entries: found.customers.map((row) => ({
        ...{ id: `customer ${row.id}`, label: row.name, icon: 'customers' as const },
        go: { to: '/customers/$id', params: { id: row.id } },
      })),
    },
    {
      heading: t('nav.alarms'),
      entries: found.alarms.map((row) => ({
        ...{ id: `alarm ${row.id}`, label: row.text, icon: 'alarms' as const },
        detail: [t(`severity.${row.perceivedSeverity}`), row.deviceName ?? row.siteName].join(' · '),
        go: { to: '/alarms', search: { alarm: row.id } },
      })),
    },
    {
      heading: t('nav.incidents'),
      entries: found.incidents.map((row) => ({
        ...{ id: `incident ${row.id}`, label: row.title, icon: 'incidents' as const },
        detail: [`#${row.number}`, t(`incidentState.${row.state}`), row.siteName].join(' · '),
        go: { to: '/incidents/$id', params: { id: row.id } },
      })),
    },
    { heading: t('palette.actions'), entries: matching(typed, actions) },
  ]
  return groups.filter((group) => group.entries.length > 0)
}

/** Called by their names in the reader's language and by their addresses. */
function useScreens(): readonly PaletteEntry[] {
  const { t } = useTranslation()
  const role = useQuery(sessionQuery).data?.role
  const seesAll = useSeesAll()
  return navigationFor(role, NAVIGATION, seesAll)
    .flatMap((one) => one.entries)
    .map(({ to, icon }) => {
      const name = to.slice(1)
      return { id: `screen ${to}`, label: t(`nav.${name}`), icon, words: name, go: { to, search: {} } as ToOptions }
    })
}

function useActions(): readonly PaletteEntry[] {
  const { t, i18n } = useTranslation()
  const role = useQuery(sessionQuery).data?.role
  const { theme, palette } = usePreferences()
  const change = useChangePreferences()
  return [
    ...commandsFor(role).map(({ id, icon, words, go }) => ({
      ...{ id: `do ${id}`, icon, words, go, label: t(`palette.do.${id}`) },
    })),
    {
      ...{ id: 'do preferences', icon: 'user', words: 'preferences settings zone', label: t('nav.preferences') },
      go: { to: '/preferences' },
    },
    ...(['light', 'dark', 'auto'] as const)
      .filter((one) => one !== theme)
      .map((one) => ({
        ...({ id: `theme ${one}`, icon: one === 'dark' ? 'moon' : one === 'light' ? 'sun' : 'auto' } as const),
        ...{ words: `theme ${one}`, label: `${t('shell.theme')}: ${t(`theme.${one}`)}` },
        run: () => void change({ theme: one }),
      })),
    {
      ...{ id: 'palette', icon: 'columns', words: 'colour blind color palette', label: t('theme.colourBlind') },
      detail: palette === 'colour-blind' ? t('palette.on') : undefined,
      run: () => void change({ palette: palette === 'normal' ? 'colour-blind' : 'normal' }),
    },
    ...LANGUAGES.filter((one) => one !== i18n.language).map((one) => ({
      ...{ id: `language ${one}`, icon: 'language' as const, words: `language ${one}` },
      label: `${t('shell.language')}: ${t(`language.${one}`)}`,
      run: () => void change({ language: one }),
    })),
  ]
}
