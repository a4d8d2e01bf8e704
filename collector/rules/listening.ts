// From when on the silence of a series means something: not while its agent did not run, not where samples were lost,
// not before we listened.

export interface Listening {
  /** The agent's program runs since `at`: before, nobody could have measured. */
  started(agent: string, at: number): void
  /** Samples of the agent up to `at` were lost: their absence says nothing. */
  lost(agent: string, at: number): void
  /** The stream of the agent is known up to `at`. */
  heard(agent: string, at: number): void
  /** Event time from which a series whose newest sample is `last` (-Infinity: none) has been silent. */
  since(agent: string, last: number): number
}

export function createListening(): Listening {
  const firstHeard = new Map<string, number>()
  const startedAt = new Map<string, number>()
  const lostUntil = new Map<string, number>()
  return {
    started: (agent, at) => void startedAt.set(agent, at),
    lost: (agent, at) => void lostUntil.set(agent, Math.max(at, lostUntil.get(agent) ?? 0)),
    heard(agent, at) {
      if (!firstHeard.has(agent)) firstHeard.set(agent, at)
    },
    since(agent, last) {
      // without a word of when its agent began, a series waits from when we began to listen
      const known = last > Number.NEGATIVE_INFINITY ? startedAt.get(agent) : undefined
      return Math.max(last, known ?? firstHeard.get(agent) ?? last, lostUntil.get(agent) ?? Number.NEGATIVE_INFINITY)
    },
  }
}
