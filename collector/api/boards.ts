// What wallboards read: the same answer for all screens that may see the same, made anew no more often than it is worth.
import type { KioskAlarms, KioskDevices } from '#shared/http/kiosk.ts'
import type { Only, PeopleReads } from './reads.ts'

export interface BoardReads {
  alarms(only: Only): Promise<Omit<KioskAlarms, 'at'>>
  devices(only: Only): Promise<Omit<KioskDevices, 'at'>>
}

/** JSON texts; `at` inside is when they were read. */
export interface Boards {
  alarms(only: Only): Promise<string>
  devices(only: Only): Promise<string>
  counters(only: Only): Promise<string>
}

/** An answer younger than this is given again; one that took long is given for longer, so that reading costs a tenth of the time at most. */
const FRESH_MS = 1000
const COST_FACTOR = 10
/** Kinds of answers times sets of customers that are kept. */
const MAX_KEPT = 64

export function createBoards(
  reads: BoardReads & Pick<PeopleReads, 'counts'>,
  now: () => number,
  elapsed: () => number = () => performance.now(),
): Boards {
  const kept = new Map<string, { text: Promise<string>; until: number }>()
  const once = (kind: string, only: Only, read: () => Promise<object>): Promise<string> => {
    const key = `${kind} ${only === null || only === undefined ? '*' : [...only].sort().join()}`
    const known = kept.get(key)
    if (known && known.until > elapsed()) return known.text
    const from = elapsed()
    const at = now()
    const text = read().then((value) => JSON.stringify({ at, ...value }))
    const entry = { text, until: Number.POSITIVE_INFINITY }
    kept.delete(key)
    kept.set(key, entry)
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as string)
    text.then(
      () => {
        entry.until = elapsed() + Math.max(FRESH_MS, (elapsed() - from) * COST_FACTOR)
      },
      () => kept.delete(key),
    )
    return text
  }
  return {
    alarms: (only) => once('alarms', only, () => reads.alarms(only)),
    devices: (only) => once('devices', only, () => reads.devices(only)),
    counters: (only) =>
      once('counters', only, async () => {
        const { openIncidents, agents, devices } = await reads.counts(only)
        return { openIncidents, agents, devices }
      }),
  }
}
