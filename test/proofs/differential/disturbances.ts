// What is done to the link, the broker, the agent, its clock and the collector, run by run.
import type { Disturbance, Span } from './day.ts'

export interface Disturbances {
  /** Beginnings and ends of cuts, for faults around them. */
  readonly edges: readonly number[]
  readonly all: readonly Disturbance[]
}

const HOUR = 3600

/** The cuts of all runs begin at `cutAt`. The short form has shorter ones, and fewer runs. */
export function disturbances(cutAt: number, seconds: number, brisk: boolean): Disturbances {
  const cut = (length: number): Span => [cutAt, cutAt + length]
  const every = (gap: number, length: number, times: number, from = cutAt): Span[] =>
    Array.from({ length: times }, (_, i): Span => [from + i * gap, from + i * gap + length])
  if (brisk) {
    const middle = 700
    const runs: Disturbance[] = [
      { name: 'cut 12 min', silent: [cut(middle)] },
      {
        name: 'all at once',
        silent: [cut(middle)],
        broker: [[cutAt + 900, cutAt + 960]],
        collector: [[cutAt + 1_200, cutAt + 1_500]],
        kills: [cutAt + 300, cutAt + 760, cutAt + 1_100],
        clock: (s) => (s < cutAt + 400 ? 3 * HOUR * 1000 : -2 * HOUR * 1000),
      },
    ]
    return { edges: [cutAt, cutAt + middle], all: runs }
  }
  const runs: Disturbance[] = [
    { name: 'cuts 20 s', silent: every(2 * HOUR, 20, 6) },
    { name: 'cut 30 s', silent: [cut(30)] },
    { name: 'cut 30 min', silent: [cut(1800)] },
    { name: 'cut 8 h', silent: [cut(8 * HOUR)] },
    { name: 'broker killed', broker: [...every(HOUR, 5, 4), [cutAt + 5 * HOUR, cutAt + 5 * HOUR + 600]] },
    { name: 'agent killed', kills: every(HOUR, 1, 10, cutAt - HOUR + 17).map(([at]) => at), silent: [cut(1800)] },
    { name: 'clock steps', clock: wrongClock(cutAt), silent: [cut(1800)] },
    { name: 'collector down', collector: [cut(1800), ...every(2 * HOUR, 25, 3, cutAt + 2 * HOUR)] },
    { name: 'link flaps', silent: every(180, 75, 20), flaps: true },
    {
      name: 'all at once',
      silent: [cut(1800), [cutAt + 3 * HOUR, cutAt + 11 * HOUR]],
      broker: [[cutAt + 2 * HOUR, cutAt + 2 * HOUR + 90]],
      collector: [[cutAt + 11 * HOUR + 30, cutAt + 11 * HOUR + 700]],
      // the third just after the long cut: the process before it may never have been heard
      kills: [cutAt + 600, cutAt + 4 * HOUR, cutAt + 11 * HOUR + 20, cutAt + 12 * HOUR],
      clock: wrongClock(cutAt),
    },
  ]
  const lengths = [0, 30, 1800, 8 * HOUR]
  return { edges: lengths.map((length) => cutAt + length).filter((at) => at < seconds), all: runs }
}

/** Three hours ahead; set two hours back in the cut, a day ahead later, right in the evening. */
const wrongClock = (cutAt: number) => (s: number) => {
  if (s < cutAt + 900) return 3 * HOUR * 1000
  if (s < cutAt + 4 * HOUR) return -2 * HOUR * 1000
  return s < cutAt + 9 * HOUR ? 24 * HOUR * 1000 : 0
}
