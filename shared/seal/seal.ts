// Sealed boxes: a text only the holder of one X25519 key can read. ECDH with a fresh key per box, HKDF-SHA-256 (RFC 5869),
// AES-256-GCM; the two public keys are bound into the derived key, the purpose into the authenticated data.
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** Starts every sealed box, so that a plain text is never taken for one. */
const PREFIX = 'x1.'

export interface SealingKey {
  /** Raw 32 bytes, base64: what others seal to. */
  readonly publicKey: string
  /** PKCS#8 PEM: to be kept on this machine only. */
  readonly privatePem: string
}

export function makeSealingKey(): SealingKey {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return {
    publicKey: rawOf(publicKey).toString('base64'),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** True for what `seal` makes; says nothing about who can open it. */
export const isSealed = (text: string): boolean => text.startsWith(PREFIX)

/** Seals a text to a public key (raw, base64). `purpose` must be the same at both ends. Throws on a bad key. */
export function seal(publicKey: string, text: string, purpose: string): string {
  const theirs = publicKeyOf(Buffer.from(publicKey, 'base64'))
  const once = generateKeyPairSync('x25519')
  const oncePublic = rawOf(once.publicKey)
  const nonce = randomBytes(12)
  const key = derive(diffieHellman({ privateKey: once.privateKey, publicKey: theirs }), oncePublic, rawOf(theirs))
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return PREFIX + Buffer.concat([oncePublic, nonce, body]).toString('base64')
}

/** Opens a sealed box with a private key (PKCS#8 PEM). Throws when it was sealed to another key, for another purpose or altered. */
export function openSealed(privatePem: string, box: string, purpose: string): string {
  if (!isSealed(box)) throw new Error('not a sealed box')
  const bytes = Buffer.from(box.slice(PREFIX.length), 'base64')
  if (bytes.length < RAW + NONCE + TAG) throw new Error('a sealed box is too short')
  const privateKey = createPrivateKey(privatePem)
  const oncePublic = bytes.subarray(0, RAW)
  const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(oncePublic) })
  const key = derive(shared, oncePublic, rawOf(createPublicKey(privateKey)))
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(RAW, RAW + NONCE))
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(bytes.length - TAG))
  const text = decipher.update(bytes.subarray(RAW + NONCE, bytes.length - TAG))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

const RAW = 32
const NONCE = 12
const TAG = 16
/** SubjectPublicKeyInfo of X25519 up to the key (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex')

function derive(shared: Buffer, oncePublic: Buffer, theirPublic: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, Buffer.concat([oncePublic, theirPublic]), 'outrider sealed box', 32))
}

function publicKeyOf(raw: Buffer): KeyObject {
  if (raw.length !== RAW) throw new Error(`an X25519 key is ${RAW} bytes, got ${raw.length}`)
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' })
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(SPKI_HEAD.length)
}
