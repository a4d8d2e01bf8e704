// Files that people attach, on the collector's disk: one file each, named by its id only, never by what somebody called it.
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

export interface AttachmentFiles {
  /** Writes a stream, at most `limit` bytes of it; the file is there with all of it or not at all. */
  save(id: string, from: AsyncIterable<Uint8Array>, limit: number): Promise<SavedFile | 'too-large' | 'no-space'>
  /** Undefined when it is not there. */
  read(id: string): { readonly stream: Readable; readonly size: number } | undefined
  remove(id: string): Promise<void>
  /** Removes what is none of `known`: left over from a crash between file and row. Answers how many. */
  keepOnly(known: ReadonlySet<string>): number
}

export interface SavedFile {
  readonly size: number
  /** Hex. */
  readonly sha256: string
  /** By its first bytes: one of IMAGE_TYPES, else application/octet-stream. */
  readonly type: string
}

/** A disk with less than this is left alone. */
const LEAST_FREE = 256 * 1024 * 1024
const HEAD_BYTES = 16

/** `dir` is made when the first file comes. */
export function createAttachmentFiles(dir: string, leastFree = LEAST_FREE): AttachmentFiles {
  const pathOf = (id: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('not an id of an attachment')
    return join(dir, id)
  }
  return {
    async save(id, from, limit) {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      const { bavail, bsize } = statfsSync(dir)
      if (bavail * bsize < leastFree) return 'no-space'
      const part = `${pathOf(id)}.part`
      const file = await open(part, 'wx', 0o600)
      const hash = createHash('sha256')
      let head = new Uint8Array()
      let size = 0
      try {
        for await (const chunk of from) {
          size += chunk.length
          if (size > limit) break
          if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)])
          hash.update(chunk)
          await file.write(chunk)
        }
        if (size <= limit) await file.sync()
      } catch (error) {
        size = Number.POSITIVE_INFINITY
        throw error
      } finally {
        await file.close()
        if (size > limit) await rm(part, { force: true })
      }
      if (size > limit) return 'too-large'
      await rename(part, pathOf(id))
      return { size, sha256: hash.digest('hex'), type: imageTypeOf(head) ?? 'application/octet-stream' }
    },
    read(id) {
      const path = pathOf(id)
      const stat = statSync(path, { throwIfNoEntry: false })
      return stat && { stream: createReadStream(path), size: stat.size }
    },
    remove: (id) => rm(pathOf(id), { force: true }),
    keepOnly(known) {
      let removed = 0
      for (const name of namesIn(dir)) {
        if (known.has(name)) continue
        rmSync(join(dir, name), { force: true })
        removed++
      }
      return removed
    },
  }
}

/** Pictures that may be shown beside a note; a picture is what its bytes say, whatever it is called. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const

function imageTypeOf(head: Uint8Array): (typeof IMAGE_TYPES)[number] | undefined {
  const text = Buffer.from(head).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  return text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP' ? 'image/webp' : undefined
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
