// The newest samples of every series, in memory, already encoded as the chunk they will become. A chunk that is full
// is closed and waits to be written; until then it is read from here.
import { appendSample, type ChunkState, emptyChunk, MAX_SAMPLE_BYTES, readChunk } from './sample-codec.ts'

const PAGE_BYTES = 256
const PAGES_PER_SLAB = 4096
/** No chunk covers more time than this, ms: range reads look back so far. */
export const MAX_CHUNK_SPAN = 86_400_000

/** A chunk that waits to be written. */
export interface ClosedChunk {
  readonly series: number
  readonly from: number
  readonly to: number
  /** Place of its first and last sample in the journal. */
  readonly start: number
  readonly through: number
  /** Newest sample (in stream order) of the chunk. */
  readonly at: number
  readonly value: number
  readonly page: number
  readonly length: number
}

export interface LatestSample {
  readonly at: number
  readonly value: number
  /** What was judged: the rate of a counter, NaN when unknown. */
  readonly judged: number
}

interface Head {
  page: number
  state: ChunkState
  from: number
  to: number
  start: number
  through: number
  latest: { at: number; value: number; judged: number }
  closed: ClosedChunk[] | undefined
}

export type SampleHeads = ReturnType<typeof createSampleHeads>

export function createSampleHeads() {
  const heads: (Head | undefined)[] = []
  const slabs: Uint8Array[] = []
  const free: number[] = []
  let pages = 0
  let inUse = 0

  const takePage = (): number => {
    inUse++
    const reused = free.pop()
    if (reused !== undefined) return reused
    if (pages % PAGES_PER_SLAB === 0) slabs.push(new Uint8Array(PAGE_BYTES * PAGES_PER_SLAB))
    return pages++
  }
  const slabOf = (page: number): Uint8Array => slabs[Math.floor(page / PAGES_PER_SLAB)] as Uint8Array
  const startOf = (page: number): number => (page % PAGES_PER_SLAB) * PAGE_BYTES
  const bytesOf = (page: number, length: number): Uint8Array =>
    slabOf(page).subarray(startOf(page), startOf(page) + length)

  let queue: ClosedChunk[] = []
  const close = (series: number, head: Head): void => {
    const { page, from, to, start, through, state } = head
    const chunk = { series, from, to, start, through, ...head.latest, page, length: state.length }
    queue.push(chunk)
    if (head.closed) head.closed.push(chunk)
    else head.closed = [chunk]
    head.page = -1
    head.state = emptyChunk()
  }

  return {
    /** Adds a sample. `place` is its place in the journal and rises per series. */
    append(series: number, at: number, value: number, judged: number, place: number): void {
      let head = heads[series]
      if (head === undefined) {
        const latest = { at, value, judged }
        head = {
          page: -1,
          state: emptyChunk(),
          from: at,
          to: at,
          start: place,
          through: place,
          latest,
          closed: undefined,
        }
        heads[series] = head
      }
      if (head.page >= 0 && (at - head.from > MAX_CHUNK_SPAN || head.to - at > MAX_CHUNK_SPAN)) close(series, head)
      if (head.page < 0) {
        head.page = takePage()
        head.from = at
        head.to = at
        head.start = place
      } else if (at < head.from) head.from = at
      else if (at > head.to) head.to = at
      appendSample(slabOf(head.page), startOf(head.page), head.state, at, value)
      head.through = place
      const latest = head.latest
      latest.at = at
      latest.value = value
      latest.judged = judged
      if (head.state.length > PAGE_BYTES - MAX_SAMPLE_BYTES) close(series, head)
    },
    /** The newest folded sample of a series, as read from the database at start. */
    restore(series: number, at: number, value: number, place: number): void {
      const latest = { at, value, judged: Number.NaN }
      const head = { page: -1, state: emptyChunk(), from: at, to: at, start: place, through: place, latest }
      heads[series] = { ...head, closed: undefined }
    },
    /** Place of the newest sample of a series; -1 when it has none. */
    through: (series: number): number => heads[series]?.through ?? -1,
    latest: (series: number): LatestSample | undefined => heads[series]?.latest,
    /** Calls `each` for every sample held here, oldest first. */
    read(series: number, each: (at: number, value: number) => void): void {
      const head = heads[series]
      if (!head) return
      for (const chunk of head.closed ?? []) readChunk(bytesOf(chunk.page, chunk.length), each)
      if (head.page >= 0) readChunk(bytesOf(head.page, head.state.length), each)
    },
    /** Closes the chunk of a series if its first sample is at or before `place`. */
    closeUpTo(series: number, place: number): void {
      const head = heads[series]
      if (head && head.page >= 0 && head.start <= place) close(series, head)
    },
    /** Closed chunks, oldest first; they stay until release(). */
    waiting: (): readonly ClosedChunk[] => queue,
    bytes: bytesOf,
    /** The first `count` waiting chunks are in the database now. */
    release(count: number): void {
      for (const chunk of queue.slice(0, count)) {
        const head = heads[chunk.series] as Head
        head.closed = head.closed && head.closed.length > 1 ? head.closed.filter((c) => c !== chunk) : undefined
        free.push(chunk.page)
        inUse--
      }
      queue = queue.slice(count)
    },
    /** One more than the highest series number seen. */
    seriesCount: (): number => heads.length,
    memory: (): number => inUse * PAGE_BYTES,
    clear(): void {
      heads.length = 0
      slabs.length = 0
      free.length = 0
      queue = []
      pages = 0
      inUse = 0
    },
  }
}
