// Signs: certificates and revocation lists by one authority (RFC 5280).
import '#shared/seal/reflect-metadata.ts'
import { randomBytes, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509'

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000
const AUTHORITY_DAYS = 3652
/** The authority is older than its first certificate by this much: agents' clocks may be behind. */
const AUTHORITY_BACKDATED_MS = 2 * DAY
/** Certificates begin this much earlier than now, and no more than this share of their life: clocks differ. */
const BACKDATED_MS = 3_600_000
const BACKDATED_SHARE = 1 / 24
/** A broker refuses everybody when its list is older than that; the collector writes it anew long before. */
const CRL_DAYS = 90
const CRL_NUMBER = '2.5.29.20'

export interface Signer {
  readonly certificate: X509Certificate
  readonly key: CryptoKey
}

export interface Wish {
  readonly commonName: string
  readonly publicKey: PublicKey | CryptoKey
  readonly use: 'client' | 'server'
  /** DNS names and IP addresses, of servers. */
  readonly names?: readonly string[]
  readonly days: number
}

export const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

/** PKCS#8 PEM. */
export async function keyPem(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

/** The authority's own certificate: signs agents and servers, no further authorities. */
export async function selfSign(
  keys: webcrypto.CryptoKeyPair,
  commonName: string,
  now: number,
): Promise<X509Certificate> {
  return X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: nameOf(commonName),
    notBefore: new Date(now - AUTHORITY_BACKDATED_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
}

/** A certificate that ends no later than its authority. */
export async function issue({ certificate: ca, key }: Signer, wish: Wish, now: number): Promise<X509Certificate> {
  const { commonName, publicKey, use, names = [], days } = wish
  const usage = use === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth
  return X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: nameOf(commonName),
    issuer: ca.subjectName,
    notBefore: new Date(Math.max(now - Math.min(BACKDATED_MS, days * DAY * BACKDATED_SHARE), ca.notBefore.getTime())),
    notAfter: new Date(Math.min(now + days * DAY, ca.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage], false),
      ...(names.length > 0
        ? [new SubjectAlternativeNameExtension(names.map((n) => ({ type: isIP(n) ? 'ip' : 'dns', value: n })))]
        : []),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  })
}

/** Revocation list, PEM. */
export async function listRevoked(
  { certificate: ca, key }: Signer,
  revoked: readonly { readonly serial: string; readonly at: number }[],
  now: number,
): Promise<string> {
  const made = await X509CrlGenerator.create({
    issuer: ca.subjectName,
    thisUpdate: new Date(Math.max(now - BACKDATED_MS, ca.notBefore.getTime())),
    nextUpdate: new Date(now + CRL_DAYS * DAY),
    signingAlgorithm: ALGORITHM,
    signingKey: key,
    extensions: [
      await AuthorityKeyIdentifierExtension.create(ca.publicKey),
      new Extension(CRL_NUMBER, false, derInteger(now)),
    ],
    entries: revoked.map((r) => ({ serialNumber: r.serial, revocationDate: new Date(r.at) })),
  })
  return `${PemConverter.encode(made.rawData, 'X509 CRL')}\n`
}

/** 128 random bits behind a first byte that keeps the number positive and its length the same. Upper-case hex. */
function newSerial(): string {
  return `01${randomBytes(16).toString('hex')}`.toUpperCase()
}

/** As a structure: in a text `,` and `+` would have a meaning (RFC 4514). */
function nameOf(commonName: string): Name {
  return new Name([{ CN: [{ utf8String: commonName }] }])
}

function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const positive = (bytes[0] as number) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes])
  return new Uint8Array([2, positive.length, ...positive])
}
