// Ties the live list to the screen: what is asked, and holding still while the hand is on it.
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../api/clock.ts'
import { useConsole } from '../app/console.ts'
import type { AlarmSnapshot, AlarmStore } from './alarm-store.ts'
import { type AlarmSearch, belongs, boardParams, type Dictionary, SEVERITY_ORDER } from './alarm-view.ts'

/** After the last touch the list moves again. */
export const RELEASE_AFTER_MS = 6000

export interface AlarmList {
  readonly snapshot: AlarmSnapshot
  readonly store: AlarmStore
  readonly params: Record<string, string | readonly string[] | number>
  readonly dictionary: Dictionary
  /** The hand is on the list: keep it still for a while. */
  touch(): void
  /** Let in what waits. */
  release(): void
}

/**
 * `sticky` keeps the hold however long the hand rests: rows are selected, a dialog is open, or it is scrolled down. `open`:
 * causes whose symptoms are shown.
 */
export function useAlarmList(search: AlarmSearch, open: ReadonlySet<string>, sticky: boolean): AlarmList {
  const { alarms: store } = useConsole()
  const snapshot = useSyncExternalStore(store.subscribe, store.snapshot)
  const dictionary = useDictionary()
  const { alarm: _, saved: _saved, ...narrowing } = search
  const key = JSON.stringify([narrowing, [...open]])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all of it
  const params = useMemo(
    () => ({ ...boardParams(search, dictionary), ...(open.size > 0 ? { open: [...open].join(',') } : {}) }),
    [key, dictionary],
  )
  useEffect(() => {
    const now = search
    store.ask({
      key: JSON.stringify(params),
      params,
      belongs: (row) => belongs(row, now, dictionary, clock.now()),
    })
  }, [store, params, dictionary, search])

  const touchedAt = useRef(Number.NEGATIVE_INFINITY)
  const release = useCallback(() => {
    touchedAt.current = Number.NEGATIVE_INFINITY
    store.release()
  }, [store])
  const touch = useCallback(() => {
    touchedAt.current = performance.now()
    store.hold()
  }, [store])

  const { held, phase, total, asking } = snapshot
  useEffect(() => {
    if (sticky && phase === 'ready' && total > 0 && !asking) store.hold()
  }, [sticky, phase, total, asking, store])
  useEffect(() => {
    if (!held || sticky) return
    const timer = setInterval(() => {
      if (performance.now() - touchedAt.current > RELEASE_AFTER_MS) store.release()
    }, 500)
    return () => clearInterval(timer)
  }, [held, sticky, store])

  return { snapshot, store, params, dictionary, touch, release }
}

/** What values are called in the reader's language. */
export function useDictionary(): Dictionary {
  const { t, i18n } = useTranslation()
  const { language } = i18n
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words in another language
  return useMemo(() => {
    const words: [Dictionary[number][0], string, string][] = []
    const types = t('alarmType', { returnObjects: true }) as unknown
    const walk = (of: unknown, path: string) => {
      if (typeof of === 'string') words.push(['type', path, of])
      else if (of !== null && typeof of === 'object')
        for (const [name, inner] of Object.entries(of)) walk(inner, path === '' ? name : `${path}.${name}`)
    }
    walk(types, '')
    for (const severity of SEVERITY_ORDER) words.push(['severity', severity, t(`severity.${severity}`)])
    for (const status of ['new', 'ack', 'cleared', 'shelved', 'suppressed'] as const)
      words.push(['status', status, t(`status.${status}`)])
    for (const source of ['poll', 'trap', 'log', 'check', 'liveness'] as const)
      words.push(['source', source, t(`source.${source}`)])
    return words
  }, [t, language])
}
