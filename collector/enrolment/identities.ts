// Identities: which agent holds which certificates, and whether they hold. Renewed before they end, replaced with a grace,
// revoked at once.
import type { AgentIdentity } from '#shared/http/enrolment.ts'
import type { IssuedCertificate } from '../authority/authority.ts'
import type { Deps, Result } from './enrolment.ts'
import type { EnrolmentState } from './enrolment-state.ts'
import type { EnrolmentWrite, StoredCertificate, StoredIdentity, StoredRequest } from './enrolment-store.ts'

export interface Identities {
  /** Writes that make the agent of a granted request: its identity, its certificate, and the end of those before. */
  founded(request: StoredRequest, issued: IssuedCertificate, now: number): EnrolmentWrite[]
  /** From memory. Notes the first use of a certificate. */
  isAdmitted(agent: string, serial: string): boolean
  isTrusted(agent: string): boolean
  identity(agent: string): AgentIdentity | undefined
  revoke(agent: string, reason: string, actor: string): Promise<Result>
  quarantine(agent: string, reason: string): Promise<Result>
  release(agent: string, reason: string, actor: string): Promise<Result>
  /** Of certificates that have not expired by themselves. */
  revokedSerials(now: number): { readonly serial: string; readonly at: number }[]
  /** Tells that connections of this agent must end. */
  cut(agent: string): void
  onCut(listener: (agent: string) => void): void
  /** The revocation list has changed. */
  onList(listener: () => void): void
  /** Superseded certificates past their grace are revoked, expired ones forgotten. */
  sweep(now: number): Promise<void>
}

/** A certificate is revoked so long after its successor was first used; of a short life no more than a 24th. */
export const GRACE_MS = 10 * 60_000
/** Where the broker does not tell who uses what, a successor counts as used so long after it was made. */
export const UNSEEN_MS = 24 * 3_600_000
/** Expired certificates are remembered so long; the newest of an agent for ever. */
const EXPIRED_KEPT_MS = 7 * 24 * 3_600_000

