// Door of the authority: the collector's own certificate authority for its agents, its broker and its API.
import '#shared/seal/reflect-metadata.ts'
import { hash } from 'node:crypto'
import type { Logger } from 'pino'
import { openAuthorityKey } from './authority-key.ts'
import { issue, keyPem, listRevoked, makeKeys, type Signer, type Wish } from './issue.ts'
import type { MasterKey } from './master-key.ts'
import { checkRequest, fingerprintOf } from './request.ts'

/** What the collector itself holds: a certificate with its private key, PEM. */
export interface HeldCertificate {
  /** Then the authority's: who knows only its pin finds it there. */
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
  /** Form, key and signature of a request; signs nothing. */
  examine(csr: string): Promise<{ readonly fingerprint: string } | { readonly refused: string }>
}

/** The authority's key cannot be used; the message says why and what to do. */
export class AuthorityUnavailable extends Error {
  override name = 'AuthorityUnavailable'
}

export interface AuthorityOptions {
  /** Folder of `ca.pem` and `ca.key`; made when it is not there. */
  readonly dir: string
  /** The master key its key is sealed with. Throws SealProblem; `mayMake`: nothing has been sealed yet. */
  readonly master: (mayMake: boolean) => MasterKey
  /** Life of an agent's certificate; those of servers and of the collector itself live longer. */
  readonly agentDays: number
  readonly now: number
  readonly log: Logger
}

const SERVER_DAYS = 90

/** Opens the authority of a folder, or makes one at the first start. Never throws: `problem` says what is wrong. */
export async function createAuthority(options: AuthorityOptions): Promise<OpenAuthority> {
  const { log, agentDays } = options
  const opened = await openAuthorityKey(options.dir, options.master, options.now)
  if (opened.problem !== undefined) log.error({ dir: options.dir }, opened.problem)
  const { certificate } = opened
  const ca = certificate ? `${certificate.toString('pem')}\n` : ''
  const signer = (now: number): Signer => {
    if (!opened.key || !certificate) throw new AuthorityUnavailable(opened.problem)
    const dates = { from: certificate.notBefore.toISOString(), to: certificate.notAfter.toISOString() }
    if (now < certificate.notBefore.getTime() || now > certificate.notAfter.getTime())
      throw new AuthorityUnavailable(
        `the authority is valid from ${dates.from} to ${dates.to}, this machine's clock says ${new Date(now).toISOString()}; set the clock`,
      )
    return { certificate, key: opened.key }
  }
  const hold = async (wish: Omit<Wish, 'publicKey'>, now: number): Promise<HeldCertificate> => {
    const by = signer(now)
    const keys = await makeKeys()
    const made = await issue(by, { ...wish, publicKey: keys.publicKey }, now)
    return {
      certificate: `${made.toString('pem')}\n${ca}`,
      key: await keyPem(keys.privateKey),
      notAfter: made.notAfter.getTime(),
    }
  }
  return {
    ca,
    pin: certificate ? hash('sha256', Buffer.from(certificate.publicKey.rawData), 'base64url') : '',
    problem: opened.problem,
    async examine(csr) {
      const request = await checkRequest(csr)
      return 'refused' in request ? request : { fingerprint: request.fingerprint }
    },
    async issueAgent(csr, agent, now) {
      const by = signer(now)
      const request = await checkRequest(csr)
      if ('refused' in request) return request
      const { publicKey } = request
      const made = await issue(by, { commonName: agent, publicKey, use: 'client', days: agentDays }, now)
      return {
        certificate: `${made.toString('pem')}\n`,
        serial: made.serialNumber.toUpperCase(),
        fingerprint: fingerprintOf(made.publicKey),
        notBefore: made.notBefore.getTime(),
        notAfter: made.notAfter.getTime(),
      }
    },
    async issueServer(names, now) {
      const commonName = names[0]
      if (commonName === undefined) throw new Error('a server needs a name')
      // RFC 5280: a CN is 64 characters at most; names are what counts
      return hold({ commonName: commonName.slice(0, 64), use: 'server', names, days: SERVER_DAYS }, now)
    },
    issueClient: (commonName, now) => hold({ commonName, use: 'client', days: SERVER_DAYS }, now),
    crl: async (revoked, now) => listRevoked(signer(now), revoked, now),
  }
}
