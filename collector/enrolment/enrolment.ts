// Door of enrolment: who may become an agent of which site, with which certificate, and until when.

import type { Logger } from 'pino'
import type { Site } from '#shared/domain/inventory.ts'
import type {
  AgentIdentity,
  EnrolmentAnswer,
  EnrolmentAsk,
  EnrolmentDecision,
  EnrolmentRow,
  EnrolmentTokenDraft,
  EnrolmentTokenRow,
} from '#shared/http/enrolment.ts'
import type { RenewalAnswer } from '#shared/wire/identity.ts'
import type { OpenAuthority } from '../authority/authority.ts'
import { createEnrolmentState } from './enrolment-state.ts'
import type { EnrolmentCommit, EnrolmentStore, EnrolmentWrite, StoredIdentity } from './enrolment-store.ts'
import { createIdentities } from './identities.ts'
import { renew } from './renewals.ts'
import { createRequests } from './requests.ts'
import { makeToken, problemOf, type TokenProblem, tokenRow } from './tokens.ts'

/** Why something was not done. `denied`: a token that does not hold; `message` says why to whoever holds it. */
export interface Refused {
  readonly ok: false
  readonly code: 'denied' | 'not-found' | 'conflict' | 'bad-request' | 'unavailable'
  readonly message: string
  /** Of `denied`, for programs. */
  readonly why?: TokenProblem
}
export type Result<T = object> = ({ readonly ok: true } & T) | Refused

/** Where a request came from, and by which name the collector was reached (null: unknown). */
export interface Origin {
  readonly remoteAddress: string
  readonly host: string | null
}

export interface Enrolment {
  /** The token's text is in the answer and nowhere else. */
  makeToken(
    draft: EnrolmentTokenDraft,
    actor: string,
  ): Promise<Result<{ readonly row: EnrolmentTokenRow; readonly token: string }>>
  /** Newest first. */
  tokens(): EnrolmentTokenRow[]
  revokeToken(id: string, actor: string): Promise<Result>
  /** An agent asks. The same token with the same key gets the same answer again and takes no second use. */
  ask(ask: EnrolmentAsk, origin: Origin): Promise<Result<{ readonly answer: EnrolmentAnswer }>>
  /** The agent comes back. One answer for an unknown id and a wrong secret. */
  pickup(id: string, secret: string, origin: Origin): Promise<Result<{ readonly answer: EnrolmentAnswer }>>
  /** Newest first. */
  requests(): EnrolmentRow[]
  decide(id: string, decision: EnrolmentDecision, actor: string): Promise<Result<{ readonly row: EnrolmentRow }>>
  /** undefined: the agent has no identity of ours (unknown, or it signs in with a password from the file). */
  identity(agent: string): AgentIdentity | undefined
  /** X25519 key (raw, base64) that credentials of this agent are sealed to; undefined: not enrolled. */
  sealingKey(agent: string): string | undefined
  revoke(agent: string, reason: string, actor: string): Promise<Result>
  /** Two run with this identity: nothing is taken from it until it is released. */
  quarantine(agent: string, reason: string): Promise<Result>
  /** Lets a quarantined agent in again; certificates stay as they were. */
  release(agent: string, reason: string, actor: string): Promise<Result>
  /** A renewal that came over the agent's own connection; undefined: nothing is to be answered. */
  renew(agent: string, payload: Uint8Array): Promise<RenewalAnswer | undefined>
  /** From memory: may this certificate (serial, hex) act as this agent now. */
  isAdmitted(agent: string, serial: string): boolean
  /** False for a revoked or quarantined agent; true for every other, also for those we know nothing of. */
  isTrusted(agent: string): boolean
  /** Of certificates that have not expired by themselves. */
  revokedSerials(): { readonly serial: string; readonly at: number }[]
  /** All that ever enrolled; `refused` says why nothing is taken from one. */
  agents(): { readonly id: string; readonly site: string; readonly refused: string | null }[]
  /** Connections of this agent must end now. */
  onCut(listener: (agent: string) => void): void
  /** What revokedSerials() gives has changed. */
  onList(listener: () => void): void
  /** Reads what is stored; throws when it cannot. */
  load(): void
  /** Time went on: what has become too old goes. */
  sweep(): Promise<void>
}

