// One place through which everything a sweep sends must pass: packets go out evenly, never in bursts, and never faster than
// was asked for. Time is counted from when a packet really went, so that a stalled program does not catch up.

export interface Pace {
  /**
   * Resolves when one packet may go; false when the signal ended first. The lowest rank goes first, then who came first: what
   * was begun is ended before more is begun.
   */
  take(signal: AbortSignal, rank?: number): Promise<boolean>
  /**
   * Waits for its turn, then nobody else sends until the answer is called with how long the caller itself will be sending,
   * and how many packets those were. Undefined when the signal ended first.
   */
  hold(signal: AbortSignal): Promise<((ms: number, packets: number) => void) | undefined>
  /** Packets that went or will go without having been asked for: what follows waits for them. */
  debit(packets: number): void
  /** Resolves when nobody waits: something new may begin. */
  idle(signal: AbortSignal): Promise<void>
  /** Time between two packets, ms. */
  readonly gapMs: number
  packets(): number
}

/** `perSecond` is kept in every second of the clock, not only on average. `mono` in ms. */
export function createPace(perSecond: number, mono: () => number = () => performance.now()): Pace {
  const gapMs = 1000 / (perSecond * HEADROOM)
  /** Packets a late timer may make up for, in time; less than the headroom in any second. */
  const slackMs = Math.min(MAX_SLACK_MS, 1000 * SLACK)
  const queue: {
    readonly signal: AbortSignal
    readonly rank: number
    readonly hold: boolean
    go(ok: boolean): void
  }[] = []
  const idlers = new Set<() => void>()
  let nextFree = 0
  let held = false
  let sent = 0
  let timer: NodeJS.Timeout | undefined

  function advance(): void {
    timer = undefined
    while (queue.length > 0 && !held) {
      const now = mono()
      const first = queue[0] as (typeof queue)[number]
      if (!first.signal.aborted && nextFree > now) {
        timer ??= setTimeout(advance, Math.max(1, Math.ceil(nextFree - now)))
        return
      }
      queue.shift()
      if (first.signal.aborted) {
        first.go(false)
        continue
      }
      if (first.hold) held = true
      else {
        nextFree = Math.max(nextFree, now - slackMs) + gapMs
        sent++
      }
      first.go(true)
    }
    if (queue.length > 0) return
    for (const wake of idlers) wake()
    idlers.clear()
  }

  function wait(signal: AbortSignal, rank: number, hold: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const onAbort = leave
      const go = (ok: boolean) => {
        signal.removeEventListener('abort', onAbort)
        resolve(ok)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      const behind = queue.findLastIndex((one) => one.rank <= rank)
      queue.splice(behind + 1, 0, { signal, rank, hold, go })
      if (timer === undefined) advance()
    })
  }

  /** Those who gave up leave the queue wherever they stand. */
  function leave(): void {
    for (let i = queue.length - 1; i >= 0; i--) {
      const one = queue[i] as (typeof queue)[number]
      if (one.signal.aborted) {
        queue.splice(i, 1)
        one.go(false)
      }
    }
    if (timer === undefined) advance()
  }

  return {
    gapMs,
    take: (signal, rank = LAST) => (signal.aborted ? Promise.resolve(false) : wait(signal, rank, false)),
    async hold(signal) {
      if (signal.aborted || !(await wait(signal, LAST, true))) return undefined
      return (ms, packets) => {
        held = false
        sent += packets
        nextFree = Math.max(nextFree, mono()) + ms
        if (timer === undefined) advance()
      }
    },
    debit(packets) {
      sent += packets
      nextFree += packets * gapMs
    },
    idle(signal) {
      if (signal.aborted || (queue.length === 0 && !held && nextFree - mono() < IDLE_MS)) return Promise.resolve()
      return new Promise((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done)
          idlers.delete(done)
          resolve()
        }
        signal.addEventListener('abort', done, { once: true })
        idlers.add(done)
        // Nobody may be waiting for the next packet: then time alone makes it idle.
        if (queue.length === 0 && !held) setTimeout(done, Math.max(1, nextFree - mono()))
      })
    },
    packets: () => sent,
  }
}

/** What the clock's and the kernel's grain may cost: even their worst second stays below what was asked for. */
const HEADROOM = 0.9
const SLACK = 0.04
const MAX_SLACK_MS = 40
const IDLE_MS = 20
const LAST = Number.POSITIVE_INFINITY
