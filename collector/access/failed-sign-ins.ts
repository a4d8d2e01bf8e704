// Failed sign-ins are in the audit log, and strangers cannot fill it: past so many a minute they are counted, and one entry
// tells how many there were. A name that is no account is not written down: it may be a password in the wrong field.
import type { AccessCommit } from './access-store.ts'

export interface FailedSignIns {
  /** `user`: the account that is meant; undefined when there is none of that name. */
  failed(user: string | undefined, address: string, reason: 'password' | 'disabled' | 'unknown'): Promise<void>
  /** One more that was turned away before its password was looked at. */
  turnedAway(): void
  /** Writes what was only counted, when its minute is over. */
  sweep(): Promise<void>
}

const ENTRIES_PER_MINUTE = 30
const MINUTE_MS = 60_000
const ACTOR = 'nobody'

export function createFailedSignIns(commit: AccessCommit, now: () => number): FailedSignIns {
  let minute = { since: 0, entries: 0, more: 0, turnedAway: 0 }

  const next = async (at: number): Promise<void> => {
    const { since, more, turnedAway } = minute
    minute = { since: at, entries: 0, more: 0, turnedAway: 0 }
    if (more + turnedAway === 0) return
    const detail = { more, turnedAway, from: since, to: since + MINUTE_MS }
    await commit([], { actor: ACTOR, action: 'sign-ins-failed', subject: 'users', detail })
  }
  const isOver = (at: number) => at - minute.since >= MINUTE_MS || at < minute.since

  return {
    async failed(user, address, reason) {
      const at = now()
      if (isOver(at)) await next(at)
      const marks = user === undefined ? [] : [{ kind: 'sign-in-failed', user, at, address } as const]
      if (minute.entries >= ENTRIES_PER_MINUTE) {
        minute.more++
        return
      }
      minute.entries++
      const subject = user === undefined ? 'users' : `user:${user}`
      await commit(marks, { actor: ACTOR, action: 'sign-in-failed', subject, detail: { address, reason } })
    },
    turnedAway() {
      minute.turnedAway++
    },
    async sweep() {
      const at = now()
      if (isOver(at)) await next(at)
    },
  }
}
