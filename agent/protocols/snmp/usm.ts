// User-based security model (RFC 3414, 3826, 7860): keys from passwords, digests, ciphers. Notifications only need
// this small part, and need it before anything of the message is believed.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import type { SnmpCredentials } from '../../devices/device.ts'

export interface UsmUser {
  readonly name: string
  readonly level: NonNullable<SnmpCredentials['level']>
  readonly authProtocol?: SnmpCredentials['authProtocol']
  readonly authKey?: string
  readonly privProtocol?: SnmpCredentials['privProtocol']
  readonly privKey?: string
}

type Auth = NonNullable<SnmpCredentials['authProtocol']>
type Priv = NonNullable<SnmpCredentials['privProtocol']>

const AUTH: Readonly<Record<Auth, { readonly hash: string; readonly digestBytes: number }>> = {
  md5: { hash: 'md5', digestBytes: 12 },
  sha: { hash: 'sha1', digestBytes: 12 },
  sha224: { hash: 'sha224', digestBytes: 16 },
  sha256: { hash: 'sha256', digestBytes: 24 },
  sha384: { hash: 'sha384', digestBytes: 32 },
  sha512: { hash: 'sha512', digestBytes: 48 },
}
const PRIV_KEY_BYTES: Readonly<Record<Priv, number>> = { des: 16, aes: 16, aes256b: 32, aes256r: 32 }

/** Keys of one user for one engine. */
export interface LocalKeys {
  readonly digestBytes: number
  /** Truncated HMAC over the whole message, whose digest field must be zero. */
  digest(message: Uint8Array): Buffer
  /** Throws when the length cannot be right. `salt` is msgPrivacyParameters, 8 bytes. */
  decrypt(bytes: Uint8Array, salt: Uint8Array, boots: number, time: number): Buffer
  encrypt(bytes: Uint8Array, salt: Uint8Array, boots: number, time: number): Buffer
}

export interface PreparedUser {
  readonly user: UsmUser
  /** 0 noAuthNoPriv, 1 authNoPriv, 3 authPriv: the low bits of msgFlags. */
  readonly flags: 0 | 1 | 3
  readonly digestBytes: number
  /** Cheap (a few hashes) but for aes256r with a short hash, where a second password expansion is needed: cache it. */
  keysFor(engineId: Uint8Array): LocalKeys
}

/** Expands the passwords once (1 MB of hashing each). Throws when a key the level needs is missing. */
export function prepareUser(user: UsmUser): PreparedUser {
  const flags = user.level === 'authPriv' ? 3 : user.level === 'authNoPriv' ? 1 : 0
  const auth = user.authProtocol ?? 'sha'
  const { digestBytes, hash: name } = AUTH[auth]
  if (flags > 0 && !user.authKey) throw new Error(`SNMPv3 user ${user.name}: level ${user.level} needs an auth key`)
  if (flags === 3 && !user.privKey) throw new Error(`SNMPv3 user ${user.name}: level ${user.level} needs a priv key`)
  const authKu = flags > 0 ? expandPassword(name, user.authKey as string) : undefined
  const privKu = flags === 3 ? expandPassword(name, user.privKey as string) : undefined
  const priv = user.privProtocol ?? 'aes'
  return {
    user,
    flags,
    digestBytes: flags === 0 ? 0 : digestBytes,
    keysFor(engineId) {
      const authKey = authKu && createSecretKey(localise(name, authKu, engineId))
      const privKey = privKu && (() => privacyKey(name, priv, localise(name, privKu, engineId), engineId))
      return localKeys(name, digestBytes, priv, authKey, privKey)
    },
  }
}

/** True when both are equal; takes the same time wherever they differ. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function localKeys(
  name: string,
  digestBytes: number,
  priv: Priv,
  authKey: KeyObject | undefined,
  makePrivKey: (() => Buffer) | undefined,
): LocalKeys {
  const des = priv === 'des'
  const algorithm = des ? 'des-ede3-cbc' : priv === 'aes' ? 'aes-128-cfb' : 'aes-256-cfb'
  let made: { readonly key: KeyObject; readonly preIv: Buffer } | undefined
  // Made when first needed, so that a forged message with an invented engine id costs no more than its digest.
  function cipherKey() {
    if (made) return made
    if (!makePrivKey) throw new Error('user has no priv key')
    const bytes = makePrivKey()
    // Single DES is gone from OpenSSL's default provider; 3DES with three equal keys is the same function.
    const key = createSecretKey(des ? Buffer.concat(Array(3).fill(bytes.subarray(0, 8))) : bytes)
    made = { key, preIv: bytes.subarray(8, 16) }
    return made
  }
  const iv = Buffer.alloc(des ? 8 : 16)
  function setIv(preIv: Uint8Array, salt: Uint8Array, boots: number, time: number): Buffer {
    if (salt.length !== 8) throw new Error(`privacy parameters of ${salt.length} bytes`)
    if (des) {
      for (let i = 0; i < 8; i++) iv[i] = (preIv[i] as number) ^ (salt[i] as number)
    } else {
      iv.writeUInt32BE(boots, 0)
      iv.writeUInt32BE(time, 4)
      iv.set(salt, 8)
    }
    return iv
  }
  return {
    digestBytes,
    digest(message) {
      if (!authKey) throw new Error('user has no auth key')
      return createHmac(name, authKey).update(message).digest().subarray(0, digestBytes)
    },
    decrypt(bytes, salt, boots, time) {
      const { key, preIv } = cipherKey()
      if (des && bytes.length % 8 !== 0) throw new Error('encrypted data is not whole DES blocks')
      const decipher = createDecipheriv(algorithm, key, setIv(preIv, salt, boots, time))
      if (des) decipher.setAutoPadding(false)
      return decipher.update(bytes)
    },
    encrypt(bytes, salt, boots, time) {
      const { key, preIv } = cipherKey()
      const cipher = createCipheriv(algorithm, key, setIv(preIv, salt, boots, time))
      if (!des) return cipher.update(bytes)
      cipher.setAutoPadding(false)
      const padded = Buffer.alloc(Math.ceil(bytes.length / 8) * 8)
      padded.set(bytes)
      return cipher.update(padded)
    },
  }
}

/** RFC 3414 A.2: the password repeated to 1 MB and hashed. */
function expandPassword(name: string, password: string | Uint8Array): Buffer {
  const fill = Buffer.from(password as string)
  if (fill.length === 0) throw new Error('empty SNMPv3 password')
  return hash(name, Buffer.alloc(1024 * 1024, fill), 'buffer')
}

function localise(name: string, ku: Uint8Array, engineId: Uint8Array): Buffer {
  return hash(name, Buffer.concat([ku, engineId, ku]), 'buffer')
}

/** Extends a short key: Blumenthal by hashing what there is, Reeder by expanding the last part as a password. */
function privacyKey(name: string, priv: Priv, kul: Buffer, engineId: Uint8Array): Buffer {
  const wanted = PRIV_KEY_BYTES[priv]
  let key = kul
  let last = kul
  while (key.length < wanted) {
    last = priv === 'aes256r' ? localise(name, expandPassword(name, last), engineId) : hash(name, key, 'buffer')
    key = Buffer.concat([key, last])
  }
  return key.subarray(0, wanted)
}
