import { MantineProvider } from '@mantine/core'
import { notificationsStore } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { I18nextProvider } from 'react-i18next'
import { type Console, ConsoleContext } from './console.ts'
import { keepFocus } from './focus-keeper.ts'
import { patient } from './patient.ts'
import { createConsoleRouter } from './router.tsx'
import { styleNonce } from './style-nonce.ts'
import { theme } from './theme.ts'

const Toasts = lazy(async () => ({ default: (await patient(() => import('./toasts.tsx'))).Toasts }))

export function App({ running }: { running: Console }) {
  const [router] = useState(() => createConsoleRouter(running))
  useEffect(() => keepFocus(document), [])
  return (
    <ConsoleContext value={running}>
      <I18nextProvider i18n={running.words}>
        <QueryClientProvider client={running.queries}>
          <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => styleNonce}>
            <ToastsWhenNeeded />
            <RouterProvider router={router} />
          </MantineProvider>
        </QueryClientProvider>
      </I18nextProvider>
    </ConsoleContext>
  )
}

/** What draws them is fetched with the first one, which waits for it, or when the rest of the console is. */
function ToastsWhenNeeded() {
  const [wanted, setWanted] = useState(false)
  const some = useSyncExternalStore(
    notificationsStore.subscribe,
    () => notificationsStore.getState().notifications.length > 0,
  )
  if (some && !wanted) setWanted(true)
  return wanted ? (
    <Suspense>
      <Toasts />
    </Suspense>
  ) : null
}
