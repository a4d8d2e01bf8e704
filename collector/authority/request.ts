// Certificate requests (PKCS#10, RFC 2986) of agents: only the key is taken from them, after its owner has signed.
import '#shared/seal/reflect-metadata.ts'
import { hash } from 'node:crypto'
import { Pkcs10CertificateRequest, type PublicKey } from '@peculiar/x509'

/** A request by an agent is some 450 characters. */
const MAX_REQUEST = 8192
const ONE_PEM = /^\s*-----BEGIN CERTIFICATE REQUEST-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE REQUEST-----\s*$/
const HASHES = new Set(['SHA-256', 'SHA-384', 'SHA-512'])

export interface CheckedRequest {
  readonly publicKey: PublicKey
  /** SHA-256 of the public key (SPKI), hex in pairs. */
  readonly fingerprint: string
}

/** Checks form, kind of key and signature; the subject is not looked at. */
export async function checkRequest(csr: string): Promise<CheckedRequest | { readonly refused: string }> {
  if (csr.length > MAX_REQUEST) return { refused: `the request is larger than ${MAX_REQUEST} characters` }
  if (!ONE_PEM.test(csr)) return { refused: 'that is not one PKCS#10 request in PEM' }
  try {
    const request = new Pkcs10CertificateRequest(csr)
    const { publicKey, signatureAlgorithm } = request
    if (!isTaken(publicKey)) return { refused: 'the key must be P-256 or Ed25519' }
    const digest = (signatureAlgorithm as { hash?: { name: string } }).hash?.name
    if (digest !== undefined && !HASHES.has(digest)) return { refused: `signed with ${digest}; use SHA-256` }
    if (!(await request.verify())) return { refused: 'the request is not signed by its own key' }
    return { publicKey, fingerprint: fingerprintOf(publicKey) }
  } catch {
    return { refused: 'the request cannot be read' }
  }
}

/** SHA-256 of the key's SPKI, hex in pairs. */
export function fingerprintOf(publicKey: PublicKey): string {
  return (hash('sha256', Buffer.from(publicKey.rawData), 'hex').match(/../g) ?? []).join(':')
}

function isTaken({ algorithm }: PublicKey): boolean {
  const { name, namedCurve } = algorithm as { name: string; namedCurve?: string }
  return (name === 'ECDSA' && namedCurve === 'P-256') || name === 'Ed25519'
}
