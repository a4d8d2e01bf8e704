// What one lane has on the way: which batch is next, which wait for the application ack, when to send again. Pure.

export interface LaneWindow {
  /** Sequence number after which the next batch starts. */
  readonly cursor: number
  readonly acknowledged: number
  readonly inFlight: number
  sent(first: number, count: number, at: number): void
  /** Highest contiguous committed number from the collector; lower than known is ignored. True when it moved. */
  acknowledge(seq: number): boolean
  /** Starts again after `seq`, whatever was acknowledged or sent before. */
  resume(seq: number): void
  /** True when the oldest batch on the way was sent before `at`. */
  olderThan(at: number): boolean
}

export function createLaneWindow(): LaneWindow {
  let acknowledged = 0
  let cursor = 0
  let flying: { last: number; at: number }[] = []
  return {
    get cursor() {
      return cursor
    },
    get acknowledged() {
      return acknowledged
    },
    get inFlight() {
      return flying.length
    },
    sent(first, count, at) {
      cursor = first + count - 1
      flying.push({ last: cursor, at })
    },
    acknowledge(seq) {
      if (seq <= acknowledged) return false
      acknowledged = seq
      cursor = Math.max(cursor, seq)
      flying = flying.filter((batch) => batch.last > seq)
      return true
    },
    resume(seq) {
      acknowledged = seq
      cursor = seq
      flying = []
    },
    olderThan: (at) => flying.length > 0 && (flying[0]?.at ?? 0) < at,
  }
}
