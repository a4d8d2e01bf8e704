// What a certificate says, and whether this agent may take it for its own.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'

export interface CertificateFacts {
  /** Wall ms. */
  readonly notBefore: number
  readonly notAfter: number
  /** SHA-256 of the public key (SPKI), hex in pairs: what operator and site compare. */
  readonly fingerprint: string
  /** Upper-case hex. */
  readonly serial: string
}

export type CertificateFault =
  | 'unreadable'
  | 'other-key'
  | 'other-name'
  | 'other-authority'
  | 'an-authority'
  | 'not-yet-valid'
  | 'expired'

export type CertificateCheck =
  | { readonly ok: true; readonly facts: CertificateFacts }
  | { readonly ok: false; readonly fault: CertificateFault; readonly facts?: CertificateFacts }

/** A certificate that begins this much later than the clock says is taken: clocks differ a little. */
const CLOCK_DOUBT_MS = 300_000
const MAX_CERTIFICATES = 16
const MAX_CHAIN = 4

/**
 * Checks a certificate (PEM, intermediates may follow it) against the private key it must be on, the agent it must name,
 * the authorities (PEM, one after the other) it must come from and the time. Never throws.
 */
export function checkCertificate(
  pem: string,
  expected: { readonly key: string; readonly agent: string; readonly ca: string; readonly now: number },
): CertificateCheck {
  const chain = certificatesIn(pem)
  const own = chain?.[0]
  const authorities = certificatesIn(expected.ca)
  if (own === undefined || chain === undefined || authorities === undefined) return { ok: false, fault: 'unreadable' }
  const facts = factsOf(own)
  const bad = (fault: CertificateFault) => ({ ok: false, fault, facts }) as const
  try {
    if (!own.checkPrivateKey(createPrivateKey(expected.key))) return bad('other-key')
  } catch {
    return bad('other-key')
  }
  const names = own.subject.split('\n').filter((line) => line.startsWith('CN='))
  if (names.length !== 1 || names[0] !== `CN=${expected.agent}`) return bad('other-name')
  if (own.ca) return bad('an-authority')
  if (expected.now >= facts.notAfter) return bad('expired')
  if (expected.now + CLOCK_DOUBT_MS < facts.notBefore) return bad('not-yet-valid')
  if (!comesFrom(own, chain.slice(1), authorities, expected.now)) return bad('other-authority')
  return { ok: true, facts }
}

/** The first certificate of a PEM text; undefined when there is none that can be read. */
export function readFacts(pem: string): CertificateFacts | undefined {
  const [own] = certificatesIn(pem) ?? []
  return own && factsOf(own)
}

/** True when the private key (PEM) is that of the certificate. */
export function isPair(key: string, certificate: string): boolean {
  try {
    return certificatesIn(certificate)?.[0]?.checkPrivateKey(createPrivateKey(key)) ?? false
  } catch {
    return false
  }
}

/** The authorities of a PEM text, each with its pin; undefined when one cannot be read or is no authority. */
export function readAuthorities(pem: string): readonly { readonly pem: string; readonly pin: string }[] | undefined {
  const found = certificatesIn(pem)
  if (found === undefined || found.length === 0 || found.some((one) => !one.ca)) return undefined
  return found.map((one) => ({ pem: one.toString(), pin: pinOf(one.publicKey) }))
}

/** base64url SHA-256 of the public key (SPKI): the last part of an enrolment token. */
export function pinOf(key: KeyObject): string {
  return digest(key).digest('base64url')
}

/** Of a private key, PEM: SHA-256 of its public half, hex in pairs. */
export function fingerprintOf(key: string): string {
  return inPairs(digest(createPublicKey(createPrivateKey(key))).digest('hex'))
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    fingerprint: inPairs(digest(certificate.publicKey).digest('hex')),
    serial: certificate.serialNumber,
  }
}

function comesFrom(
  own: X509Certificate,
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  now: number,
): boolean {
  let current = own
  for (let step = 0; step < MAX_CHAIN; step++) {
    if (authorities.some((one) => one.ca && isValid(one, now) && isIssuedBy(current, one))) return true
    const next = between.find((one) => one.ca && isValid(one, now) && one !== current && isIssuedBy(current, one))
    if (next === undefined) return false
    current = next
  }
  return false
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return one.checkIssued(issuer) && one.verify(issuer.publicKey)
  } catch {
    return false
  }
}

const isValid = (one: X509Certificate, now: number) =>
  now + CLOCK_DOUBT_MS >= one.validFromDate.getTime() && now < one.validToDate.getTime()

function certificatesIn(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length > MAX_CERTIFICATES) return undefined
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return undefined
  }
}

const digest = (key: KeyObject) => createHash('sha256').update(key.export({ type: 'spki', format: 'der' }))

const inPairs = (hex: string) => (hex.match(/../g) ?? []).join(':')
