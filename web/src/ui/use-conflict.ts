import { useState } from 'react'
import { ApiFailure } from '../api/client.ts'

export interface Conflict<R> {
  /** What the writing began from; undefined: something new. */
  readonly from: R | undefined
  /** What somebody else has saved since, while that is to be decided. */
  readonly theirs: R | undefined
  /** Looks, after a refusal, whether somebody else was faster. */
  meet(failure: unknown): Promise<void>
  /** Goes on from `row`. */
  begin(row: R): void
  /** Back to the form, as it was typed. */
  back(): void
}

/** `now`: reads what is kept at the moment; undefined where there is nothing any more. */
export function useConflict<R extends { readonly version: number }>(
  row: R | undefined,
  now: () => Promise<R | undefined>,
): Conflict<R> {
  const [from, setFrom] = useState(row)
  const [theirs, setTheirs] = useState<R>()
  return {
    from,
    theirs,
    async meet(failure) {
      if (from === undefined || !(failure instanceof ApiFailure) || failure.code !== 'conflict') return
      const kept = await now().catch(() => undefined)
      if (kept !== undefined && kept.version !== from.version) setTheirs(kept)
    },
    begin(next) {
      setFrom(next)
      setTheirs(undefined)
    },
    back: () => setTheirs(undefined),
  }
}
