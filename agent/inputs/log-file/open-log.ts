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
  /** Up to `bytes` from the offset; does not advance. */
  read(bytes: number): Promise<Buffer>
  advance(bytes: number): void
  seek(offset: number): void
  skipToEnd(): Promise<void>
  /** Copy and truncate: it is shorter than what we read, or begins differently. */
  wasRewritten(): Promise<boolean>
  /** From the start again, as a new file. */
  restart(): Promise<void>
  /** Rename and create: the path now names another file. False while nothing new stands there. */
  wasReplaced(path: string): Promise<boolean>
  isAt(place: FilePlace): Promise<boolean>
  /** Where it will be read from when `ahead` bytes more have been used. */
  place(ahead?: number): Promise<FilePlace>
  close(): Promise<void>
}

const FINGERPRINT_BYTES = 256

/** Opens the file at its start; undefined when there is none. Throws when it is not a regular file. */
export async function openLog(path: string): Promise<OpenLog | undefined> {
  try {
    return wrap(await openRegular(path), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Opens a rotated copy where reading stopped. */
export async function openAt(path: string, offset: number): Promise<OpenLog> {
  return wrap(await openRegular(path), offset)
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
    const file = await openAt(candidate, 0)
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

function wrap(handle: FileHandle, start: number): OpenLog {
  let offset = start
  let head: { readonly fingerprint: string; readonly bytes: number } | undefined

  async function bytesAt(position: number, count: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(count)
    const { bytesRead } = await handle.read(buffer, 0, count, position)
    return buffer.subarray(0, bytesRead)
  }

  /** The fingerprint covers only bytes already read, which an appending writer no longer changes. */
  async function fingerprint(read = offset) {
    if (!head || head.bytes < Math.min(FINGERPRINT_BYTES, read)) {
      const bytes = await bytesAt(0, Math.min(FINGERPRINT_BYTES, read))
      head = { fingerprint: fingerprintOf(bytes), bytes: bytes.length }
    }
    return head
  }

  return {
    get offset() {
      return offset
    },
    read: (bytes) => bytesAt(offset, bytes),
    advance(bytes) {
      offset += bytes
    },
    seek(to) {
      offset = to
    },
    async skipToEnd() {
      offset = (await handle.stat()).size
    },
    async wasRewritten() {
      if ((await handle.stat()).size < offset) return true
      const { fingerprint: before, bytes } = await fingerprint()
      return fingerprintOf(await bytesAt(0, bytes)) !== before
    },
    async restart() {
      offset = 0
      head = undefined
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
    async place(ahead = 0) {
      const { ino } = await handle.stat({ bigint: true })
      const { fingerprint: text, bytes } = await fingerprint(offset + ahead)
      return { inode: String(ino), offset: offset + ahead, fingerprint: text, fingerprintBytes: bytes }
    },
    close: () => handle.close(),
  }
}
