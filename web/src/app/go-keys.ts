// G and then a letter leads to a screen.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { useSeesAll } from '../api/role.ts'
import { NAVIGATION, navigationFor } from './navigation.ts'

/** The second key must follow within this time. */
const PAUSE_MS = 1500

export function useGoKeys(): void {
  const role = useQuery(sessionQuery).data?.role
  const seesAll = useSeesAll()
  const navigate = useNavigate()
  useEffect(() => {
    const entries = navigationFor(role, NAVIGATION, seesAll).flatMap((one) => one.entries)
    let startedAt = Number.NEGATIVE_INFINITY
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return
      const isSecond = performance.now() - startedAt < PAUSE_MS
      startedAt = event.key === 'g' && !isSecond ? performance.now() : Number.NEGATIVE_INFINITY
      const entry = isSecond ? entries.find((one) => one.key === event.key) : undefined
      if (entry === undefined) return
      // the letter means nothing else now, e.g. to the list of alarms
      event.preventDefault()
      event.stopImmediatePropagation()
      void navigate({ to: entry.to, search: {} })
    }
    document.documentElement.addEventListener('keydown', hear, { capture: true })
    return () => document.documentElement.removeEventListener('keydown', hear, { capture: true })
  }, [role, seesAll, navigate])
}

/** Somebody types there, or chooses in a menu or dialog. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable=true], [role=menu], [role=dialog]') !== null
  )
}
