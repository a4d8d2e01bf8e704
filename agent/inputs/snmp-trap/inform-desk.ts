// Informs are acknowledged when their record is on disk, never before and never when it was not stored. A sender that
// grows impatient repeats itself: the repetition is answered, not recorded again.
import type { TrapEvent } from '#shared/domain/device-event.ts'
import { type Notification, trapOidOf } from '../../protocols/snmp/notification.ts'
import type { Recorder } from '../input.ts'
import type { ListenerTally } from '../listener-tally.ts'
import type { Clock } from '../source-lookup.ts'

interface Sender {
  readonly address: string
}

const MAX_PENDING = 10_000
const MAX_REMEMBERED = 8192
const REMEMBER_MS = 60_000
const STOP_WAIT_MS = 2000

/** Builds the desk. */
export function createInformDesk({
  recorder,
  clock,
  tally,
}: {
  recorder: Recorder
  clock: Clock
  tally: ListenerTally
}) {
  const pending = new Map<string, Promise<void>>()
  const done = new Map<string, { readonly until: number; readonly acknowledge: () => void }>()
  let repeats = 0

  const keyOf = (n: Notification, sender: Sender, port: number) =>
    `${sender.address} ${port} ${n.requestId} ${n.uptime} ${trapOidOf(n)}`

  return {
    /** True when this inform is on its way to disk or there already; the latter is acknowledged again. */
    isRepeat(n: Notification, sender: Sender, port: number): boolean {
      const key = keyOf(n, sender, port)
      const before = done.get(key)
      const isRepeat = pending.has(key) || (before !== undefined && before.until > clock.mono())
      if (!isRepeat) return false
      repeats++
      before?.acknowledge()
      return true
    },
    /** Stores the event, then acknowledges. */
    commit(n: Notification, sender: Sender, port: number, event: TrapEvent, acknowledge: () => void) {
      if (pending.size >= MAX_PENDING) return tally.drop('inform-backlog')
      const key = keyOf(n, sender, port)
      const stored = recorder.eventDurable(event).then(
        () => {
          pending.delete(key)
          tally.recorded++
          forget()
          done.set(key, { until: clock.mono() + REMEMBER_MS, acknowledge })
          acknowledge()
        },
        () => {
          pending.delete(key)
          tally.drop('inform-not-stored')
        },
      )
      pending.set(key, stored)
    },
    /** Resolves when nothing is pending, or after two seconds. */
    async settled(): Promise<void> {
      const limit = Promise.withResolvers<void>()
      const timer = setTimeout(limit.resolve, STOP_WAIT_MS)
      await Promise.race([Promise.all(pending.values()), limit.promise])
      clearTimeout(timer)
    },
    facts: () => ({ pending: pending.size, repeats }),
  }

  function forget(): void {
    const now = clock.mono()
    for (const [key, entry] of done) {
      if (entry.until > now && done.size < MAX_REMEMBERED) return
      done.delete(key)
    }
  }
}
