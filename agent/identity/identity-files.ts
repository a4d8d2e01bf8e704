// The files of an identity, `<dataDir>/identity/`. Each is replaced as a whole (written beside, flushed, renamed), a key
// and its certificate are one file: after a crash or on a full disk there is always the old pair or the new one.
import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

export interface KeyPair {
  /** PKCS#8, PEM. */
  readonly key: string
  /** PEM; intermediates may follow. */
  readonly certificate: string
}

export type IdentityFile =
  | 'identity.json'
  /** Key and certificate in use. */
  | 'agent.pem'
  /** The pair before, while the new one has not been accepted by the broker. */
  | 'previous.pem'
  /** A new key that a certificate was asked for. */
  | 'pending.pem'
  | 'ca.pem'
  | 'sealing-key.pem'

export type IdentityFiles = ReturnType<typeof filesIn>

/** Those of a data folder. Reading and writing throw what the file system says. */
export const identityFiles = (dataDir: string) => filesIn(join(dataDir, 'identity'))

/** Files of one folder, 0600 in 0700. */
export function filesIn(dir: string) {
  const path = (name: IdentityFile) => join(dir, name)
  const read = (name: IdentityFile) => readFileSync(path(name), 'utf8')
  const readIfThere = (name: IdentityFile) => (existsSync(path(name)) ? read(name) : undefined)
  return {
    dir,
    exists: () => existsSync(path('identity.json')),
    read,
    readIfThere,
    write: (name: IdentityFile, text: string) => replaceFile(dir, name, text),
    remove: (name: IdentityFile) => rmSync(path(name), { force: true }),
    /** undefined when there is none or it is not a key followed by a certificate. */
    readPair(name: 'agent.pem' | 'previous.pem'): KeyPair | undefined {
      const text = readIfThere(name)
      const [, key, certificate] = PAIR.exec(text ?? '') ?? []
      return key === undefined || certificate === undefined ? undefined : { key, certificate }
    },
    writePair: (name: 'agent.pem' | 'previous.pem', pair: KeyPair) => replaceFile(dir, name, textOf(pair)),
  }
}

/** Text of a pair as it stands in its file. */
export const textOf = ({ key, certificate }: KeyPair) => `${key.trim()}\n${certificate.trim()}\n`

/** Puts a whole folder of files in the place of another; the old one is gone or still whole afterwards. */
export function replaceFolder(dir: string, files: Readonly<Partial<Record<IdentityFile, string>>>): void {
  const fresh = `${dir}.new`
  const old = `${dir}.old`
  mendFolder(dir)
  rmSync(fresh, { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) replaceFile(fresh, name, text)
  rmSync(old, { recursive: true, force: true })
  if (existsSync(dir)) renameSync(dir, old)
  renameSync(fresh, dir)
  flush(join(dir, '..'))
  rmSync(old, { recursive: true, force: true })
}

/** Ends a `replaceFolder` that was cut off between its two renamings: the new folder is complete then. */
export function mendFolder(dir: string): void {
  if (!existsSync(dir) && existsSync(`${dir}.old`) && existsSync(`${dir}.new`)) renameSync(`${dir}.new`, dir)
}

/**
 * Writes beside, flushes, renames, flushes the folder. Throws without having changed anything. Written by root, a file
 * belongs to whom its folder belongs: the agent runs as another user.
 */
export function replaceFile(dir: string, name: string, text: string): void {
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    giveTo(join(dir, '..'), (uid, gid) => chownSync(dir, uid, gid))
  }
  const beside = join(dir, `${name}.tmp`)
  try {
    rmSync(beside, { force: true })
    const handle = openSync(beside, 'wx', 0o600)
    try {
      giveTo(dir, (uid, gid) => fchownSync(handle, uid, gid))
      const bytes = Buffer.from(text)
      for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(beside, join(dir, name))
    flush(dir)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** To the owner of `folder`, as far as this process may. */
function giveTo(folder: string, give: (uid: number, gid: number) => void): void {
  if (process.getuid?.() !== 0) return
  try {
    const { uid, gid } = statSync(folder)
    give(uid, gid)
  } catch {
    // A root without the right to (a container, a file server): the file stays its own.
  }
}

/** A renaming lasts once its folder is on disk. */
function flush(dir: string): void {
  // A folder cannot be opened on Windows, where a renaming lasts by itself.
  if (process.platform === 'win32') return
  const handle = openSync(dir, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const PAIR =
  /^(-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n)((?:-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*)+)$/
