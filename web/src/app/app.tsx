import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { I18nextProvider } from 'react-i18next'
import { type Console, ConsoleContext } from './console.ts'
import { createConsoleRouter } from './router.tsx'
import { styleNonce } from './style-nonce.ts'
import { theme } from './theme.ts'

const Toasts = lazy(async () => ({ default: (await import('./toasts.tsx')).Toasts }))

export function App({ running }: { running: Console }) {
  const [router] = useState(() => createConsoleRouter(running))
  return (
    <ConsoleContext value={running}>
      <I18nextProvider i18n={running.words}>
        <QueryClientProvider client={running.queries}>
          <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => styleNonce}>
            <Suspense>
              <Toasts />
            </Suspense>
            <RouterProvider router={router} />
          </MantineProvider>
        </QueryClientProvider>
      </I18nextProvider>
    </ConsoleContext>
  )
}
