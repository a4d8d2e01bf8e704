// Lets sources that can wait do so before memory is full, so that what is discarded then is only what could not wait.

export interface Room {
  /** Undefined while `bytes` in memory leave room; else resolves when there is room again. */
  wait(bytes: number): Promise<void> | undefined
  /** To be called when bytes have left memory. */
  freed(bytes: number): void
}

// Every connection may still hand over what it has read when it is told to wait, and all of them go on at once: with a
// few hundred of them that is more than half of the default memory.
const CLOSED_FROM = 1 / 4
const OPEN_BELOW = 1 / 8

/** Room within `memoryBytes`. Closes at a quarter, opens again below an eighth. */
export function createRoom(memoryBytes: number): Room {
  let waiting: PromiseWithResolvers<void> | undefined

  return {
    wait(bytes) {
      if (waiting === undefined && bytes >= memoryBytes * CLOSED_FROM) waiting = Promise.withResolvers<void>()
      return waiting?.promise
    },
    freed(bytes) {
      if (waiting === undefined || bytes >= memoryBytes * OPEN_BELOW) return
      waiting.resolve()
      waiting = undefined
    },
  }
}
