// Gets lines into the server: in writes of bounded size, and around lines it will never take.
import { FIELD } from './line.ts'
import type { WriteAnswer, WriteTarget } from './target.ts'

export interface RefusedLine {
  readonly line: string
  readonly reason: string
}

export type Delivered =
  /** Every line is written, refused for ever, or older than the server keeps (`beyond`). */
  | { readonly kind: 'done'; readonly refused: readonly RefusedLine[]; readonly beyond: number }
  /** To be tried again from the start; `answer` says why. */
  | { readonly kind: 'later'; readonly answer: WriteAnswer }

export interface BatchLimits {
  readonly points: number
  readonly bytes: number
}

export interface Delivery {
  deliver(lines: readonly string[]): Promise<Delivered>
}

/** Lines tried alone before it is believed that the server refuses whatever it gets. */
const PROBES = 16
/** After a write was too large; then the limit grows back. */
const GROWTH = 1.1

export function createDelivery(target: Pick<WriteTarget, 'write'>, limits: BatchLimits): Delivery {
  let bytes = limits.bytes
  /** Of a delivery that was cut short: not to be looked for again. */
  let known = new Map<string, string>()
  /** Series with a line that was refused: sent apart from the others, so that these need no bisecting. */
  const suspects = new Set<string>()

  return {
    async deliver(lines) {
      const round = { accepted: 0, beyond: 0, refused: [] as (RefusedLine & { sure: boolean })[] }
      const fresh: string[] = []
      for (const line of lines) {
        const reason = known.size > 0 ? known.get(line) : undefined
        if (reason === undefined) fresh.push(line)
        else round.refused.push({ line, reason, sure: true })
      }
      const apart: string[] = []
      for (const slice of slices(fresh, limits.points, bytes)) {
        const stopped = await send(withoutSuspects(slice, apart), round)
        if (stopped) return later(stopped, round)
      }
      for (const slice of slices(apart, limits.points, bytes)) {
        const stopped = await send(slice, round)
        if (stopped) return later(stopped, round)
      }
      const doubtful = round.refused.find((r) => !r.sure)
      if (doubtful && round.accepted === 0)
        return {
          kind: 'later',
          answer: { kind: 'refused', reason: doubtful.reason, dropped: undefined, partial: false },
        }
      known = new Map()
      return { kind: 'done', refused: round.refused, beyond: round.beyond }
    },
  }

  function withoutSuspects(lines: readonly string[], apart: string[]): readonly string[] {
    if (suspects.size === 0) return lines
    const [suspect = [], others = []] = [true, false].map((is) => lines.filter((l) => suspects.has(seriesOf(l)) === is))
    apart.push(...suspect)
    return others
  }

  function later(answer: WriteAnswer, round: Round): Delivered {
    for (const r of round.refused)
      if ((r.sure || round.accepted > 0) && known.size < MAX_KNOWN) known.set(r.line, r.reason)
    return { kind: 'later', answer }
  }

  /** Undefined when all is decided. */
  async function send(lines: readonly string[], round: Round): Promise<WriteAnswer | undefined> {
    if (lines.length === 0) return undefined
    const answer = await target.write(lines)
    if (answer.kind === 'written') {
      bytes = Math.min(limits.bytes, bytes * GROWTH)
      round.accepted += lines.length
      if (suspects.size > 0) for (const line of lines) suspects.delete(seriesOf(line))
      return undefined
    }
    if (answer.kind === 'beyond-retention') {
      round.accepted += Math.max(0, lines.length - answer.dropped)
      round.beyond += Math.min(answer.dropped, lines.length)
      return undefined
    }
    if (answer.kind === 'too-large') {
      if (lines.length === 1) return refuse(lines, answer.reason, true, round)
      bytes = Math.max(MIN_BYTES, bytes / 2)
      return halves(lines, round)
    }
    if (answer.kind !== 'refused') return answer
    // the server counted, and has written the others
    if (answer.partial && answer.dropped === lines.length) return refuse(lines, answer.reason, true, round)
    if (lines.length === 1) return refuse(lines, answer.reason, answer.partial, round)
    if (!answer.partial && round.accepted === 0) {
      const found = await probe(lines, round)
      if (found !== 'one is taken') return found
    }
    // lines of one series are likely to be refused together
    return halves(lines.toSorted(), round)
  }

  async function halves(lines: readonly string[], round: Round): Promise<WriteAnswer | undefined> {
    const middle = Math.ceil(lines.length / 2)
    return (await send(lines.slice(0, middle), round)) ?? (await send(lines.slice(middle), round))
  }

  /** Some lines alone: the answer to stop with when none of them is taken. */
  async function probe(lines: readonly string[], round: Round): Promise<WriteAnswer | 'one is taken'> {
    const step = Math.max(1, Math.floor(lines.length / PROBES))
    let last: WriteAnswer | undefined
    for (let i = lines.length - 1; i >= 0; i -= step) {
      last = await target.write([lines[i] as string])
      if (last.kind === 'written' || last.kind === 'beyond-retention') {
        round.accepted++
        return 'one is taken'
      }
      if (last.kind !== 'refused') return last
      if (last.partial) return 'one is taken'
    }
    return last ?? 'one is taken'
  }

  function refuse(lines: readonly string[], reason: string, sure: boolean, round: Round): undefined {
    for (const line of lines) {
      round.refused.push({ line, reason, sure })
      if (suspects.size < MAX_KNOWN) suspects.add(seriesOf(line))
    }
  }
}

interface Round {
  accepted: number
  beyond: number
  readonly refused: (RefusedLine & { sure: boolean })[]
}

const MIN_BYTES = 4096
const MAX_KNOWN = 10_000

const seriesOf = (line: string): string => line.slice(0, line.lastIndexOf(` ${FIELD}=`))

function* slices(lines: readonly string[], points: number, bytes: number): Generator<readonly string[]> {
  let start = 0
  let size = 0
  for (let i = 0; i < lines.length; i++) {
    const length = Buffer.byteLength(lines[i] as string) + 1
    if (i > start && (i - start >= points || size + length > bytes)) {
      yield lines.slice(start, i)
      start = i
      size = 0
    }
    size += length
  }
  if (start < lines.length) yield lines.slice(start)
}
