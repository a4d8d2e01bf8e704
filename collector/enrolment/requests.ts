// Requests of agents: asked with a token, decided by a person or by the token itself, picked up by who asked.
import { randomBytes } from 'node:crypto'
import type { EnrolmentAnswer, EnrolmentAsk, EnrolmentDecision, EnrolmentRow } from '#shared/http/enrolment.ts'
import { seal } from '#shared/seal/seal.ts'
import type { Deps, Origin, Refused, Result } from './enrolment.ts'
import type { EnrolmentState } from './enrolment-state.ts'
import type { EnrolmentWrite, StoredRequest, StoredToken } from './enrolment-store.ts'
import type { Identities } from './identities.ts'
import { digest, problemOf, randomLetters, sameDigest, TOKEN_PROBLEMS, type TokenProblem, tokenOf } from './tokens.ts'

export interface Requests {
  ask(ask: EnrolmentAsk, origin: Origin): Promise<Result<{ readonly answer: EnrolmentAnswer }>>
  pickup(id: string, secret: string, origin: Origin): Promise<Result<{ readonly answer: EnrolmentAnswer }>>
  decide(id: string, decision: EnrolmentDecision, actor: string): Promise<Result<{ readonly row: EnrolmentRow }>>
  rows(): EnrolmentRow[]
  /** What has become too old. */
  sweep(now: number): Promise<void>
}

/** An undecided request lives so long. */
const WAITING_MS = 24 * 3_600_000
/** So many may wait for a decision at once. */
const MAX_WAITING = 2000
/** Decided ones stay on the list so long, and no more than so many. */
const KEPT_MS = 30 * 24 * 3_600_000
const MAX_KEPT = 5000
const RETRY_SECONDS = 10
/** Agent ids are 64 characters at most. */
const SITE_PART = 57

