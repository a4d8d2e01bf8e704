// Length check ahead of the MQTT parser, which itself would collect up to 256 MB for one claimed packet.

/** Counts bytes of the fixed headers passing by. Feed every chunk in order; false means: close, do not parse. */
export function createPacketGuard(limits: { readonly first: number; readonly later: number }) {
  /** Bytes of the current packet still to come. */
  let rest = 0
  let inHeader = false
  let length = 0
  let shift = 0
  let limit = limits.first
  return (chunk: Uint8Array): boolean => {
    let i = 0
    while (i < chunk.length) {
      if (rest > 0) {
        const step = Math.min(rest, chunk.length - i)
        rest -= step
        i += step
        continue
      }
      if (!inHeader) {
        inHeader = true
        length = 0
        shift = 0
        i++
        continue
      }
      const byte = chunk[i++] as number
      length += (byte & 127) * 2 ** shift
      shift += 7
      if (length > limit) return false
      if (byte < 128) {
        inHeader = false
        rest = length
        limit = limits.later
      } else if (shift >= 28) return false
    }
    return true
  }
}
