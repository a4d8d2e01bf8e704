// When the next commit may begin: at once when idle, grouped under load, so that batches are worth their overhead.

const USUAL_MS = 10
/** After a commit of so much fewer, larger ones leave more of the processor to the intake. */
const STORM_BYTES = 128 * 1024
const STORM_MS = 25

export interface Pace {
  /** A commit of `bytes` begins at `mono`. */
  began(bytes: number, mono: number): void
  /** Whole ms until the next one should begin; 0 or less: now. */
  waitMs(mono: number): number
}

export function createPace(): Pace {
  let next = Number.NEGATIVE_INFINITY
  return {
    began(bytes, mono) {
      next = mono + (bytes >= STORM_BYTES ? STORM_MS : USUAL_MS)
    },
    waitMs: (mono) => Math.ceil(next - mono),
  }
}