export function createIdentities(deps: Deps, state: EnrolmentState): Identities {
  const { now, log } = deps
  const cutListeners: ((agent: string) => void)[] = []
  const listListeners: (() => void)[] = []
  const firstUses = new Set<string>()

  const cut = (agent: string): void => {
    for (const listener of cutListeners) listener(agent)
    listChanged()
  }
  const listChanged = (): void => {
    for (const listener of listListeners) listener()
  }
  const revoked = (certificates: readonly StoredCertificate[], at: number): EnrolmentWrite[] =>
    certificates
      .filter((c) => c.revokedAt === null)
      .map((c) => ({ kind: 'certificate', certificate: { ...c, revokedAt: at } }))

  /** Written a moment later, together, and not at all when that fails: it only matters for the grace. */
  const noteUse = (serial: string): void => {
    if (firstUses.add(serial).size > 1) return
    setImmediate(() => {
      const at = now()
      state
        .inTurn(async () => {
          const serials = [...firstUses]
          firstUses.clear()
          const writes = serials.flatMap((s): EnrolmentWrite[] => {
            const certificate = state.certificates.get(s)
            return certificate && certificate.usedAt === null
              ? [{ kind: 'certificate', certificate: { ...certificate, usedAt: at } }]
              : []
          })
          if (writes.length > 0) await state.change(writes, null)
        })
        .catch((error: unknown) => {
          firstUses.clear()
          log.warn({ err: error }, 'the first use of a certificate could not be noted')
        })
    })
  }

  const turn = (
    agent: string,
    work: (
      identity: StoredIdentity,
    ) => Result<{ readonly identity: StoredIdentity; readonly writes: EnrolmentWrite[] }>,
    entry: { readonly actor: string; readonly action: string; readonly reason: string },
  ): Promise<Result> =>
    state.inTurn(async () => {
      const identity = state.identities.get(agent)
      if (!identity)
        return { ok: false, code: 'not-found', message: 'there is no agent of that name with a certificate' }
      const done = work(identity)
      if (!done.ok) return done
      const { actor, action, reason } = entry
      const detail = { reason, site: identity.site }
      const writes: EnrolmentWrite[] = [{ kind: 'identity', identity: done.identity }, ...done.writes]
      await state.change(writes, { actor, action, subject: `agent:${agent}`, detail })
      if (done.identity.state === 'active') listChanged()
      else cut(agent)
      return { ok: true }
    })

  /**
   * After a restore: a certificate of ours (the connection has shown that) that is not known was issued after the backup was
   * made. Without this every agent that renewed since would have to be enrolled again. Ends with the last of them. Not for an
   * agent enrolled after the restore: of its certificates all are known, and whoever holds another is the one it replaced.
   */
  const isAfterBackup = (agent: string): boolean => {
    const restoredAt = state.restoredAt()
    if (restoredAt === null || now() - restoredAt > deps.certificateMs) return false
    const identity = state.identities.get(agent)
    return identity?.state === 'active' && identity.enrolledAt <= restoredAt
  }

  return {
    founded(request, issued, at) {
      const { site, sealingKey, host, remoteAddress } = request
      const agent = request.agent as string
      const identity: StoredIdentity = {
        agent,
        site,
        state: 'active',
        reason: null,
        enrolledAt: at,
        sealingKey,
        host,
        remoteAddress,
      }
      return [
        ...revoked(state.certificatesOf(agent), at),
        { kind: 'identity', identity },
        { kind: 'certificate', certificate: storedCertificate(issued, agent, orderedAfter(state, agent, at)) },
      ]
    },
    isAdmitted(agent, serial) {
      const certificate = state.certificates.get(serial.toUpperCase())
      if (!certificate && isAfterBackup(agent)) return true
      if (certificate?.agent !== agent || certificate.revokedAt !== null) return false
      if (state.identities.get(agent)?.state !== 'active' || certificate.notAfter <= now()) return false
      if (certificate.usedAt === null) noteUse(certificate.serial)
      return true
    },
    isTrusted: (agent) => (state.identities.get(agent)?.state ?? 'active') === 'active',
    identity(agent) {
      const identity = state.identities.get(agent)
      const certificates = state.certificatesOf(agent)
      const certificate = certificates.find((c) => c.revokedAt === null) ?? certificates[0]
      if (!identity || !certificate) return undefined
      const { state: its, reason, enrolledAt, host, remoteAddress } = identity
      const { serial, fingerprint, notBefore, notAfter } = certificate
      return { agent, state: its, reason, serial, fingerprint, notBefore, notAfter, enrolledAt, host, remoteAddress }
    },
    revoke: (agent, reason, actor) =>
      turn(
        agent,
        (identity) => {
          if (identity.state === 'revoked') return { ok: false, code: 'conflict', message: 'it is revoked already' }
          const writes = revoked(state.certificatesOf(agent), now())
          return { ok: true, identity: { ...identity, state: 'revoked', reason }, writes }
        },
        { actor, action: 'revoke-agent', reason },
      ),
    quarantine: (agent, reason) =>
      turn(
        agent,
        (identity) =>
          identity.state === 'active'
            ? { ok: true, identity: { ...identity, state: 'quarantined', reason }, writes: [] }
            : { ok: false, code: 'conflict', message: `it is ${identity.state} already` },
        { actor: 'system', action: 'quarantine-agent', reason },
      ),
    release: (agent, reason, actor) =>
      turn(
        agent,
        (identity) =>
          identity.state === 'quarantined'
            ? { ok: true, identity: { ...identity, state: 'active', reason: null }, writes: [] }
            : { ok: false, code: 'conflict', message: `it is ${identity.state}, not quarantined` },
        { actor, action: 'release-agent', reason },
      ),
    revokedSerials(at) {
      const list: { serial: string; at: number }[] = []
      for (const c of state.certificates.values()) {
        if (c.notAfter <= at) continue
        if (c.revokedAt !== null) list.push({ serial: c.serial, at: c.revokedAt })
        else if (state.identities.get(c.agent)?.state !== 'active') list.push({ serial: c.serial, at: c.issuedAt })
      }
      return list
    },
    cut,
    onCut: (listener) => void cutListeners.push(listener),
    onList: (listener) => void listListeners.push(listener),
    sweep: (at) =>
      state.inTurn(async () => {
        const writes: EnrolmentWrite[] = []
        let isNews = false
        for (const agent of state.identities.keys()) {
          const ended = superseded(state.certificatesOf(agent), at, deps)
          isNews ||= ended.length > 0
          writes.push(...revoked(ended, at))
        }
        for (const c of state.certificates.values())
          if (at - c.notAfter > EXPIRED_KEPT_MS && !isNewestOf(c, state)) {
            writes.push({ kind: 'forget-certificate', serial: c.serial })
          }
        if (writes.length > 0) await state.change(writes, null)
        if (isNews) listChanged()
      }),
  }
}

/** Those whose successor has been in use for the grace. `certificates` newest first. */
export function superseded(
  certificates: readonly StoredCertificate[],
  now: number,
  { seesUse, certificateMs }: Pick<Deps, 'seesUse' | 'certificateMs'>,
): StoredCertificate[] {
  const holding = certificates.filter((c) => c.revokedAt === null)
  const since = (c: StoredCertificate): number => c.usedAt ?? (seesUse ? Infinity : c.issuedAt + UNSEEN_MS)
  const successor = holding.findIndex((c) => now - since(c) >= Math.min(GRACE_MS, certificateMs / 24))
  return successor < 0 ? [] : holding.slice(successor + 1)
}

/** When a new certificate of an agent counts as made: after those before it, also where the clock was set back between them. */
export function orderedAfter(state: Pick<EnrolmentState, 'certificatesOf'>, agent: string, now: number): number {
  const before = state.certificatesOf(agent)[0]?.issuedAt ?? 0
  return now >= before ? now : before + 1
}

export function storedCertificate(issued: IssuedCertificate, agent: string, at: number): StoredCertificate {
  const { certificate: pem, ...facts } = issued
  return { ...facts, pem, agent, issuedAt: at, usedAt: null, revokedAt: null }
}

function isNewestOf(certificate: StoredCertificate, state: EnrolmentState): boolean {
  return state.certificatesOf(certificate.agent)[0]?.serial === certificate.serial
}
