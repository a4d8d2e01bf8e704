// Door of the authority: the collector's own certificate authority for its agents, its broker and its API.

/** What the collector itself holds: a certificate with its private key, PEM. */
export interface HeldCertificate {
  readonly certificate: string
  readonly key: string
  readonly notAfter: number
}

export interface IssuedCertificate {
  readonly certificate: string
  /** Serial number, upper-case hex without separators. */
  readonly serial: string
  /** SHA-256 of the public key (SPKI), hex in pairs. */
  readonly fingerprint: string
  readonly notBefore: number
  readonly notAfter: number
}

export interface Authority {
  /** Certificates to trust, PEM, one after the other (two while the authority is being replaced). */
  readonly ca: string
  /** base64url SHA-256 of the authority's SPKI: the last part of an enrolment token. */
  readonly pin: string
  /** Signs an agent's request: CN = the agent id, client use only. Error value when the request is not acceptable. */
  issueAgent(csr: string, agent: string, now: number): Promise<IssuedCertificate | { readonly refused: string }>
  /** Certificate of a server of ours; names are DNS names and IP addresses. */
  issueServer(names: readonly string[], now: number): Promise<HeldCertificate>
  /** Client certificate the collector itself connects to a foreign broker with; CN as given. */
  issueClient(commonName: string, now: number): Promise<HeldCertificate>
  /** Revocation list (X.509 CRL, PEM) over the given serials. */
  crl(revoked: readonly { readonly serial: string; readonly at: number }[], now: number): Promise<string>
}

/** The authority of a data folder. What needs its key rejects with AuthorityUnavailable while `problem` is set. */
export interface OpenAuthority extends Authority {
  /** Why nothing can be signed, and what to do about it; undefined while all is well. */
  readonly problem: string | undefined
}

/** The authority's key cannot be used; the message says why and what to do. */
export class AuthorityUnavailable extends Error {
  override name = 'AuthorityUnavailable'
}
