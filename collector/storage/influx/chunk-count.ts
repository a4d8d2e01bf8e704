import { readChunk } from '../sqlite/sample-codec.ts'

/** Number of samples in a chunk. */
export function countSamples(data: Uint8Array): number {
  let count = 0
  readChunk(data, () => {
    count++
  })
  return count
}
