// Two ends of a connection inside the process. One chunk is on the way at a time, as aedes reads one per 'readable':
// what is written meanwhile becomes the next chunk.
import { Duplex } from 'node:stream'

/** What is written to one end is read at the other; a slow reader holds its writer back. */
export function memoryLink(): [Duplex, Duplex] {
  const held: [(() => void) | undefined, (() => void) | undefined] = [undefined, undefined]
  const end = (me: 0 | 1): Duplex => {
    const peer = 1 - me
    const pass = (chunk: Uint8Array, done: () => void): void => {
      const other = ends[peer] as Duplex
      if (other.destroyed || other.push(chunk)) done()
      else held[peer] = done
    }
    return new Duplex({
      allowHalfOpen: false,
      // the next chunk is asked for only when this one has been read
      readableHighWaterMark: 1,
      writableHighWaterMark: 1024 * 1024,
      read() {
        const go = held[me]
        held[me] = undefined
        go?.()
      },
      write: (chunk: Buffer, _encoding, done) => pass(chunk, done),
      writev: (chunks, done) => pass(Buffer.concat(chunks.map((c) => c.chunk as Buffer)), done),
      final(done) {
        ends[peer]?.push(null)
        done()
      },
      destroy(error, done) {
        ends[peer]?.destroy()
        done(error)
      },
    })
  }
  const ends: [Duplex, Duplex] = [end(0), end(1)]
  return ends
}
