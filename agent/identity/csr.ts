// A new key on P-256 and its certification request (PKCS#10, RFC 2986). By hand: the request is one fixed form of 200
// bytes, and a library for all of X.509 would keep some 20 MB in an idle agent after its first renewal.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

export interface KeyRequest {
  /** PKCS#8, PEM. */
  readonly key: string
  /** PKCS#10, PEM. Its subject is only for people: the collector writes the name it knows. */
  readonly csr: string
}

/** Makes a key and a request that proves its possession. */
export function makeKeyRequest(commonName: string): KeyRequest {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key, csr: requestFor(key, commonName) }
}

/** The request for a key that is there already. */
export function requestFor(key: string, commonName: string): string {
  const privateKey = createPrivateKey(key)
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const name = Buffer.from(commonName.slice(0, 64))
  const subject = tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, COMMON_NAME, tlv(UTF8_STRING, name))))
  const info = tlv(SEQUENCE, tlv(INTEGER, Buffer.from([0])), subject, spki, tlv(ATTRIBUTES))
  // ECDSA-Sig-Value (RFC 3279 2.2.3) is what sign() makes for DER.
  const signature = sign('sha256', info, { key: privateKey, dsaEncoding: 'der' })
  const algorithm = tlv(SEQUENCE, ECDSA_WITH_SHA256)
  const request = tlv(SEQUENCE, info, algorithm, tlv(BIT_STRING, Buffer.from([0]), signature))
  const lines = request.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`
}

const INTEGER = 0x02
const BIT_STRING = 0x03
const UTF8_STRING = 0x0c
const SEQUENCE = 0x30
const SET = 0x31
/** [0] IMPLICIT, empty (RFC 2986 4.1). */
const ATTRIBUTES = 0xa0
/** 2.5.4.3 */
const COMMON_NAME = Buffer.from('0603550403', 'hex')
/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), body])
}
