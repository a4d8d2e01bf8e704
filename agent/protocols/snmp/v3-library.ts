// What net-snmp needs from outside. CBC-DES (RFC 3414 8): its own asks OpenSSL for single DES, which OpenSSL 3 only has in a legacy provider
// that is not loaded; triple DES with three equal keys is the same cipher.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Authentication, Encryption, PrivProtocols } from 'net-snmp'

/** Puts working functions into the library's table of ciphers. Idempotent. */
export function repairDes(): void {
  const entry = Encryption.algorithms[PrivProtocols.des]
  if (entry === undefined) return
  entry.encryptPdu = (plain, _priv, password, authProtocol, engine) => {
    const key = Authentication.passwordToKey(authProtocol, password, engine.engineID)
    const salt = randomBytes(8)
    const padded = Buffer.concat([plain, Buffer.alloc((8 - (plain.length % 8)) % 8)])
    const cipher = createCipheriv('des-ede3-cbc', tripled(key), xor(key.subarray(8, 16), salt))
    cipher.setAutoPadding(false)
    return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt }
  }
  entry.decryptPdu = (encrypted, _priv, salt, password, authProtocol, engine) => {
    const key = Authentication.passwordToKey(authProtocol, password, engine.engineID)
    const decipher = createDecipheriv('des-ede3-cbc', tripled(key), xor(key.subarray(8, 16), salt))
    decipher.setAutoPadding(false)
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  }
}

/** Its cache of localised keys grows with every engine id a device ever claimed: emptied when it is beyond any fleet. */
export function boundKeyCache(): void {
  const cache = Authentication.authToKeyCache
  const keys = Object.keys(cache)
  if (keys.length > MAX_CACHED_KEYS) for (const key of keys) delete cache[key]
}

function tripled(key: Buffer): Buffer {
  const des = key.subarray(0, 8)
  return Buffer.concat([des, des, des])
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)))
}

const MAX_CACHED_KEYS = 20_000
