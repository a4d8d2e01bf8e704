// Records in memory until the next commit: a queue of batches-to-be per lane, within one byte limit. What does not fit
// is discarded oldest first, lowest class first, and leaves a gap in its place.

import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { MAX_BATCH_BYTES, MAX_RECORD_BYTES, MAX_RECORDS_PER_BATCH } from '#shared/wire/limits.ts'
import { encodeSampleColumns } from '#shared/wire/sample-columns.ts'
import type { Lane } from '#shared/wire/topics.ts'
import type { Mark } from '../inputs/input.ts'
import type { BodyToCommit } from './commit-messages.ts'
import type { SeriesBook } from './series-book.ts'

export interface Waiter {
  resolve(): void
  reject(error: Error): void
}

export interface Chunk {
  readonly lane: Lane
  readonly kind: 'lines' | 'samples' | 'gap'
  count: number
  bytes: number
  lines: string[]
  numbers: number[]
  times: number[]
  values: number[]
  /** As text for the store's table of series, and as they travel. */
  series: [number, string][]
  definitions: SeriesDefinition[]
  waiters: Waiter[]
  marks: Mark[]
  gap: string
  /** Handed to the commit thread: no longer changed or discarded. */
  taken: boolean
}

export interface Intake {
  /** False when the line is too long. */
  line(lane: 'event' | 'result', line: string, waiter?: Waiter): boolean
  /** Lines that stay in one batch with their mark. False when they are too many or too long for one. */
  group(lines: readonly string[], mark: Mark, waiter: Waiter): boolean
  sample(n: number, at: number, value: number): void
  /** Marks as taken and returns what should be committed now; samples only when `withSamples` or a batch is full. */
  take(withSamples: boolean): readonly Chunk[]
  /** After a commit. */
  done(chunks: readonly Chunk[]): void
  /** After a failed commit: they stay first in line, and their waiters wait on. */
  putBack(chunks: readonly Chunk[]): void
  /** Rejects all waiters: nothing will be committed any more. */
  giveUp(error: Error): void
  readonly bytes: number
  /** Bytes of lines and of samples that no take has seen. */
  readonly pendingBytes: number
  readonly pendingLines: number
  readonly pendingSamples: number
}

const QUEUES: readonly Lane[] = ['telemetry', 'event', 'result']
const SAMPLES_PER_BATCH = 1_000
const SAMPLE_BYTES = 24
/** Encoded bytes handed over at once. */
export const TAKE_BYTES = 4 * MAX_BATCH_BYTES

