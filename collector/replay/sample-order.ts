// Samples of many series, put in order of time. Columns instead of objects, a radix sort instead of comparisons: both are
// what a replay spends its time on.

export interface SampleColumns {
  /** ms since the begin of the slice, below 2^32. */
  offset: Uint32Array
  series: Uint32Array
  value: Float64Array
  length: number
}

export function createColumns(capacity = 65_536): SampleColumns {
  return {
    offset: new Uint32Array(capacity),
    series: new Uint32Array(capacity),
    value: new Float64Array(capacity),
    length: 0,
  }
}

export function addSample(columns: SampleColumns, offset: number, series: number, value: number): void {
  const i = columns.length
  if (i === columns.offset.length) grow(columns)
  columns.offset[i] = offset
  columns.series[i] = series
  columns.value[i] = value
  columns.length = i + 1
}

function grow(columns: SampleColumns): void {
  const capacity = columns.offset.length * 2
  const { offset, series, value } = columns
  columns.offset = new Uint32Array(capacity)
  columns.series = new Uint32Array(capacity)
  columns.value = new Float64Array(capacity)
  columns.offset.set(offset)
  columns.series.set(series)
  columns.value.set(value)
}

const DIGIT = 16
const BUCKETS = 1 << DIGIT

/** Positions in order of offset; those of one offset stay in the order in which they were added. */
export function orderOf({ offset, length }: SampleColumns): Uint32Array {
  let from = new Uint32Array(length)
  for (let i = 0; i < length; i++) from[i] = i
  let highest = 0
  for (let i = 0; i < length; i++) if ((offset[i] as number) > highest) highest = offset[i] as number
  const starts = new Uint32Array(BUCKETS + 1)
  for (let shift = 0; shift < 32 && highest >>> shift > 0; shift += DIGIT) {
    starts.fill(0)
    for (let i = 0; i < length; i++) {
      const bucket = ((offset[i] as number) >>> shift) & (BUCKETS - 1)
      starts[bucket + 1] = (starts[bucket + 1] as number) + 1
    }
    for (let b = 1; b <= BUCKETS; b++) starts[b] = (starts[b] as number) + (starts[b - 1] as number)
    const into = new Uint32Array(length)
    for (let i = 0; i < length; i++) {
      const position = from[i] as number
      const bucket = ((offset[position] as number) >>> shift) & (BUCKETS - 1)
      const place = starts[bucket] as number
      starts[bucket] = place + 1
      into[place] = position
    }
    from = into
  }
  return from
}
