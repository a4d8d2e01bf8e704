/** A condition that asks somebody else costs both: the longer it is waited for, the rarer it is asked, up to this pause. */
const LONGEST_PAUSE_MS = 150
const SHORTEST_PAUSE_MS = 20

/**
 * Resolves with the first truthy value of `condition`, polling it; rejects after `timeoutMs` (default 10 s) saying what
 * was waited for. The stack of the caller is kept, so that a timeout points at the waiting line of the test. `everyMs`: the
 * pause between two looks; by default 20 ms, for conditions that promise an answer up to a twentieth of the time waited.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: { readonly timeoutMs?: number; readonly everyMs?: number; readonly what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const timeoutMs = options.timeoutMs ?? 10_000
  const failure = new Error(`gave up after ${timeoutMs} ms waiting for ${options.what ?? condition.toString()}`)
  const began = performance.now()
  for (;;) {
    const answer = condition()
    const value = await answer
    if (value) return value as NonNullable<Exclude<T, false>>
    const waited = performance.now() - began
    if (waited > timeoutMs) throw failure
    const pause = answer instanceof Promise ? Math.min(LONGEST_PAUSE_MS, waited / 20) : 0
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? Math.max(SHORTEST_PAUSE_MS, pause)))
  }
}
