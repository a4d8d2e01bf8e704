// What the outbox tells about itself: the store's last word and what this thread counts.
import { LANES, type Lane } from '#shared/wire/topics.ts'
import type { LaneMarks, StoreState } from './commit-messages.ts'

export interface OutboxState {
  /** '' until the store could be opened. */
  readonly epoch: string
  readonly lanes: Readonly<Record<Lane, LaneMarks>>
  /** Discarded records since start: `reason:lane` to count. */
  readonly dropped: Readonly<Record<string, number>>
  /** Bytes accepted and not yet on disk. */
  readonly memoryBytes: number
  /** Why the last commit failed, or null when records reach the disk. */
  readonly problem: string | null
  readonly series: number
}

/** `stored` is null before the store could be opened; `droppedHere` counts `reason:lane` beside the store's own. */
export function stateOf(
  stored: StoreState | null,
  droppedHere: ReadonlyMap<string, number>,
  here: Pick<OutboxState, 'memoryBytes' | 'problem' | 'series'>,
): OutboxState {
  const dropped = { ...stored?.dropped }
  for (const [reason, n] of droppedHere) dropped[reason] = (dropped[reason] ?? 0) + n
  const lanes = stored?.lanes ?? (Object.fromEntries(LANES.map((lane) => [lane, NO_MARKS])) as Record<Lane, LaneMarks>)
  return { epoch: stored?.epoch ?? '', lanes, dropped, ...here }
}

const NO_MARKS: LaneMarks = { oldest: 0, newest: 0, acknowledged: 0, bytes: 0 }
