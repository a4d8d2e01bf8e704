// How the reader wants the console: shown at once, kept with the account, and on this device for the next sign-in page.
import { useMantineColorScheme } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import type { UpdatePreferences } from '#shared/http/preferences.ts'
import type { Preferences, Session } from '#shared/http/session.ts'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { useConsole } from '../app/console.ts'
import { type Language, setLanguage } from '../app/i18n.ts'
import { deviceStore } from '../ui/device-store.ts'
import { useSay } from '../ui/say.ts'
import { setReaderZone } from '../ui/zone.ts'

const STORED_PALETTE = 'outrider-palette'

/** What is in force; before signing in what this device remembers. */
export function usePreferences(): Preferences {
  const session = useQuery({ ...sessionQuery, enabled: false }).data
  const { colorScheme } = useMantineColorScheme()
  return session?.preferences ?? { timeZone: null, theme: colorScheme, palette: storedPalette() }
}

/** Changes what is given, here at once and with the account; before signing in the account hears of it after. */
export function useChangePreferences(): (change: UpdatePreferences) => Promise<void> {
  const { words, wishes } = useConsole()
  const { setColorScheme } = useMantineColorScheme()
  const queries = useQueryClient()
  const say = useSay()
  return useCallback(
    async (change) => {
      const before = queries.getQueryData<Session>(sessionQuery.queryKey)
      const spoken = words.language as Language
      const show = async ({ theme, palette, timeZone, language }: UpdatePreferences) => {
        if (theme) setColorScheme(theme)
        if (palette) showPalette(palette)
        if (timeZone !== undefined) setReaderZone(timeZone)
        if (language) await setLanguage(words, language)
      }
      try {
        await show(change)
        if (before === undefined) wishes.current = { ...wishes.current, ...change }
        else queries.setQueryData(sessionQuery.queryKey, await send<Session>('PATCH', '/session', change))
      } catch (failure) {
        say.failure(failure)
        // what the account did not take is not what is in force
        if (before) await show({ ...before.preferences, language: spoken }).catch(() => undefined)
      }
    },
    [words, wishes, setColorScheme, queries, say],
  )
}

/** Puts the account's wishes in force as they come, for as long as somebody is signed in. */
export function useAccountPreferences(): void {
  const { words } = useConsole()
  const session = useQuery(sessionQuery).data
  const { setColorScheme } = useMantineColorScheme()
  const { timeZone, theme, palette } = session?.preferences ?? {}
  const language = session?.language
  // before the first time is written
  if (timeZone !== undefined) setReaderZone(timeZone)
  useEffect(() => {
    if (theme) setColorScheme(theme)
  }, [theme, setColorScheme])
  useEffect(() => {
    if (palette) showPalette(palette)
  }, [palette])
  useEffect(() => {
    if (language && language !== words.language) setLanguage(words, language).catch(() => undefined)
  }, [language, words])
}

function showPalette(palette: Preferences['palette']): void {
  deviceStore.setItem(STORED_PALETTE, palette)
  document.documentElement.dataset.palette = palette
}

const storedPalette = (): Preferences['palette'] =>
  deviceStore.getItem(STORED_PALETTE) === 'colour-blind' ? 'colour-blind' : 'normal'