export function createRequests(deps: Deps, state: EnrolmentState, identities: Identities): Requests {
  const { authority, now } = deps

  const denied = (why: TokenProblem, { remoteAddress }: Origin): Refused => {
    deps.log.warn({ why, remoteAddress }, 'an enrolment was refused')
    return { ok: false, code: 'denied', message: TOKEN_PROBLEMS[why], why }
  }

  /** The token and what was asked with it on this key before; or why it does not hold. */
  const admit = (text: string, fingerprint: string | undefined, origin: Origin): Refused | Admitted => {
    const token = tokenOf(text, state.tokens)
    if (!token) return denied('unknown', origin)
    const problem = problemOf(token, now())
    const before =
      fingerprint === undefined
        ? undefined
        : [...state.requests.values()].find((r) => r.token === token.id && r.fingerprint === fingerprint)
    // an answer that was lost on the way is asked for again: that is no second use
    if (problem === 'used' && (before || fingerprint === undefined)) return { token, before }
    return problem === undefined ? { token, before } : denied(problem, origin)
  }

  const grantedAnswer = async (request: StoredRequest, origin: Origin): Promise<EnrolmentAnswer> => {
    const certificate = state.certificates.get(request.serial ?? '')
    const agent = request.agent ?? ''
    const identity = state.identities.get(agent)
    const site = deps.site(request.site)
    if (!certificate || certificate.revokedAt !== null || identity?.state !== 'active' || !site)
      return { state: 'rejected', reason: 'what was granted does not hold any more; enrol again with a new token' }
    const { ca } = authority
    const { id, name, customer, timeZone } = site
    return {
      state: 'granted',
      agent,
      site: { id, name, customer, timeZone },
      certificate: certificate.pem,
      ca,
      brokerUrl: deps.brokerUrl(origin.host),
      commandKey: deps.commandKey,
    }
  }

  const answerOf = async (request: StoredRequest, pickup: string, origin: Origin): Promise<EnrolmentAnswer> => {
    const { id, fingerprint } = request
    if (request.state === 'granted') return grantedAnswer(request, origin)
    if (request.state === 'rejected') return { state: 'rejected', reason: request.reason ?? 'rejected' }
    if (request.state === 'expired') return { state: 'rejected', reason: 'nobody decided in time; enrol again' }
    return { state: 'waiting', id, pickup, fingerprint, retrySeconds: RETRY_SECONDS }
  }

  /** A request that comes again gets a new pickup secret: the old one may be what was lost. */
  const again = async (before: StoredRequest, origin: Origin): Promise<EnrolmentAnswer> => {
    const pickup = newSecret()
    if (before.state === 'waiting')
      await state.change([{ kind: 'request', request: { ...before, pickupHash: digest(pickup) } }], null)
    return answerOf(before, pickup, origin)
  }

  const take = async (ask: EnrolmentAsk, token: StoredToken, fingerprint: string, origin: Origin) => {
    const pickup = newSecret()
    const { csr, sealingKey } = ask
    const host = plain(ask.host)
    const asked: StoredRequest = {
      id: randomLetters(16),
      token: token.id,
      site: token.site,
      state: 'waiting',
      at: now(),
      fingerprint,
      csr,
      sealingKey,
      host,
      program: plain(ask.program),
      remoteAddress: origin.remoteAddress,
      addresses: ask.addresses.map(plain),
      pickupHash: digest(pickup),
      agent: null,
      serial: null,
      decidedBy: null,
      decidedAt: null,
      reason: null,
    }
    const used: EnrolmentWrite = { kind: 'token', token: { ...token, used: token.used + 1 } }
    const detail = { site: token.site, token: token.id, host, remoteAddress: origin.remoteAddress, fingerprint }
    if (!token.preApproved) {
      const entry = { actor: 'agent', action: 'ask-enrolment', subject: `enrolment:${asked.id}`, detail }
      await state.change([used, { kind: 'request', request: asked }], entry)
      return answerOf(asked, pickup, origin)
    }
    const granted = await grant(asked, freeId(token.site), token.createdBy)
    if ('refused' in granted) return refusedRequest(granted.refused)
    const subject = `agent:${granted.request.agent}`
    await state.change([used, ...granted.writes], { actor: 'agent', action: 'grant-enrolment', subject, detail })
    return answerOf(granted.request, pickup, origin)
  }

  /** Certificate and identity for a request; nothing is written yet. */
  const grant = async (asked: StoredRequest, agent: string, actor: string) => {
    const issued = await authority.issueAgent(asked.csr, agent, now())
    if ('refused' in issued) return issued
    const at = now()
    const request: StoredRequest = {
      ...asked,
      state: 'granted',
      csr: '',
      agent,
      serial: issued.serial,
      decidedBy: actor,
      decidedAt: at,
    }
    const writes: EnrolmentWrite[] = [{ kind: 'request', request }, ...identities.founded(request, issued, at)]
    return { request, writes }
  }

  /** `<site>-<random>`, one that nobody has or had. */
  const freeId = (site: string): string => {
    for (;;) {
      const id = `${site.slice(0, SITE_PART)}-${randomLetters(6)}`
      if (!state.identities.has(id) && deps.siteOf(id) === undefined) return id
    }
  }

  const approve = async (asked: StoredRequest, wished: string | undefined, actor: string) => {
    const site = wished === undefined ? undefined : (state.identities.get(wished)?.site ?? deps.siteOf(wished))
    if (site !== undefined && site !== asked.site)
      return refuse('conflict', `${wished} is the name of an agent of another site`)
    if (!deps.site(asked.site)) return refuse('conflict', `there is no site ${asked.site} any more`)
    const replaces = site !== undefined
    const granted = await grant(asked, wished ?? freeId(asked.site), actor)
    if ('refused' in granted) return refuse('bad-request', granted.refused)
    const { fingerprint, host, remoteAddress, agent } = granted.request
    const detail = { site: asked.site, request: asked.id, fingerprint, host, remoteAddress, replaces }
    await state.change(granted.writes, { actor, action: 'grant-enrolment', subject: `agent:${agent}`, detail })
    if (replaces) identities.cut(agent as string)
    return { ok: true as const, row: rowOf(granted.request) }
  }

  return {
    async ask(ask, origin) {
      // cheap things first: who has no token makes nobody check a signature
      const early = admit(ask.token, undefined, origin)
      if ('ok' in early) return early
      const checked = await authority.examine(ask.csr)
      if ('refused' in checked) return refuse('bad-request', checked.refused)
      if (!canBeSealedTo(ask.sealingKey)) return refuse('bad-request', 'nothing can be sealed to the sealing key')
      const { fingerprint } = checked
      return state.inTurn(async () => {
        const admitted = admit(ask.token, fingerprint, origin)
        if ('ok' in admitted) return admitted
        const { token, before } = admitted
        if (before) return { ok: true, answer: await again(before, origin) }
        if (isUsedKey(fingerprint)) return refuse('conflict', 'this key has been used before; make a new one')
        if (!deps.site(token.site)) return refuse('conflict', 'the site of the token is not there any more')
        if (!token.preApproved && waiting() >= MAX_WAITING)
          return refuse('unavailable', 'too many requests wait for a decision')
        return { ok: true, answer: await take(ask, token, fingerprint, origin) }
      })
    },
    async pickup(id, secret, origin) {
      const request = state.requests.get(id)
      const right = sameDigest(digest(secret), request?.pickupHash ?? digest(''))
      if (!request || !right) return refuse('not-found', 'there is no such request, or the secret is not its own')
      return { ok: true, answer: await answerOf(request, secret, origin) }
    },
    decide: (id, decision, actor) =>
      state.inTurn(async () => {
        const asked = state.requests.get(id)
        if (!asked) return refuse('not-found', 'there is no such request')
        if (asked.state !== 'waiting') return refuse('conflict', `it is ${asked.state} already`)
        if (decision.decision === 'approve') return approve(asked, decision.agent, actor)
        const { reason } = decision
        const decided = { state: 'rejected', csr: '', decidedBy: actor, decidedAt: now(), reason } as const
        const request: StoredRequest = { ...asked, ...decided }
        const detail = { site: asked.site, reason, host: asked.host, fingerprint: asked.fingerprint }
        const entry = { actor, action: 'reject-enrolment', subject: `enrolment:${id}`, detail }
        await state.change([{ kind: 'request', request }], entry)
        return { ok: true, row: rowOf(request) }
      }),
    rows: () =>
      [...state.requests.values()]
        .reverse()
        .sort((a, b) => b.at - a.at)
        .map(rowOf),
    sweep: (at) =>
      state.inTurn(async () => {
        const writes: EnrolmentWrite[] = []
        const all = [...state.requests.values()].sort((a, b) => b.at - a.at)
        for (const [i, request] of all.entries()) {
          if (request.state === 'waiting' && at - request.at > WAITING_MS)
            writes.push({ kind: 'request', request: { ...request, state: 'expired', csr: '', decidedAt: at } })
          else if (request.state !== 'waiting' && (at - request.at > KEPT_MS || i >= MAX_KEPT))
            writes.push({ kind: 'forget-request', id: request.id })
        }
        if (writes.length > 0) await state.change(writes, null)
      }),
  }

  function waiting(): number {
    let count = 0
    for (const r of state.requests.values()) if (r.state === 'waiting') count++
    return count
  }

  function isUsedKey(fingerprint: string): boolean {
    if (state.certificateOn(fingerprint)) return true
    for (const r of state.requests.values()) if (r.fingerprint === fingerprint) return true
    return false
  }
}

interface Admitted {
  readonly token: StoredToken
  readonly before: StoredRequest | undefined
}

const refuse = (code: Refused['code'], message: string): Refused => ({ ok: false, code, message })

const refusedRequest = (reason: string): EnrolmentAnswer => ({ state: 'rejected', reason })

/** Some points of the curve give a secret that everybody knows; a text of the right length may be no key at all. */
function canBeSealedTo(sealingKey: string): boolean {
  try {
    return seal(sealingKey, '', '') !== ''
  } catch {
    return false
  }
}

/** People decide by these texts: nothing in them may hide or turn round what stands beside it. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()

/** 192 bits. */
const newSecret = (): string => randomBytes(24).toString('base64url')

function rowOf(r: StoredRequest): EnrolmentRow {
  const { id, site, state, at, fingerprint, host, program, remoteAddress, token, agent, decidedBy, decidedAt, reason } =
    r
  const addresses = [...r.addresses]
  return {
    id,
    site,
    state,
    at,
    fingerprint,
    host,
    program,
    remoteAddress,
    addresses,
    token,
    agent,
    decidedBy,
    decidedAt,
    reason,
  }
}
