// The key that signs commands. Made at the first start, kept in a file only the collector's user can read.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { canonicalJson, type Order, type SignedCommand } from '#shared/wire/command.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'

export interface CommandKey {
  /** Base64 SPKI: what agents trust. */
  readonly publicKey: string
  sign(order: Order): SignedCommand
  /** Base64 Ed25519 signature of the UTF-8 bytes of a text. Whoever signs makes the text one that is nothing else. */
  signText(text: string): string
}

/** Reads the key file, or makes it (mode 0600). Throws when the file is there and is no Ed25519 key. */
export function openCommandKey(file: string): CommandKey {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    // written beside and renamed: a crash leaves a whole key or none
    writeFileSync(`${file}.new`, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  chmodSync(file, 0o600)
  return commandKeyOf(createPrivateKey(readFileSync(file)))
}

/** Signs with a key in memory (tests). */
export function commandKeyOf(privateKey: KeyObject): CommandKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('the command key is not an Ed25519 key')
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  const signText = (text: string): string => sign(null, Buffer.from(text), privateKey).toString('base64')
  return {
    publicKey,
    sign(order) {
      const text = canonicalJson(order)
      return { version: WIRE_VERSION, order: text, signature: signText(text) }
    },
    signText,
  }
}
