// Door of enrolment: who may become an agent of which site, with which certificate, and until when.
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

/** Why something was not done. `denied`: a token that does not hold; `message` says why to whoever holds it. */
export interface Refused {
  readonly ok: false
  readonly code: 'denied' | 'not-found' | 'conflict' | 'bad-request' | 'unavailable'
  readonly message: string
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
}
