// Files of real blocks that are given up when the disk is full: one so that records still get in, and a small one so
// that deleting is always possible, since even a deletion must be written before it frees anything.
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const BLOCK = Buffer.alloc(64 * 1024, 1)

export interface Reserve {
  /** Makes the file when it is missing and the disk has more than twice its size left, or at once when `now`. */
  keep(now?: boolean): void
  /** Gives its blocks back; true when there were any. */
  release(): boolean
  readonly held: boolean
}

/** A file of `bytes` at `path`; 0 means there is none. */
export function createReserve(path: string, bytes: number): Reserve {
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  let held = false
  return {
    keep(now = false) {
      if (bytes === 0) return
      try {
        held = size() >= bytes
        if (held || (!now && room(path) < 2 * bytes)) return
        const file = openSync(path, 'w', 0o600)
        try {
          for (let left = bytes; left > 0; left -= BLOCK.length) writeSync(file, BLOCK, 0, Math.min(left, BLOCK.length))
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
        held = true
      } catch {
        // Without room there is none; a half-made one must not take the last blocks.
        rmSync(path, { force: true })
      }
    },
    release() {
      const had = held
      rmSync(path, { force: true })
      held = false
      return had
    },
    get held() {
      return held
    },
  }
}

function room(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize
}
