// Whether a folder takes a file and how long the disk needs to keep it.
import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** ms of one write with sync. The file is gone afterwards, whatever happens. */
export async function tryWrite(dir: string): Promise<number> {
  const path = join(dir, `.doctor-${randomUUID()}`)
  const started = performance.now()
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.write(Buffer.alloc(4096, 1))
      await file.sync()
    } finally {
      await file.close()
    }
    return performance.now() - started
  } finally {
    await rm(path, { force: true })
  }
}
