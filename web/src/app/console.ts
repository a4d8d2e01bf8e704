// The parts that live as long as the page: queries, live stream, alarm list, words. Built once, handed down by context.
import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { createContext, use } from 'react'
import type { LivePayload } from '#shared/http/live.ts'
import type { UpdatePreferences } from '#shared/http/preferences.ts'
import type { Session } from '#shared/http/session.ts'
import { type AlarmStore, createAlarmStore } from '../alarms/alarm-store.ts'
import { keptWindow } from '../alarms/kept-window.ts'
import { get, whenSessionEnds } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { createLive, type Live } from '../api/live.ts'
import { createQueries, sessionQuery } from '../api/queries.ts'
import { refreshFromLive } from '../api/refresh.ts'
import { createI18n } from './i18n.ts'

export interface Console {
  readonly queries: QueryClient
  readonly live: Live
  readonly alarms: AlarmStore
  readonly words: i18n
  /** Chosen on the sign-in page: for the account, once it is known whose. */
  readonly wishes: { current: UpdatePreferences }
  /** True while the session has ended under an open screen; the screen stays, a sign-in dialog covers it. */
  readonly expired: { get(): boolean; set(value: boolean): void; subscribe(listener: () => void): () => void }
}

export async function createConsole(): Promise<Console> {
  const words = createI18n()
  const queries = createQueries(({ code }) => {
    // once, however many parts of the screen it is
    const of = { id: 'not-read', color: 'red', autoClose: 8000 }
    void words.then(({ t }) =>
      notifications.show({ ...of, title: t(`failure.${code}.cause`), message: t(`failure.${code}.action`) }),
    )
  })
  const expired = createFlag()
  const onUnauthenticated = () => {
    if (!queries.getQueryData<Session>(sessionQuery.queryKey)) return undefined
    expired.set(true)
    return untilUnset(expired)
  }
  whenSessionEnds(onUnauthenticated)
  const live = createLive({
    fetch: (...args) => fetch(...args),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer as number),
    onUnauthenticated: () => void onUnauthenticated(),
  })
  live.onEvent((name, payload) => {
    if (name === 'hello') clock.heard((payload as LivePayload<'hello'>).now)
  })
  // a laptop that wakes up, a network that is back: no reason to wait
  addEventListener('online', live.retry)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') live.retry()
  })
  const alarms = createAlarmStore({
    live,
    make: (query, signal) => get('/alarms/board', query, signal),
    window: (list, query, signal) => keptWindow(list, query, signal),
    schedule: (run, ms) => void setTimeout(run, ms),
  })
  refreshFromLive(live, queries)
  return { queries, live, alarms, words: await words, expired, wishes: { current: {} } }
}

export const ConsoleContext = createContext<Console | null>(null)

export function useConsole(): Console {
  const value = use(ConsoleContext)
  if (value === null) throw new Error('useConsole outside of the console')
  return value
}

/** Resolves when the flag is not set any more. */
function untilUnset(flag: Console['expired']): Promise<void> {
  return new Promise((resolve) => {
    const end = flag.subscribe(() => {
      if (flag.get()) return
      end()
      resolve()
    })
  })
}

function createFlag(): Console['expired'] {
  const listeners = new Set<() => void>()
  let value = false
  return {
    get: () => value,
    set(next) {
      if (next === value) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
