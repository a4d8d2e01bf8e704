// Informs are acknowledged when their record is on disk, never before and never when it was not stored. A sender that
// grows impatient repeats itself: the repetition is answered, not recorded again. The answer is that to the latest
// repetition, since v3 gives each a message id of its own (RFC 3412 7.1).
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
  const pending = new Map<string, { stored: Promise<void>; acknowledge: () => void }>()
  /** Until when, monotonic ms, a repetition of what is on disk is known as one. */
  const done = new Map<string, number>()
  let repeats = 0

  const keyOf = (n: Notification, sender: Sender, port: number) =>
    `${sender.address} ${port} ${n.requestId} ${n.uptime} ${trapOidOf(n)}`

  return {
    /** True when this inform is on its way to disk or there already; the latter is acknowledged again. */
    isRepeat(n: Notification, sender: Sender, port: number, acknowledge: () => void): boolean {
      const key = keyOf(n, sender, port)
      const waiting = pending.get(key)
      const isRepeat = waiting !== undefined || (done.get(key) ?? Number.NEGATIVE_INFINITY) > clock.mono()
      if (!isRepeat) return false
      repeats++
      if (waiting === undefined) acknowledge()
      else waiting.acknowledge = acknowledge
      return true
    },
    /** Stores the event, then acknowledges and calls `onStored`. */
    commit(
      n: Notification,
      sender: Sender,
      port: number,
      { event, acknowledge }: { readonly event: TrapEvent; readonly acknowledge: () => void },
      onStored: () => void,
    ) {
      if (pending.size >= MAX_PENDING) return tally.drop('inform-backlog')
      const key = keyOf(n, sender, port)
      const stored = recorder.eventDurable(event).then(
        () => {
          pending.delete(key)
          tally.recorded++
          forget()
          done.set(key, clock.mono() + REMEMBER_MS)
          waiting.acknowledge()
          onStored()
        },
        () => {
          pending.delete(key)
          tally.drop('inform-not-stored')
        },
      )
      const waiting = { stored, acknowledge }
      pending.set(key, waiting)
    },
    /** Resolves when nothing is pending, or after two seconds. */
    async settled(): Promise<void> {
      const limit = Promise.withResolvers<void>()
      const timer = setTimeout(limit.resolve, STOP_WAIT_MS)
      await Promise.race([Promise.all([...pending.values()].map(({ stored }) => stored)), limit.promise])
      clearTimeout(timer)
    },
    facts: () => ({ pending: pending.size, repeats }),
  }

  function forget(): void {
    const now = clock.mono()
    for (const [key, until] of done) {
      if (until > now && done.size < MAX_REMEMBERED) return
      done.delete(key)
    }
  }
}
