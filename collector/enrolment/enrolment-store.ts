// What enrolment keeps, and how it is written: all of one step and its audit entry in one transaction.
import type { ENROLMENT_STATES, IDENTITY_STATES } from '#shared/http/enrolment.ts'
import type { AuditEntry } from '../storage/change-set.ts'

export interface StoredToken {
  readonly id: string
  readonly site: string
  /** SHA-256 of the secret, hex; the secret itself is never stored. */
  readonly hash: string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number
  readonly uses: number
  readonly used: number
  readonly preApproved: boolean
  readonly note: string
  readonly revokedAt: number | null
}

export interface StoredRequest {
  readonly id: string
  readonly token: string
  readonly site: string
  readonly state: (typeof ENROLMENT_STATES)[number]
  readonly at: number
  /** SHA-256 of the request's public key (SPKI), hex in pairs. */
  readonly fingerprint: string
  /** PKCS#10, PEM; '' once it is decided. */
  readonly csr: string
  /** X25519 public key, raw, base64. */
  readonly sealingKey: string
  readonly host: string
  readonly program: string
  readonly remoteAddress: string
  readonly addresses: readonly string[]
  /** SHA-256 of the pickup secret, hex. */
  readonly pickupHash: string
  readonly agent: string | null
  /** Of the certificate it was granted. */
  readonly serial: string | null
  readonly decidedBy: string | null
  readonly decidedAt: number | null
  /** Why it was rejected. */
  readonly reason: string | null
}

export interface StoredIdentity {
  readonly agent: string
  readonly site: string
  readonly state: (typeof IDENTITY_STATES)[number]
  readonly reason: string | null
  readonly enrolledAt: number
  readonly sealingKey: string
  readonly host: string
  readonly remoteAddress: string
}

export interface StoredCertificate {
  /** Upper-case hex. */
  readonly serial: string
  readonly agent: string
  readonly fingerprint: string
  readonly pem: string
  readonly notBefore: number
  readonly notAfter: number
  readonly issuedAt: number
  /** When it was first seen in a connection; null: not yet, or the broker does not tell. */
  readonly usedAt: number | null
  readonly revokedAt: number | null
}

/** One thing to write: inserted or replaced, or taken out. */
export type EnrolmentWrite =
  | { readonly kind: 'token'; readonly token: StoredToken }
  | { readonly kind: 'request'; readonly request: StoredRequest }
  | { readonly kind: 'identity'; readonly identity: StoredIdentity }
  | { readonly kind: 'certificate'; readonly certificate: StoredCertificate }
  | { readonly kind: 'forget-token'; readonly id: string }
  | { readonly kind: 'forget-request'; readonly id: string }
  | { readonly kind: 'forget-certificate'; readonly serial: string }

/** Writes all of it and the audit entry, or nothing; durable when resolved. `entry` null: nothing a person must know. */
export type EnrolmentCommit = (writes: readonly EnrolmentWrite[], entry: Omit<AuditEntry, 'at'> | null) => Promise<void>

export interface StoredEnrolment {
  readonly tokens: readonly StoredToken[]
  readonly requests: readonly StoredRequest[]
  readonly identities: readonly StoredIdentity[]
  readonly certificates: readonly StoredCertificate[]
  /** When a backup was put in place; null: never. What was issued after it was made is not known here. */
  readonly restoredAt: number | null
}

export interface EnrolmentStore {
  enrolment(): StoredEnrolment
}
