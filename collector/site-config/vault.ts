// Secrets at rest: sealed under the collector's own key, which is a file only its user can read. They are opened only to be
// sealed again, to the agent that needs them.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { makeSealingKey, openSealed, seal } from '#shared/seal/seal.ts'

export interface Vault {
  /** `place` is what the secret is of: a box moved to another place cannot be opened. */
  seal(text: string, place: string): string
  /** Throws when the key is another one than the box was sealed under. */
  open(box: string, place: string): string
}

/** Reads the key file, or makes it (mode 0600). Throws when the file is there and is no X25519 key. */
export function openVault(file: string): Vault {
  if (!existsSync(file)) {
    // written beside and renamed: a crash leaves a whole key or none
    writeFileSync(`${file}.new`, makeSealingKey().privatePem, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  chmodSync(file, 0o600)
  return vaultOf(readFileSync(file, 'utf8'))
}

/** A vault under a key in memory (PKCS#8 PEM). */
export function vaultOf(privatePem: string): Vault {
  const key = createPrivateKey(privatePem)
  if (key.asymmetricKeyType !== 'x25519') throw new Error('the key of the vault is not an X25519 key')
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')
  return {
    seal: (text, place) => seal(raw, text, `collector ${place}`),
    open: (box, place) => openSealed(privatePem, box, `collector ${place}`),
  }
}
