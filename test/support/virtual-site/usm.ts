// User-based security for the simulated devices: key localisation, digests and ciphers (RFC 3414, 3826, 7860).
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

export interface UsmUser {
  readonly user: string
  readonly level: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'
  readonly authProtocol?: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
  readonly authKey?: string
  readonly privProtocol?: 'des' | 'aes' | 'aes256b' | 'aes256r'
  readonly privKey?: string
}

export interface UsmKeys {
  readonly level: UsmUser['level']
  /** Digest length on the wire, bytes. */
  readonly macLength: number
  mac(message: Uint8Array): Buffer
  encrypt(plain: Uint8Array, boots: number, time: number): { readonly data: Buffer; readonly salt: Buffer }
  decrypt(data: Uint8Array, salt: Uint8Array, boots: number, time: number): Buffer
}

const HASHES = {
  md5: 'md5',
  sha: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
} as const
const MAC_LENGTHS = { md5: 12, sha: 12, sha224: 16, sha256: 24, sha384: 32, sha512: 48 } as const

/** Keys of a user for one engine. */
export function usmKeysOf(user: UsmUser, engineId: Uint8Array): UsmKeys {
  const auth = user.authProtocol ?? 'sha'
  const hash = HASHES[auth]
  const macLength = MAC_LENGTHS[auth]
  const authKey = user.level === 'noAuthNoPriv' ? Buffer.alloc(0) : localise(hash, user.authKey ?? '', engineId)
  const priv = user.privProtocol ?? 'aes'
  const privKey =
    user.level === 'authPriv'
      ? extend(priv, hash, localise(hash, user.privKey ?? '', engineId), engineId)
      : Buffer.alloc(0)
  return {
    level: user.level,
    macLength,
    mac: (message) => createHmac(hash, authKey).update(message).digest().subarray(0, macLength),
    encrypt(plain, boots, time) {
      const salt = randomBytes(8)
      if (priv === 'des') {
        salt.writeUInt32BE(boots)
        const padded = Buffer.concat([plain, Buffer.alloc((8 - (plain.length % 8)) % 8)])
        const cipher = createCipheriv('des-ede3-cbc', tripled(privKey), xored(privKey.subarray(8, 16), salt))
        cipher.setAutoPadding(false)
        return { data: Buffer.concat([cipher.update(padded), cipher.final()]), salt }
      }
      const cipher = createCipheriv(aesName(priv), privKey, aesIv(boots, time, salt))
      return { data: Buffer.concat([cipher.update(plain), cipher.final()]), salt }
    },
    decrypt(data, salt, boots, time) {
      const decipher =
        priv === 'des'
          ? createDecipheriv('des-ede3-cbc', tripled(privKey), xored(privKey.subarray(8, 16), salt))
          : createDecipheriv(aesName(priv), privKey, aesIv(boots, time, salt))
      decipher.setAutoPadding(false)
      return Buffer.concat([decipher.update(data), decipher.final()])
    },
  }
}

/** RFC 3414 A.2: one megabyte of the repeated password, hashed, then bound to the engine. */
function localise(hash: string, password: string | Buffer, engineId: Uint8Array): Buffer {
  const bytes = Buffer.from(password)
  if (bytes.length === 0) throw new Error('empty key')
  const digest = createHash(hash).update(Buffer.alloc(1_048_576, bytes)).digest()
  return createHash(hash).update(digest).update(engineId).update(digest).digest()
}

function extend(priv: NonNullable<UsmUser['privProtocol']>, hash: string, key: Buffer, engineId: Uint8Array): Buffer {
  const need = priv === 'aes256b' || priv === 'aes256r' ? 32 : 16
  let out = key
  for (let last = key; out.length < need; ) {
    last = priv === 'aes256r' ? localise(hash, last, engineId) : createHash(hash).update(out).digest()
    out = Buffer.concat([out, last])
  }
  return out.subarray(0, need)
}

function aesName(priv: string): string {
  return priv === 'aes' ? 'aes-128-cfb' : 'aes-256-cfb'
}

/** RFC 3826 3.1.2.1 */
function aesIv(boots: number, time: number, salt: Uint8Array): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32BE(boots, 0)
  iv.writeUInt32BE(time, 4)
  iv.set(salt, 8)
  return iv
}

/** Single DES is in OpenSSL's legacy provider only; with three equal keys triple DES is the same. */
function tripled(key: Buffer): Buffer {
  const des = key.subarray(0, 8)
  return Buffer.concat([des, des, des])
}

function xored(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, n) => byte ^ (b[n] ?? 0)))
}
