// How an enrolment ends.
import type { CertificateFacts } from '../identity/certificate.ts'
import type { IdentityRecord } from '../identity/identity.ts'

export type EnrolFault =
  | 'no-token'
  | 'bad-token'
  | 'token-unknown'
  | 'token-expired'
  | 'token-used'
  | 'token-revoked'
  | 'unreachable'
  | 'timeout'
  | 'other-collector'
  | 'server-certificate'
  | 'plain-http'
  | 'no-collector'
  | 'collector-trouble'
  | 'bad-request'
  | 'clock'
  | 'rejected'
  | 'bad-grant'

export interface Granted {
  readonly record: IdentityRecord
  readonly key: string
  readonly certificate: string
  readonly ca: string
  readonly sealingKey: string
  readonly facts: CertificateFacts
}

export type EnrolOutcome =
  | { readonly ok: true; readonly granted: Granted }
  /** `detail`: what was said or is wrong; `date`: the collector's clock, wall ms. */
  | { readonly ok: false; readonly fault: EnrolFault; readonly detail: string; readonly date?: number }

/** An end that is not the wished one. */
export const failed = (fault: EnrolFault, detail = '') => ({ ok: false, fault, detail }) as const
