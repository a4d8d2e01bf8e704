// Streams whose samples wait for definitions: the agent was asked for all of them. A batch is not acknowledged before its
// series are known, or it is clear that they never will be.

/** Without a part for this long, and asked so often, an agent will not answer, ms. */
const PATIENCE_MS = 60_000
const MIN_ASKS = 3
/** One that did not answer is not waited for again for this long; it is still asked. */
const GIVEN_UP_MS = 600_000
const ASK_AGAIN_MS = 5_000
/** So long a complete answer stands: what it did not define, the agent does not know either. */
const ANSWER_HOLDS_MS = 60_000

export interface WantedSeries {
  /**
   * True when a batch that uses unknown numbers, the highest of them `n`, should wait for definitions. Asks for them.
   * `mono` is the collector's monotonic ms.
   */
  mayWait(agent: string, epoch: string, n: number, mono: number): boolean
  /** Notes an arriving part; true when the answer is complete with it. */
  heard(agent: string, epoch: string, part: SeriesPlace, mono: number): boolean
  /** The agent said hello: repeats a question without answer. True when it will not be answered any more. */
  settle(agent: string, epoch: string, mono: number): boolean
  /** Whether the next ack must ask; once for each time. */
  takeOwed(agent: string, epoch: string): boolean
}

export interface SeriesPlace {
  readonly part: number
  readonly last: boolean
  readonly highest: number
}

interface Wanted {
  asks: number
  owed: boolean
  /** When it was asked first, or the last part came. */
  movedAt: number
  nextPart: number
  /** Highest number of the last complete answer; -1 before one. */
  highest: number
  answeredAt: number
  waiting: boolean
  givenUpAt: number
}

export function createWantedSeries(): WantedSeries {
  const wanted = new Map<string, Wanted>()
  const of = (agent: string, epoch: string): Wanted => {
    const key = `${agent} ${epoch}`
    const known = wanted.get(key)
    if (known) return known
    const made = { asks: 0, owed: false, movedAt: 0, nextPart: 1, highest: -1, answeredAt: 0, waiting: false }
    const entry = { ...made, givenUpAt: Number.NEGATIVE_INFINITY }
    wanted.set(key, entry)
    return entry
  }
  const hopeless = (w: Wanted, mono: number) => w.asks >= MIN_ASKS && mono - w.movedAt > PATIENCE_MS
  const giveUp = (w: Wanted, mono: number) => {
    w.waiting = false
    w.givenUpAt = mono
  }
  return {
    mayWait(agent, epoch, n, mono) {
      const w = of(agent, epoch)
      if (n <= w.highest && mono - w.answeredAt < ANSWER_HOLDS_MS) return false
      if (!w.waiting) Object.assign(w, { waiting: true, owed: true, asks: 0, movedAt: mono, nextPart: 1 })
      if (hopeless(w, mono)) giveUp(w, mono)
      return mono - w.givenUpAt > GIVEN_UP_MS
    },
    heard(agent, epoch, { part, last, highest }, mono) {
      const w = of(agent, epoch)
      if (part === 1) w.nextPart = 1
      if (part !== w.nextPart) {
        w.nextPart = 0
        return false
      }
      w.nextPart++
      w.movedAt = mono
      if (!last) return false
      Object.assign(w, { waiting: false, owed: false, highest, answeredAt: mono, givenUpAt: Number.NEGATIVE_INFINITY })
      return true
    },
    settle(agent, epoch, mono) {
      const w = wanted.get(`${agent} ${epoch}`)
      if (!w?.waiting) return false
      if (hopeless(w, mono)) {
        giveUp(w, mono)
        return true
      }
      if (mono - w.movedAt > ASK_AGAIN_MS) w.owed = true
      return false
    },
    takeOwed(agent, epoch) {
      const w = wanted.get(`${agent} ${epoch}`)
      if (!w?.owed) return false
      w.owed = false
      w.asks++
      return true
    },
  }
}
