// Counts what a listener received and what became of it; the health page and the logs read it.
import type { Logger } from 'pino'
import type { ListenerCounters } from './input.ts'

export interface ListenerTally {
  received: number
  recorded: number
  drop(reason: string, count?: number): void
  counters(facts: ListenerCounters['facts']): ListenerCounters
  /**
   * Logs when something was dropped since the last report, by us or by the kernel, at most once a minute. `now` is
   * monotonic ms, `kernelDrops` the system's counter for our socket.
   */
  report(log: Logger, now: number, kernelDrops?: number): void
}

/** An empty tally of a listener. */
export function createTally(name: string): ListenerTally {
  const dropped: Record<string, number> = {}
  let total = 0
  let reported = 0
  let kernelReported = 0
  let reportedAt = Number.NEGATIVE_INFINITY
  const tally: ListenerTally = {
    received: 0,
    recorded: 0,
    drop(reason, count = 1) {
      dropped[reason] = (dropped[reason] ?? 0) + count
      total += count
    },
    counters: (facts) => ({ name, received: tally.received, recorded: tally.recorded, dropped: { ...dropped }, facts }),
    report(log, now, kernelDrops = 0) {
      if ((total === reported && kernelDrops <= kernelReported) || now - reportedAt < 60_000) return
      const since = total - reported
      if (since > 0) log.warn({ listener: name, since, dropped: { ...dropped } }, 'messages dropped')
      const lost = kernelDrops - kernelReported
      if (lost > 0) log.error({ listener: name, lost, kernelDrops }, 'receive buffer full: the kernel dropped messages')
      reported = total
      kernelReported = kernelDrops
      reportedAt = now
    },
  }
  return tally
}
