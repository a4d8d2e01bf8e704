// Whether what is on screen can be trusted to be fresh, and what to say when not.
import { duration } from '../ui/format.ts'

export interface Freshness {
  readonly status: 'connecting' | 'live' | 'cut'
  /** Something was heard since the page stands. */
  readonly wasHeard: boolean
  /** Since the last sign of life, or since the first try. */
  readonly silentMs: number
  readonly isStopping: boolean
}

/** Shorter breaks are not worth a word: a reconnect resumes without loss. */
const QUIET_MS = 3000
/** A sign of life is late: they come every 15 s (freshness.test.ts holds it against the schema). */
export const LATE_MS = 21_000

/**
 * `cut`: the stream is down; `stopping`: as the collector announced; `silent`: it stands, but nothing comes; `never`: it did
 * not open yet. Undefined: nothing to say.
 */
export function staleness(of: Freshness): 'cut' | 'stopping' | 'silent' | 'never' | undefined {
  if (of.status === 'live') return of.silentMs > LATE_MS ? 'silent' : undefined
  if (of.silentMs < QUIET_MS) return undefined
  if (!of.wasHeard) return 'never'
  return of.isStopping ? 'stopping' : 'cut'
}

/** `95 s`, from ten minutes on `12m 05s`. */
export const ageText = (ms: number): string => (ms < 600_000 ? `${Math.floor(ms / 1000)} s` : duration(ms))

/** Nobody reads seconds off a screen: less is no reason to worry anybody. */
const CLOCK_MS = 30_000

/** How far this computer's clock is off; undefined when it is right enough. `aheadMs`: browser minus collector. */
export function wrongClock(aheadMs: number): { readonly way: 'ahead' | 'behind'; readonly by: string } | undefined {
  if (Math.abs(aheadMs) < CLOCK_MS) return undefined
  return { way: aheadMs > 0 ? 'ahead' : 'behind', by: duration(Math.abs(aheadMs)) }
}
