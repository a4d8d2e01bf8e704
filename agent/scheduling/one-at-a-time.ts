// A check that is asked for by hand must not run into the scheduled one: pollers keep state between questions.
import type { Poller, PollResult } from '../inputs/input.ts'

/** The same poller; a call waits for the one before it and does nothing when its signal has aborted meanwhile. */
export function oneAtATime(poller: Poller): Poller {
  let busy: Promise<unknown> = Promise.resolve()
  const inTurn =
    (work: (signal: AbortSignal) => Promise<PollResult>) =>
    (signal: AbortSignal): Promise<PollResult> => {
      const turn = busy.then(() => (signal.aborted ? ({ outcome: 'cancelled' } as const) : work(signal)))
      busy = turn.catch(() => undefined)
      return turn
    }
  const { probe } = poller
  return {
    ...poller,
    poll: inTurn((signal) => poller.poll(signal)),
    ...(probe ? { probe: inTurn((signal) => probe(signal)) } : {}),
  }
}