export interface Deps {
  readonly authority: Pick<OpenAuthority, 'ca' | 'pin' | 'problem' | 'examine' | 'issueAgent'>
  readonly store: EnrolmentStore
  /** In the same transaction the agent of a new identity becomes known to the inventory. */
  readonly commit: EnrolmentCommit
  site(id: string): Site | undefined
  /** Site of an agent of the inventory; undefined: the id is free. */
  siteOf(agent: string): string | undefined
  /** mqtts://host:port for an agent that reached us by this name. */
  brokerUrl(host: string | null): string
  /** Base64 SPKI. */
  readonly commandKey: string
  /** True when isAdmitted is asked for every connection: then the first use of a certificate is known. */
  readonly seesUse: boolean
  /** Longest life of an agent's certificate. */
  readonly certificateMs: number
  readonly now: () => number
  readonly log: Logger
}

/** Tokens whose time is over stay on the list so long. */
const TOKEN_KEPT_MS = 7 * 24 * 3_600_000
const MAX_OPEN_TOKENS = 1000

/** Builds the room; load() before anything else. */
export function createEnrolment(deps: Deps): Enrolment {
  const { authority, now } = deps
  const state = createEnrolmentState(deps.store, deps.commit)
  const identities = createIdentities(deps, state)
  const requests = createRequests(deps, state, identities)
  return {
    makeToken: (draft, actor) =>
      state.inTurn(async () => {
        if (!deps.site(draft.site)) return refuse('bad-request', `there is no site ${draft.site}`)
        if (authority.problem !== undefined) return refuse('unavailable', authority.problem)
        const open = [...state.tokens.values()].filter((t) => problemOf(t, now()) === undefined).length
        if (open >= MAX_OPEN_TOKENS) return refuse('conflict', `${open} tokens are open; revoke some first`)
        const { token, text } = makeToken(draft, authority.pin, actor, now())
        const { site, uses, preApproved, expiresAt } = token
        const detail = { site, uses, preApproved, expiresAt }
        const entry = { actor, action: 'create-enrolment-token', subject: `enrolment-token:${token.id}`, detail }
        await state.change([{ kind: 'token', token }], entry)
        return { ok: true, row: tokenRow(token, now()), token: text }
      }),
    tokens: () =>
      [...state.tokens.values()]
        .reverse()
        .sort((a, b) => b.createdAt - a.createdAt)
        .map((t) => tokenRow(t, now())),
    revokeToken: (id, actor) =>
      state.inTurn(async () => {
        const token = state.tokens.get(id)
        if (!token) return refuse('not-found', 'there is no such token')
        if (token.revokedAt !== null) return { ok: true }
        const at = now()
        const reason = 'the token it came with was revoked'
        const decided = { state: 'rejected', csr: '', decidedBy: actor, decidedAt: at, reason } as const
        const waiting = [...state.requests.values()].filter((r) => r.token === id && r.state === 'waiting')
        const writes: EnrolmentWrite[] = [
          { kind: 'token', token: { ...token, revokedAt: at } },
          ...waiting.map((r) => ({ kind: 'request' as const, request: { ...r, ...decided } })),
        ]
        const detail = { site: token.site, rejected: waiting.map((r) => r.id) }
        const subject = `enrolment-token:${id}`
        await state.change(writes, { actor, action: 'revoke-enrolment-token', subject, detail })
        return { ok: true }
      }),
    ask: requests.ask,
    pickup: requests.pickup,
    requests: requests.rows,
    decide: requests.decide,
    identity: identities.identity,
    sealingKey: (agent) => state.identities.get(agent)?.sealingKey,
    revoke: identities.revoke,
    quarantine: identities.quarantine,
    release: identities.release,
    renew: (agent, payload) => renew(deps, state, agent, payload),
    isAdmitted: identities.isAdmitted,
    isTrusted: identities.isTrusted,
    revokedSerials: () => identities.revokedSerials(now()),
    agents: () => [...state.identities.values()].map((i) => ({ id: i.agent, site: i.site, refused: refusalOf(i) })),
    onCut: identities.onCut,
    onList: identities.onList,
    load: state.load,
    async sweep() {
      await identities.sweep(now())
      await requests.sweep(now())
      const old = [...state.tokens.values()].filter((t) => now() - t.expiresAt > TOKEN_KEPT_MS)
      if (old.length > 0)
        await state.inTurn(() =>
          state.change(
            old.map((t) => ({ kind: 'forget-token', id: t.id })),
            null,
          ),
        )
    },
  }
}

/** Why nothing is taken from an agent; null: all is well. */
export function refusalOf({ state, reason }: StoredIdentity): string | null {
  return state === 'active' ? null : `${state}: ${reason}`
}

const refuse = (code: Refused['code'], message: string): Refused => ({ ok: false, code, message })
