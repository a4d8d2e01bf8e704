// An open log file and the questions that tell whether it is still the file we think it is.
import { hash } from 'node:crypto'
// Not from node:fs/promises, which loads a readline, for good: here it is loaded when the first file is opened.
import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { FilePlace } from './log-file.ts'

export interface OpenLog {
  /** Start of the next line to read. */
  readonly offset: number
  /**
   * Up to `bytes` from the offset; does not advance. `rewritten` after copy and truncate: it is shorter than what we
   * read, or begins differently. Asked after the reading, so what is given really continues what was read before.
   */
  read(bytes: number): Promise<Buffer | 'rewritten'>
  /** These bytes, as they were read from the offset, are used up. */
  advance(used: Buffer): void
  /** To where a place says, which must have been found to be in this file. */
  seek(place: FilePlace): Promise<void>
  skipToEnd(): Promise<void>
  /** From the start again, as a new file. */
  restart(): void
  /** Rename and create: the path now names another file. False while nothing new stands there. */
  wasReplaced(path: string): Promise<boolean>
  isAt(place: FilePlace): Promise<boolean>
  /** Where it will be read from when `ahead`, as read from the offset, has been used. */
  place(ahead?: Buffer): Promise<FilePlace>
  close(): Promise<void>
}

const FINGERPRINT_BYTES = 256

/** Opens the file at its start; undefined when there is none. Throws when it is not a regular file. */
export async function openLog(path: string): Promise<OpenLog | undefined> {
  try {
    return wrap(await openRegular(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The file in the same folder that used to be at `path` (log.1, log-20261122), by inode and first bytes. */
export async function rotatedCopyOf(path: string, place: FilePlace): Promise<string | undefined> {
  const folder = dirname(path)
  const names = (await fs.promises.readdir(folder)).filter(
    (name) => name.startsWith(basename(path)) && name !== basename(path),
  )
  for (const name of names) {
    const candidate = join(folder, name)
    const facts = await fs.promises.stat(candidate, { bigint: true }).catch(() => undefined)
    if (!facts?.isFile() || String(facts.ino) !== place.inode) continue
    const file = await openLog(candidate)
    if (!file) continue
    const same = await file.isAt(place)
    await file.close()
    if (same) return candidate
  }
  return undefined
}

export function fingerprintOf(firstBytes: Uint8Array): string {
  return hash('sha256', firstBytes, 'hex')
}

async function openRegular(path: string): Promise<FileHandle> {
  const facts = await fs.promises.stat(path)
  if (!facts.isFile()) throw new Error('it is not a regular file')
  return fs.promises.open(path, 'r')
}

function wrap(handle: FileHandle): OpenLog {
  let offset = 0
  /** The first bytes of what was read: an appending writer never changes them. */
  let head: Buffer = Buffer.alloc(0)

  async function bytesAt(position: number, count: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(count)
    const { bytesRead } = await handle.read(buffer, 0, count, position)
    return buffer.subarray(0, bytesRead)
  }

  async function stillContinues(end: number): Promise<boolean> {
    if ((await handle.stat()).size < end) return false
    return head.equals(await bytesAt(0, head.length))
  }

  const headWith = (used: Buffer): Buffer =>
    head.length === FINGERPRINT_BYTES || head.length < offset
      ? head
      : Buffer.concat([head, used.subarray(0, FINGERPRINT_BYTES - head.length)])

  return {
    get offset() {
      return offset
    },
    async read(bytes) {
      const chunk = await bytesAt(offset, bytes)
      return (await stillContinues(offset + chunk.length)) ? chunk : 'rewritten'
    },
    advance(used) {
      head = headWith(used)
      offset += used.length
    },
    async seek(place) {
      head = await bytesAt(0, place.fingerprintBytes)
      offset = place.offset
    },
    async skipToEnd() {
      offset = (await handle.stat()).size
      head = await bytesAt(0, Math.min(FINGERPRINT_BYTES, offset))
    },
    restart() {
      offset = 0
      head = Buffer.alloc(0)
    },
    async wasReplaced(path) {
      const [now, ours] = await Promise.all([
        fs.promises.stat(path, { bigint: true }).catch(() => undefined),
        handle.stat({ bigint: true }),
      ])
      return now !== undefined && (now.ino !== ours.ino || now.dev !== ours.dev)
    },
    async isAt(place) {
      const facts = await handle.stat({ bigint: true })
      if (String(facts.ino) !== place.inode || Number(facts.size) < place.offset) return false
      return fingerprintOf(await bytesAt(0, place.fingerprintBytes)) === place.fingerprint
    },
    async place(ahead = Buffer.alloc(0)) {
      const { ino } = await handle.stat({ bigint: true })
      const first = headWith(ahead)
      return {
        inode: String(ino),
        offset: offset + ahead.length,
        fingerprint: fingerprintOf(first),
        fingerprintBytes: first.length,
      }
    },
    close: () => handle.close(),
  }
}
