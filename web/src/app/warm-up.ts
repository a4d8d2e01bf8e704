// Once the first list stands, everything else of the console is fetched in the background: a screen or dialog opened while
// the collector is away then shows what is known, and says how old it is, instead of failing.
import type { AnyRouter } from '@tanstack/react-router'
import { allWords } from './i18n.ts'

const AFTER_MS = 2500

const parts: readonly (() => Promise<unknown>)[] = [
  allWords,
  () => import('./toasts.tsx'),
  () => import('../alarms/alarm-panel.tsx'),
  () => import('../alarms/alarm-dialog.tsx'),
  () => import('../ui/menu-list.tsx'),
  () => import('../session/session-expired.tsx'),
  () => import('../ui/series-chart.tsx'),
  () => import('../incidents/diagnostic-dialog.tsx'),
  () => import('../enrolment/request-list.tsx'),
  () => import('../enrolment/decision-dialog.tsx'),
  () => import('./keyboard-sheet.tsx'),
  () => import('../palette/palette.tsx'),
]

/** Starts after a while; returns how to stop. What cannot be fetched now is fetched when it is opened. */
export function warmUp(router: AnyRouter): () => void {
  const timer = setTimeout(async () => {
    for (const route of Object.values(router.routesById)) await fetched(router.loadRouteChunk(route as never))
    for (const part of parts) await fetched(part())
  }, AFTER_MS)
  return () => clearTimeout(timer)
}

async function fetched(part: Promise<unknown> | undefined): Promise<void> {
  try {
    await part
  } catch {
    // asked for again when somebody opens it
  }
}
