// Cuts a TCP byte stream into syslog messages (RFC 6587): octet counting and newline (or NUL) framing, told apart
// message by message, because relays mix them.

export interface FramerOptions {
  /** Longer messages are cut to this many bytes; the rest is skipped and counted. */
  readonly maxMessageBytes: number
  /** One message without its frame. The bytes are only valid during the call. */
  onMessage(bytes: Buffer): void
}

export interface Framer {
  feed(chunk: Buffer): void
  /** The stream ended: what is left is a message too. */
  end(): void
  /** Messages that were cut. */
  readonly cut: number
}

const [LF, CR, SPACE, LESS] = [10, 13, 32, 60] as const
/** `99999999 <`: digits of a count, a space and the first byte of the message. */
const MAX_COUNT_DIGITS = 8

/** Builds a framer for one connection. It keeps at most one unfinished message. */
export function createFramer(options: FramerOptions): Framer {
  const max = options.maxMessageBytes
  let rest: Buffer = Buffer.alloc(0)
  /** Bytes of a cut message still to be skipped: a number when counted, 'line' up to the next newline. */
  let skip: number | 'line' = 0
  let cut = 0

  function feed(chunk: Buffer): void {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const used = consume(bytes)
    // A copy: the socket reuses its memory.
    rest = used === bytes.length ? EMPTY : Buffer.from(bytes.subarray(used))
  }

  /** Hands over what is complete; returns how far it got. */
  function consume(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length) {
      if (skip !== 0) {
        at = skipped(bytes, at)
        continue
      }
      const counted = countAt(bytes, at)
      if (counted === 'more') return at
      if (counted === undefined) {
        const next = line(bytes, at)
        if (next < 0) return at
        at = next
        continue
      }
      const size = Math.min(counted.length, max)
      if (bytes.length - counted.from < size) return at
      message(bytes, counted.from, counted.from + size)
      at = counted.from + size
      if (counted.length > max) {
        cut++
        skip = counted.length - max
      }
    }
    return at
  }

  function skipped(bytes: Buffer, at: number): number {
    if (skip !== 'line') {
      const step = Math.min(skip, bytes.length - at)
      skip -= step
      return at + step
    }
    const end = lineEnd(bytes, at)
    if (end < 0) return bytes.length
    skip = 0
    return end + 1
  }

  /** One newline-framed message; -1 when its end has not come yet. */
  function line(bytes: Buffer, at: number): number {
    const end = lineEnd(bytes, at)
    const stop = end < 0 ? bytes.length : end
    if (stop - at > max) {
      cut++
      message(bytes, at, at + max)
      if (end < 0) skip = 'line'
      return end < 0 ? bytes.length : end + 1
    }
    if (end < 0) return -1
    message(bytes, at, end)
    return end + 1
  }

  function message(bytes: Buffer, from: number, end: number): void {
    let stop = end
    while (stop > from && (bytes[stop - 1] === CR || bytes[stop - 1] === LF || bytes[stop - 1] === 0)) stop--
    if (stop > from) options.onMessage(bytes.subarray(from, stop))
  }

  return {
    feed,
    end() {
      const counted = rest.length > 0 ? countAt(rest, 0) : undefined
      const from = typeof counted === 'object' ? counted.from : 0
      message(rest, from, Math.min(rest.length, from + max))
      rest = EMPTY
    },
    get cut() {
      return cut
    },
  }
}

const EMPTY = Buffer.alloc(0)

/** An octet count is digits, a space and `<`; anything else that starts with a digit is a line (an undressed date). */
function countAt(bytes: Buffer, at: number): { readonly from: number; readonly length: number } | 'more' | undefined {
  const first = bytes[at] as number
  if (first < 49 || first > 57) return undefined
  let length = 0
  for (let i = at; i <= at + MAX_COUNT_DIGITS; i++) {
    const byte = bytes[i]
    if (byte === undefined) return 'more'
    if (byte === SPACE) {
      const next = bytes[i + 1]
      if (next === undefined) return 'more'
      return next === LESS ? { from: i + 1, length } : undefined
    }
    if (byte < 48 || byte > 57) return undefined
    length = length * 10 + byte - 48
  }
  return undefined
}

/** Next LF or NUL; NUL only counts as an end where no LF comes before it. */
function lineEnd(bytes: Buffer, at: number): number {
  const lf = bytes.indexOf(LF, at)
  const nul = lf < 0 ? bytes.indexOf(0, at) : -1
  return lf >= 0 ? lf : nul
}
