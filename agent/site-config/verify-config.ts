// Is it the collector's? The key is the one that signs commands; what is signed says that it is a configuration.
import { createPublicKey, verify } from 'node:crypto'

/** A check of base64 Ed25519 signatures; undefined when no key is known. Throws TypeError when it is no Ed25519 key. */
export function verifierOf(commandKey: string): ((text: string, signature: string) => boolean) | undefined {
  if (commandKey === '') return undefined
  const key = createPublicKey({ key: Buffer.from(commandKey, 'base64'), format: 'der', type: 'spki' })
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the command key is not an Ed25519 key')
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
}
