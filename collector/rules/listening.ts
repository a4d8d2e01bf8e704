// From when on the silence of a series means something: not while its agent did not run, not where samples were lost,
// not before we listened.

export interface Listening {
  /** The agent's program began at `at`: just before, nobody measured. */
  started(agent: string, at: number): void
  /** Samples of the agent from `first` to `last` come, in order. */
  measured(agent: string, first: number, last: number): void
  /** Samples of the agent up to `at` were lost: their absence says nothing. */
  lost(agent: string, at: number): void
  /** The stream of the agent is known up to `at`. */
  heard(agent: string, at: number): void
  /**
   * Event time from which a series whose newest sample is `last` (-Infinity: none) has been silent, as of `at`; what was
   * silent for `allowed` ms before its agent began anew has been silent all the same.
   */
  since(agent: string, last: number, at: number, allowed: number): number
}

interface Start {
  readonly at: number
  /** When the agent last measured before; undefined: it has not measured since. */
  from: number | undefined
}

interface Heard {
  /** Rising. */
  readonly starts: Start[]
  /** Newest sample of any series. */
  last: number
  first: number | undefined
  lostUntil: number
}

/** Starts of an agent that are remembered; told twice, by its hello and by an event. */
const STARTS = 64
const SAME_START_MS = 5_000

export function createListening(): Listening {
  const agents = new Map<string, Heard>()
  const of = (agent: string): Heard => {
    const known = agents.get(agent)
    if (known) return known
    const never = Number.NEGATIVE_INFINITY
    const heard = { starts: [], last: never, first: undefined, lostUntil: never }
    agents.set(agent, heard)
    return heard
  }
  return {
    started(agent, at) {
      const { starts } = of(agent)
      if (starts.some((start) => Math.abs(start.at - at) < SAME_START_MS)) return
      starts.push({ at, from: undefined })
      starts.sort((a, b) => a.at - b.at)
      if (starts.length > STARTS) starts.shift()
    },
    measured(agent, first, last) {
      const heard = of(agent)
      for (const start of heard.starts) if (start.from === undefined && start.at <= first) start.from = heard.last
      heard.last = Math.max(heard.last, last)
    },
    lost(agent, at) {
      of(agent).lostUntil = Math.max(at, of(agent).lostUntil)
    },
    heard(agent, at) {
      of(agent).first ??= at
    },
    since(agent, last, at, allowed) {
      const { starts, first, lostUntil, last: measured } = of(agent)
      const begun = last > Number.NEGATIVE_INFINITY && starts.some((start) => start.at <= at)
      // without a word of when its agent began, a series waits from when we began to listen
      let since = Math.max(last, begun ? last : (first ?? last), lostUntil)
      if (!begun) return since
      for (const start of starts) {
        if (start.at <= since || start.at > at) continue
        if ((start.from ?? measured) >= since + allowed) break
        since = start.at
      }
      return since
    },
  }
}
