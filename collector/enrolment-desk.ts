// The enrolment desk: tokens, requests, certificates and what becomes of them, put together with the authority, the turns
// and the store. What broker, API and judgement need to know about an agent's identity, they ask here.
import type { HeldCertificate, OpenAuthority } from './authority/authority.ts'
import type { Enrolment } from './enrolment/enrolment.ts'
import type { Fork, IngestGroup } from './ingest/evaluation.ts'

export interface EnrolmentDesk {
  /** The own authority; every issue*() rejects with AuthorityUnavailable while its key cannot be used. */
  readonly authority: OpenAuthority
  /** What people and agents do: tokens, requests, decisions, renewals, revocations. */
  readonly enrolment: Enrolment
  /** The certificate of the collector's own servers (API, broker). */
  readonly server: ServerCertificate
  /**
   * May a connection with this certificate (serial: upper-case hex) act as this agent now? Synchronous, from memory.
   * False for revoked and quarantined agents, for superseded certificates after their grace, and for strangers.
   */
  isAdmitted(agent: string, serial: string): boolean
  /** Calls `listener` at once when an agent is revoked or quarantined: end its connection, write the new CRL. */
  onRevoked(listener: (agent: string) => void): void
  /** For the revocation list: serials that have not expired by themselves. */
  revokedSerials(): { readonly serial: string; readonly at: number }[]
  /** Enrolled agents, revoked ones too, with their sites. */
  agents(): readonly { readonly id: string; readonly site: string }[]
  /** False for an agent whose identity is revoked or quarantined: nothing is taken from it. True for agents of the file. */
  isTrusted(agent: string): boolean
  /** up/identity: a renewal. Returns at once; false when there was no room. */
  onIdentity(agent: string, payload: Uint8Array): boolean
  /** Looks at the hellos of a group: agents of which two run, to be added to the group's forks. Quarantines them. */
  suspects(group: IngestGroup): readonly Fork[]
  /** Reads the state; before it nobody is admitted. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A held certificate that is renewed while the collector runs. */
export interface ServerCertificate {
  /** Certificate, then the authority's (PEM), and key; undefined while none could be made. */
  current(): HeldCertificate | undefined
  /** Calls `listener` with each new certificate: give it to tls.Server.setSecureContext. */
  onChange(listener: (held: HeldCertificate) => void): void
}
