// Tells two programs that run with one identity from one that was started again. Each start makes a random `instance`; of
// two that follow each other the first one is silent before the second speaks. Pure.

export interface Sighting {
  readonly agent: string
  readonly instance: string
  /** The program's own monotonic clock: a hello that comes a second time says no higher one. */
  readonly mono: number
  /** Collector's monotonic ms when it was received. */
  readonly at: number
}

export interface CloneWatch {
  /** Why two must be running, or undefined. Said at the first sign and with every further one. */
  see(sighting: Sighting): string | undefined
  /** After a release: what was seen before says nothing any more. */
  forget(agent: string): void
  /** What is remembered, agents and instances. */
  size(): { readonly agents: number; readonly instances: number }
}

/** A broker hands a connection over, and last words may come after the first ones of the next start: for no longer. */
export const LATE_MS = 5_000
/** One that was silent for so long is gone. */
export const FORGET_MS = 15 * 60_000
const MAX_INSTANCES = 16
const MAX_AGENTS = 50_000

interface Seen {
  readonly first: number
  last: number
  mono: number
}

export function createCloneWatch(): CloneWatch {
  const agents = new Map<string, Map<string, Seen>>()
  return {
    see({ agent, instance, mono, at }) {
      const seen = agents.get(agent) ?? new Map<string, Seen>()
      agents.delete(agent)
      agents.set(agent, seen)
      if (agents.size > MAX_AGENTS) agents.delete(agents.keys().next().value as string)
      for (const [name, one] of seen) if (at - one.last > FORGET_MS) seen.delete(name)
      const own = seen.get(instance) ?? { first: at, last: at, mono: -1 }
      // the same words again are no sign of life
      if (mono <= own.mono) return undefined
      own.last = at
      own.mono = mono
      seen.delete(instance)
      seen.set(instance, own)
      if (seen.size > MAX_INSTANCES) seen.delete(seen.keys().next().value as string)
      const others = [...seen.values()].filter((one) => one !== own)
      return others.some((other) => isBeside(own, other))
        ? 'two programs speak with this identity: each spoke after the other had begun'
        : undefined
    },
    forget: (agent) => void agents.delete(agent),
    size: () => ({ agents: agents.size, instances: [...agents.values()].reduce((n, seen) => n + seen.size, 0) }),
  }
}

/** Each was alive after the other had begun, even if its last word was late. */
function isBeside(a: Seen, b: Seen): boolean {
  return a.last - b.first > LATE_MS && b.last - a.first > LATE_MS
}