export function createIntake(
  book: SeriesBook,
  memoryBytes: number,
  onDropped: (reason: string, lane: Lane, n: number) => void,
): Intake {
  const queues: Record<Lane, Chunk[]> = { telemetry: [], event: [], result: [] }
  let bytes = 0
  let pendingBytes = 0
  let pendingLines = 0
  let pendingSamples = 0

  function open(lane: Lane, kind: 'lines' | 'samples', size: number, count = 1): Chunk {
    const queue = queues[lane]
    const last = queue[queue.length - 1]
    const most = kind === 'samples' ? SAMPLES_PER_BATCH : MAX_RECORDS_PER_BATCH
    if (last?.kind === kind && !last.taken && last.count + count <= most && last.bytes + size <= MAX_BATCH_BYTES)
      return last
    const chunk = newChunk(lane, kind)
    queue.push(chunk)
    return chunk
  }

  function grow(chunk: Chunk, size: number, count = 1): void {
    chunk.count += count
    chunk.bytes += size
    bytes += size
    if (bytes > memoryBytes) shed()
  }

  function shed(): void {
    for (const lane of QUEUES) {
      for (let i = 0; bytes > memoryBytes * 0.9; ) {
        const chunk = queues[lane][i]
        if (chunk === undefined) break
        // What is discarded becomes a gap at `i`, or joins the one before and another chunk is at `i`.
        if (chunk.taken || chunk.kind === 'gap') i++
        else discard(lane, i, chunk)
      }
    }
  }

  function discard(lane: Lane, index: number, chunk: Chunk): void {
    bytes -= chunk.bytes
    countPending(chunk, -1)
    for (const n of chunk.series) book.unsend(n[0])
    for (const waiter of chunk.waiters)
      waiter.reject(new Error('discarded: the outbox cannot be written and memory is full'))
    onDropped('memory', lane, chunk.count)
    const before = queues[lane][index - 1]
    if (before?.kind === 'gap' && !before.taken) {
      before.count += chunk.count
      queues[lane].splice(index, 1)
    } else queues[lane][index] = { ...newChunk(lane, 'gap'), count: chunk.count, gap: 'memory' }
  }

  function countPending(chunk: Chunk, sign: 1 | -1): void {
    pendingBytes += sign * chunk.bytes
    if (chunk.kind === 'lines') pendingLines += sign * chunk.count
    else if (chunk.kind === 'samples') pendingSamples += sign * chunk.count
  }

  return {
    line(lane, line, waiter) {
      const size = Buffer.byteLength(line) + 1
      if (size > MAX_RECORD_BYTES) return false
      const chunk = open(lane, 'lines', size)
      chunk.lines.push(line)
      if (waiter) chunk.waiters.push(waiter)
      pendingBytes += size
      pendingLines++
      grow(chunk, size)
      return true
    },
    group(lines, mark, waiter) {
      const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
      if (size > MAX_BATCH_BYTES || lines.length > MAX_RECORDS_PER_BATCH) return false
      const chunk = open('event', 'lines', size, lines.length)
      chunk.lines.push(...lines)
      chunk.marks.push(mark)
      chunk.waiters.push(waiter)
      pendingBytes += size
      pendingLines += lines.length
      grow(chunk, size, lines.length)
      return true
    },
    sample(n, at, value) {
      const chunk = open('telemetry', 'samples', SAMPLE_BYTES)
      const definition = book.takeUnsent(n)
      chunk.numbers.push(n)
      chunk.times.push(at)
      chunk.values.push(value)
      let size = SAMPLE_BYTES
      if (definition !== undefined) {
        const text = JSON.stringify(definition)
        chunk.series.push([n, text])
        chunk.definitions.push(definition)
        size += text.length
      }
      pendingBytes += size
      pendingSamples++
      grow(chunk, size)
    },
    take(withSamples) {
      const out: Chunk[] = []
      let size = 0
      for (const lane of ['result', 'event', 'telemetry'] as const) {
        for (const chunk of queues[lane]) {
          if (size >= TAKE_BYTES) break
          if (chunk.taken) continue
          if (
            chunk.kind === 'samples' &&
            !withSamples &&
            chunk.count < SAMPLES_PER_BATCH &&
            chunk === queues[lane].at(-1)
          )
            continue
          chunk.taken = true
          countPending(chunk, -1)
          size += chunk.bytes
          out.push(chunk)
        }
      }
      return out
    },
    done(chunks) {
      for (const chunk of chunks) {
        bytes -= chunk.bytes
        // Taken chunks are a prefix of their queue: take() goes in order and one commit runs at a time.
        if (queues[chunk.lane][0] === chunk) queues[chunk.lane].shift()
        for (const waiter of chunk.waiters) waiter.resolve()
      }
    },
    putBack(chunks) {
      for (const chunk of chunks) {
        chunk.taken = false
        countPending(chunk, 1)
      }
      if (bytes > memoryBytes) shed()
    },
    giveUp(error) {
      for (const chunk of QUEUES.flatMap((lane) => queues[lane]))
        for (const waiter of chunk.waiters.splice(0)) waiter.reject(error)
    },
    get bytes() {
      return bytes
    },
    get pendingBytes() {
      return pendingBytes
    },
    get pendingLines() {
      return pendingLines
    },
    get pendingSamples() {
      return pendingSamples
    },
  }
}

/** What the commit thread stores for a chunk. */
export function bodyOf(chunk: Chunk): BodyToCommit {
  if (chunk.kind === 'gap') return { lane: chunk.lane, count: chunk.count, gap: chunk.gap }
  if (chunk.kind === 'lines') return { lane: chunk.lane, count: chunk.count, body: joined(chunk), marks: chunk.marks }
  const body = encodeSampleColumns(chunk.definitions, chunk.numbers, chunk.times, chunk.values)
  return { lane: chunk.lane, count: chunk.count, body, series: chunk.series }
}

/** Lines in memory of their own, which can be handed to the commit thread without a copy. */
function joined({ lines, bytes }: Chunk): Uint8Array {
  const body = Buffer.allocUnsafeSlow(bytes - 1)
  body.write(lines.join('\n'))
  return body
}

function newChunk(lane: Lane, kind: Chunk['kind']): Chunk {
  return {
    lane,
    kind,
    count: 0,
    bytes: 0,
    lines: [],
    numbers: [],
    times: [],
    values: [],
    series: [],
    definitions: [],
    waiters: [],
    marks: [],
    gap: '',
    taken: false,
  }
}
