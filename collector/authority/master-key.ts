// The master key: what secrets at rest are sealed with (AES-256-GCM). Given by the settings, or made once and kept in a file
// only the collector's user can read.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeWhole } from './key-files.ts'

export interface MasterKey {
  /** Seals a text; `purpose` must be the same when it is opened. */
  seal(text: string, purpose: string): string
  /** Throws SealProblem: sealed by another key, altered, or nothing we made. */
  open(sealed: string, purpose: string): string
}

export class SealProblem extends Error {
  override name = 'SealProblem'
}

/** Shortest text taken for a key: 32 hex digits are 128 bits. */
export const MIN_KEY_LENGTH = 32
const PREFIX = 'sk1'
const NONCE = 12
const TAG = 16

/** From the settings' text. Throws SealProblem when it is too short to be a key. */
export function masterKeyOf(text: string): MasterKey {
  const trimmed = text.trim()
  if (trimmed.length < MIN_KEY_LENGTH)
    throw new SealProblem(
      `the sealing key is shorter than ${MIN_KEY_LENGTH} characters; make one: openssl rand -hex 32`,
    )
  const key = Buffer.from(hkdfSync('sha256', trimmed, 'outrider', 'sealing at rest', 32))
  // tells another key from a damaged text, and nothing about the key
  const mark = createHmac('sha256', key).update('which key').digest('hex').slice(0, 16)
  return {
    seal(plain, purpose) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
      const body = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${PREFIX}.${mark}.${body.toString('base64')}`
    },
    open(sealed, purpose) {
      const [prefix, by, text] = sealed.trim().split('.')
      const body = Buffer.from(text ?? '', 'base64')
      if (prefix !== PREFIX || body.length < NONCE + TAG) throw new SealProblem('it is damaged')
      if (by !== mark) throw new SealProblem('it was sealed with another key')
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE)).setAAD(Buffer.from(purpose))
      decipher.setAuthTag(body.subarray(body.length - TAG))
      try {
        const plain = decipher.update(body.subarray(NONCE, body.length - TAG))
        return Buffer.concat([plain, decipher.final()]).toString('utf8')
      } catch {
        throw new SealProblem('it is damaged')
      }
    },
  }
}

/**
 * Reads the key file. With `mayMake` a missing one is made (mode 0600): only where nothing has been sealed yet. Throws
 * SealProblem when there is none or it cannot be read.
 */
export function openMasterKeyFile(file: string, mayMake: boolean): MasterKey {
  if (!existsSync(file)) {
    if (!mayMake)
      throw new SealProblem(`${file} is missing; put it back from your backup, or give the key as OUTRIDER_SEAL_KEY`)
    writeWhole(file, `${randomBytes(32).toString('hex')}\n`)
  }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new SealProblem(`${file} cannot be read (${(error as Error).message}); give it to the user that runs this`)
  }
  return masterKeyOf(text)
}
