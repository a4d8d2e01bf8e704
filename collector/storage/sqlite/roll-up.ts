// Roll-ups: 5 minutes and 1 hour, kept as one blob per series and day. Made when the raw samples of a day expire; until
// then they are counted from raw samples as they are read.
import { appendSample, emptyChunk, MAX_SAMPLE_BYTES, readChunk } from './sample-codec.ts'

export const DAY = 86_400_000
export const FIVE_MINUTES = 300_000
export const HOUR = 3_600_000
/** Finest first. */
export const STEPS = [FIVE_MINUTES, HOUR] as const

export interface RollUpBucket {
  at: number
  count: number
  min: number
  max: number
  sum: number
  last: number
}

const FIELDS = ['count', 'min', 'max', 'sum', 'last'] as const

/** Five columns in the sample codec, each with its length in front. */
export function encodeRollUp(buckets: readonly RollUpBucket[]): Uint8Array {
  const columns = FIELDS.map((field) => {
    const bytes = new Uint8Array(buckets.length * MAX_SAMPLE_BYTES)
    const state = emptyChunk()
    for (const bucket of buckets) appendSample(bytes, 0, state, bucket.at, bucket[field])
    return bytes.subarray(0, state.length)
  })
  const out = new Uint8Array(columns.reduce((sum, c) => sum + 4 + c.length, 0))
  const view = new DataView(out.buffer)
  let p = 0
  for (const column of columns) {
    view.setUint32(p, column.length)
    out.set(column, p + 4)
    p += 4 + column.length
  }
  return out
}

export function readRollUp(data: Uint8Array): RollUpBucket[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const buckets: RollUpBucket[] = []
  let p = 0
  for (const field of FIELDS) {
    const length = view.getUint32(p)
    let i = 0
    readChunk(data.subarray(p + 4, p + 4 + length), (at, value) => {
      buckets[i] ??= { at, count: 0, min: 0, max: 0, sum: 0, last: 0 }
      ;(buckets[i++] as RollUpBucket)[field] = value
    })
    p += 4 + length
  }
  return buckets
}

/** Joins buckets, in order of time, into wider ones that start at multiples of `step`. */
export function widen(buckets: readonly RollUpBucket[], step: number): RollUpBucket[] {
  const out: RollUpBucket[] = []
  for (const b of buckets) {
    const at = b.at - (b.at % step)
    const into = out.at(-1)
    if (into === undefined || into.at !== at) out.push({ ...b, at })
    else {
      into.count += b.count
      into.sum += b.sum
      into.last = b.last
      if (b.min < into.min) into.min = b.min
      if (b.max > into.max) into.max = b.max
    }
  }
  return out
}
