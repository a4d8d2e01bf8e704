// What is known of tokens, requests, identities and certificates: in memory as committed, so that who may connect is told
// at once. Steps go one after the other: what was checked still holds when it is written.
import type {
  EnrolmentCommit,
  EnrolmentStore,
  EnrolmentWrite,
  StoredCertificate,
  StoredIdentity,
  StoredRequest,
  StoredToken,
} from './enrolment-store.ts'

export interface EnrolmentState {
  readonly tokens: ReadonlyMap<string, StoredToken>
  readonly requests: ReadonlyMap<string, StoredRequest>
  readonly identities: ReadonlyMap<string, StoredIdentity>
  readonly certificates: ReadonlyMap<string, StoredCertificate>
  /** Newest first; also the revoked ones that have not expired. */
  certificatesOf(agent: string): StoredCertificate[]
  /** By the fingerprint of its key. */
  certificateOn(fingerprint: string): StoredCertificate | undefined
  /** Runs `work` after all steps before it. Rejects with Busy when too many wait. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Only inside inTurn: commits, then memory follows. */
  change(writes: readonly EnrolmentWrite[], entry: Parameters<EnrolmentCommit>[1]): Promise<void>
  load(): void
  restoredAt(): number | null
}

/** More steps wait than can be taken in some seconds. */
export class Busy extends Error {
  override name = 'Busy'
}

const MAX_WAITING_STEPS = 500

export function createEnrolmentState(store: EnrolmentStore, commit: EnrolmentCommit): EnrolmentState {
  const tokens = new Map<string, StoredToken>()
  const requests = new Map<string, StoredRequest>()
  const identities = new Map<string, StoredIdentity>()
  const certificates = new Map<string, StoredCertificate>()
  const byAgent = new Map<string, Set<string>>()
  const byKey = new Map<string, string>()
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let restoredAt: number | null = null

  const apply = (w: EnrolmentWrite): void => {
    if (w.kind === 'token') tokens.set(w.token.id, w.token)
    else if (w.kind === 'request') requests.set(w.request.id, w.request)
    else if (w.kind === 'identity') identities.set(w.identity.agent, w.identity)
    else if (w.kind === 'certificate') put(w.certificate)
    else if (w.kind === 'forget-token') tokens.delete(w.id)
    else if (w.kind === 'forget-request') requests.delete(w.id)
    else forget(w.serial)
  }
  const put = (certificate: StoredCertificate): void => {
    const { agent, serial, fingerprint } = certificate
    certificates.set(serial, certificate)
    byAgent.set(agent, (byAgent.get(agent) ?? new Set()).add(serial))
    byKey.set(fingerprint, serial)
  }
  const forget = (serial: string): void => {
    const old = certificates.get(serial)
    if (!old) return
    certificates.delete(serial)
    byAgent.get(old.agent)?.delete(serial)
    if (byKey.get(old.fingerprint) === serial) byKey.delete(old.fingerprint)
  }

  return {
    tokens,
    requests,
    identities,
    certificates,
    certificatesOf: (agent) =>
      [...(byAgent.get(agent) ?? [])]
        .map((serial) => certificates.get(serial) as StoredCertificate)
        .reverse()
        .sort((a, b) => b.issuedAt - a.issuedAt),
    certificateOn: (fingerprint) => certificates.get(byKey.get(fingerprint) ?? ''),
    inTurn(work) {
      if (waiting >= MAX_WAITING_STEPS) return Promise.reject(new Busy('too many requests wait'))
      waiting++
      const result = last.then(work)
      last = result.then(
        () => void waiting--,
        () => void waiting--,
      )
      return result
    },
    async change(writes, entry) {
      await commit(writes, entry)
      for (const write of writes) apply(write)
    },
    load() {
      for (const map of [tokens, requests, identities, certificates, byAgent, byKey]) map.clear()
      const stored = store.enrolment()
      restoredAt = stored.restoredAt
      // the backup may be from before a token was used up or revoked: those made before it hold no more
      const lapsed = restoredAt ?? Number.NEGATIVE_INFINITY
      for (const token of stored.tokens) {
        const revokedAt = token.revokedAt ?? (token.createdAt <= lapsed ? lapsed : null)
        apply({ kind: 'token', token: { ...token, revokedAt } })
      }
      for (const request of stored.requests) apply({ kind: 'request', request })
      for (const identity of stored.identities) apply({ kind: 'identity', identity })
      for (const certificate of [...stored.certificates].sort((a, b) => a.issuedAt - b.issuedAt)) put(certificate)
    },
    restoredAt: () => restoredAt,
  }
}
