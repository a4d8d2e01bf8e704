// Cuts what was read of a file into lines. An unfinished last line is left where it is and read again later.
import { isUtf8 } from 'node:buffer'
import { MAX_BATCH_BYTES } from '#shared/wire/limits.ts'

export interface LineCutter {
  /** Bytes to read at once: always more than the longest line. */
  readonly chunkBytes: number
  /**
   * Complete lines (without newline, empty ones left out) of a chunk that starts where the last one was used up to.
   * No more than one batch holds as JSON lines. `final`: nothing will follow, the rest is a line. The lines are only valid
   * as long as the chunk.
   */
  take(chunk: Buffer, final: boolean): { readonly lines: readonly Buffer[]; readonly used: number }
  /** Another file or the same from its start: forget that a line was being skipped. */
  reset(): void
  /** Lines that were longer than allowed. */
  readonly cut: number
}

const [LF, CR] = [10, 13] as const
/** Bytes of JSON that a byte of a line can become: `\"`, and `\\\\xNN` for one that cannot be decoded. */
const ESCAPED = 2
const UNDECODABLE = 5

/** Builds a cutter for lines of at most `maxLineBytes`; `eventBytes`: what an event is as JSON without its line, at most. */
export function createLineCutter(maxLineBytes: number, eventBytes: number): LineCutter {
  let cut = 0
  let skipping = false

  function take(chunk: Buffer, final: boolean) {
    const lines: Buffer[] = []
    let at = 0
    let room = MAX_BATCH_BYTES
    while (at < chunk.length) {
      const lf = chunk.indexOf(LF, at)
      const end = lf < 0 ? chunk.length : lf
      if (lf < 0 && !final && !skipping && end - at <= maxLineBytes) break
      if (!skipping) {
        const line = chunk.subarray(at, Math.min(end, at + maxLineBytes))
        room -= eventBytes + line.length * (isUtf8(line) ? ESCAPED : UNDECODABLE)
        if (room < 0 && lines.length > 0) break
        add(lines, chunk.subarray(at, end))
      }
      skipping = lf < 0 && !final
      at = lf < 0 ? chunk.length : lf + 1
    }
    return { lines, used: at }
  }

  function add(lines: Buffer[], bytes: Buffer): void {
    const line = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes
    if (line.length === 0) return
    if (line.length > maxLineBytes) cut++
    lines.push(line.subarray(0, maxLineBytes))
  }

  return {
    chunkBytes: Math.max(64 * 1024, maxLineBytes + 2),
    take,
    reset() {
      skipping = false
    },
    get cut() {
      return cut
    },
  }
}
