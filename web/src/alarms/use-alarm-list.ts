// Ties the live list to the screen: filter, order, and holding still while the hand is on it.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useConsole } from '../app/console.ts'
import type { AlarmSnapshot } from './alarm-store.ts'
import { type AlarmSearch, type AlarmSelection, selectAlarms } from './alarm-view.ts'
import { type Held, holdStill, type Shown, settle } from './hold.ts'

/** After the last touch the list moves again. */
export const RELEASE_AFTER_MS = 6000

export interface AlarmList {
  readonly snapshot: AlarmSnapshot
  readonly selection: AlarmSelection
  readonly shown: Shown
  readonly holding: boolean
  /** The hand is on the list: keep it still for a while. */
  touch(): void
  /** Let in what waits. */
  release(): void
}

/** `sticky` keeps the hold however long the hand rests: rows are selected, a dialog is open, or it is scrolled down. */
export function useAlarmList(search: AlarmSearch, sticky: boolean): AlarmList {
  const { alarms } = useConsole()
  const snapshot = useSyncExternalStore(alarms.subscribe, alarms.snapshot)
  const { severity, view, q, sort, dir, site, customer, device } = search
  const severities = severity?.join(',')
  const selection = useMemo(
    () =>
      selectAlarms(snapshot.rows.values(), {
        severity: severities?.split(',') as AlarmSearch['severity'],
        view,
        q,
        sort,
        dir,
        site,
        customer,
        device,
      }),
    [snapshot, severities, view, q, sort, dir, site, customer, device],
  )

  // a list that is still being read, or is empty, has nothing to hold still
  const ready = snapshot.phase === 'ready' && selection.rows.length > 0
  const [held, setHeld] = useState<Held | null>(null)
  const touchedAt = useRef(Number.NEGATIVE_INFINITY)
  const newest = useRef(selection.rows)
  newest.current = selection.rows
  const shown = useMemo(() => settle(held, selection.rows, snapshot.rows), [held, selection, snapshot])

  const release = useCallback(() => {
    touchedAt.current = Number.NEGATIVE_INFINITY
    setHeld(null)
  }, [])
  const touch = useCallback(() => {
    touchedAt.current = performance.now()
    if (ready) setHeld((now) => now ?? holdStill(newest.current))
  }, [ready])

  // another question deserves the whole answer
  // biome-ignore lint/correctness/useExhaustiveDependencies: releases whenever the question changes
  useEffect(() => release(), [severities, view, q, sort, dir, site, customer, device, release])
  useEffect(() => {
    if (sticky && ready) setHeld((now) => now ?? holdStill(newest.current))
  }, [sticky, ready])
  useEffect(() => {
    if (held === null || sticky) return
    const timer = setInterval(() => {
      if (performance.now() - touchedAt.current > RELEASE_AFTER_MS) setHeld(null)
    }, 500)
    return () => clearInterval(timer)
  }, [held, sticky])

  return { snapshot, selection, shown, holding: held !== null, touch, release }
}
