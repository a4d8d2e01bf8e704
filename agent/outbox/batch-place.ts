// Binds a stored batch to its place: a flipped bit in its numbers must not move it elsewhere in the stream.
import { crc32 } from 'node:zlib'

/** Check of a batch's lane, numbers and body hash. */
export function placeOf(lane: string, first: number, count: number, hash: string): number {
  return crc32(`${lane}|${first}|${count}|${hash}`)
}

/** What a batch out of its place is: a damaged file (11 is SQLITE_CORRUPT), which is stood aside. */
export function misplaced(lane: string, first: number): Error {
  return Object.assign(new Error(`a batch of lane ${lane} stands at ${first}, which is not its place`), { errcode: 11 })
}
