// Samples of one series as bytes, appended one by one: about 3 to 5 bytes each. A time is the change of the interval
// (ms), a value the difference to the one before in units of 10^-scale; what does not fit is kept as a 64-bit float.
//
//   time: varint(zigzag(change of interval) * 2 + escape)
//   escape 0: varint(zigzag(difference)) at the current scale
//   escape 1: one byte scale 0-9 and varint(zigzag(value * 10^scale)), or RAW and 8 bytes

/** Most bytes one sample can take. */
export const MAX_SAMPLE_BYTES = 18
const RAW = 255
const MAX_SCALE = 9
const POWERS = Array.from({ length: MAX_SCALE + 1 }, (_, i) => 10 ** i)
/** Differences of two such numbers, doubled, are still exact. */
const MAX_INTEGER = 2 ** 50

/** Where an encoder stands; length 0 starts a chunk. */
export interface ChunkState {
  length: number
  at: number
  interval: number
  base: number
  scale: number
}

export const emptyChunk = (): ChunkState => ({ length: 0, at: 0, interval: 0, base: 0, scale: 0 })

/**
 * Appends a sample at `start + state.length`; the caller has left MAX_SAMPLE_BYTES of room. `at` is an integer of ms
 * below 2^44, `value` any finite number; both come back exactly (except that -0 stays -0 by being kept raw).
 */
export function appendSample(bytes: Uint8Array, start: number, state: ChunkState, at: number, value: number): void {
  const interval = at - state.at
  const change = zigzag(interval - state.interval) * 2
  state.at = at
  // the first sample's time is not an interval
  state.interval = state.length === 0 ? 0 : interval
  let p = start + state.length
  const scaled = scaledExactly(value, state.scale)
  if (!Number.isNaN(scaled)) {
    p = putVarint(bytes, p, change)
    p = putVarint(bytes, p, zigzag(scaled - state.base))
    state.base = scaled
  } else {
    p = putVarint(bytes, p, change + 1)
    p = putEscaped(bytes, p, state, value)
  }
  state.length = p - start
}

/** Calls `each` for every sample of a chunk in the order they were appended. */
export function readChunk(bytes: Uint8Array, each: (at: number, value: number) => void): void {
  let p = 0
  let at = 0
  let interval = 0
  let base = 0
  let scale = 0
  let first = true
  const varint = (): number => {
    let result = 0
    let factor = 1
    for (;;) {
      const byte = bytes[p++] as number
      result += (byte & 127) * factor
      if (byte < 128) return result
      factor *= 128
    }
  }
  while (p < bytes.length) {
    const token = varint()
    const escaped = token % 2
    interval += unzigzag((token - escaped) / 2)
    at += interval
    if (first) interval = 0
    first = false
    if (escaped === 0) {
      base += unzigzag(varint())
      each(at, base / (POWERS[scale] as number))
      continue
    }
    const kind = bytes[p++] as number
    if (kind === RAW) {
      each(at, new DataView(bytes.buffer, bytes.byteOffset + p, 8).getFloat64(0))
      p += 8
    } else {
      scale = kind
      base = unzigzag(varint())
      each(at, base / (POWERS[scale] as number))
    }
  }
}

const raw = new DataView(new ArrayBuffer(8))

function putEscaped(bytes: Uint8Array, start: number, state: ChunkState, value: number): number {
  let p = start
  for (let scale = 0; scale <= MAX_SCALE; scale++) {
    const scaled = scaledExactly(value, scale)
    if (!Number.isNaN(scaled)) {
      bytes[p++] = scale
      state.scale = scale
      state.base = scaled
      return putVarint(bytes, p, zigzag(scaled))
    }
  }
  bytes[p++] = RAW
  raw.setFloat64(0, value)
  for (let i = 0; i < 8; i++) bytes[p++] = raw.getUint8(i)
  return p
}

/** value * 10^scale when that integer gives the value back exactly, else NaN. */
function scaledExactly(value: number, scale: number): number {
  const power = POWERS[scale] as number
  const scaled = Math.round(value * power)
  if (scaled > MAX_INTEGER || scaled < -MAX_INTEGER || scaled / power !== value) return Number.NaN
  return scaled === 0 && Object.is(value, -0) ? Number.NaN : scaled + 0
}

const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n)
const unzigzag = (n: number): number => (n % 2 === 1 ? -(n + 1) / 2 : n / 2)

function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let p = start
  let rest = value
  while (rest > 0x7fffffff) {
    bytes[p++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  while (rest > 127) {
    bytes[p++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[p++] = rest
  return p
}
