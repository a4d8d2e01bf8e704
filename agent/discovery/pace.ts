// One place through which everything a sweep sends must pass: packets go out evenly, never in bursts, and never faster than
// was asked for. Time is counted from when a packet really went, so that a stalled program does not catch up.

export interface Pace {
  /**
   * Resolves when one packet may go; false when the signal ended first. The lowest rank goes first, then who came first: what
   * was begun is ended before more is begun.
   */
  take(signal: AbortSignal, rank?: number): Promise<boolean>
  /**
   * Waits until nobody else shares and nobody waits, then half of the pace is the caller's, from now until `ms` after it
   * calls the answer, in which it says how many packets those are. Undefined when the signal ended first.
   */
  share(signal: AbortSignal): Promise<((ms: number, packets: number) => void) | undefined>
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
  const queue: {
    readonly signal: AbortSignal
    readonly rank: number
    readonly share: boolean
    go(ok: boolean): void
  }[] = []
  const idlers = new Set<() => void>()
  let nextFree = 0
  let sharedUntil = 0
  let sent = 0
  let timer: NodeJS.Timeout | undefined

  function advance(): void {
    clearTimeout(timer)
    timer = undefined
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      const now = mono()
      const from = first.share ? Math.max(nextFree, sharedUntil) : nextFree
      if (from > now) {
        // while the sharing has no end yet, its end will go on here
        if (Number.isFinite(from)) timer = setTimeout(advance, Math.max(1, Math.ceil(from - now)))
        return
      }
      queue.shift()
      if (first.share) sharedUntil = Number.POSITIVE_INFINITY
      else {
        // a late timer may make up for a little, less than the headroom of any second
        nextFree = Math.max(nextFree, now - SLACK_MS) + (now < sharedUntil ? 2 * gapMs : gapMs)
        sent++
      }
      first.go(true)
    }
    for (const wake of idlers) wake()
    idlers.clear()
  }

  function wait(signal: AbortSignal, rank: number, share: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = () => {
        const at = queue.indexOf(one)
        if (at >= 0) queue.splice(at, 1)
        one.go(false)
        advance()
      }
      const go = (ok: boolean) => {
        signal.removeEventListener('abort', leave)
        resolve(ok)
      }
      const one = { signal, rank, share, go }
      signal.addEventListener('abort', leave, { once: true })
      queue.splice(queue.findLastIndex((other) => other.rank <= rank) + 1, 0, one)
      if (timer === undefined || queue[0] === one) advance()
    })
  }

  return {
    gapMs,
    take: (signal, rank = 0) => (signal.aborted ? Promise.resolve(false) : wait(signal, rank, false)),
    async share(signal) {
      if (signal.aborted || !(await wait(signal, Number.POSITIVE_INFINITY, true))) return undefined
      return (ms, packets) => {
        sent += packets
        sharedUntil = mono() + ms
        advance()
      }
    },
    debit(packets) {
      sent += packets
      nextFree += packets * gapMs
    },
    idle(signal) {
      if (signal.aborted || (queue.length === 0 && nextFree - mono() < IDLE_MS)) return Promise.resolve()
      return new Promise((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done)
          idlers.delete(done)
          resolve()
        }
        signal.addEventListener('abort', done, { once: true })
        idlers.add(done)
        // Nobody may be waiting for the next packet: then time alone makes it idle.
        if (queue.length === 0) setTimeout(done, Math.max(1, nextFree - mono()))
      })
    },
    packets: () => sent,
  }
}

/** What the clock's and the kernel's grain may cost: even their worst second stays below what was asked for. */
const HEADROOM = 0.9
const SLACK_MS = 40
const IDLE_MS = 20
