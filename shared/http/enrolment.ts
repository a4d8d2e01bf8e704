// How an agent gets its identity: tokens made by people, the agent's own request, certificates and what becomes of them.
import { z } from 'zod'
import { AgentId, LocalId } from '../domain/identity.ts'
import { Id } from './paging.ts'

/**
 * `ot1.<id>.<secret>.<pin>`: id finds the token, secret (130 bits or more) is hashed at rest, pin is the SHA-256 of the
 * collector's authority (base64url of its public key's SPKI), so that the agent trusts the right collector at first sight.
 */
export const ENROLMENT_TOKEN = /^ot1\.([a-z0-9]{10})\.([a-z0-9]{26,52})\.([A-Za-z0-9_-]{43})$/

/** POST /api/v1/enrolment-tokens: the answer is the only time the token is shown. */
export const EnrolmentTokenDraft = z.strictObject({
  site: LocalId,
  /** At most 24 h. */
  validMinutes: z.int().min(5).max(1440).default(1440),
  uses: z.int().min(1).max(100).default(1),
  /** True: agents that come with it need no approval. */
  preApproved: z.boolean().default(false),
  note: z.string().max(200).default(''),
})
export type EnrolmentTokenDraft = z.infer<typeof EnrolmentTokenDraft>

export const ENROLMENT_TOKEN_STATES = ['open', 'used', 'expired', 'revoked'] as const
/** GET /api/v1/enrolment-tokens, newest first, never the secret. DELETE /api/v1/enrolment-tokens/{id} revokes. */
export const EnrolmentTokenRow = z.object({
  id: z.string(),
  site: LocalId,
  state: z.enum(ENROLMENT_TOKEN_STATES),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number(),
  uses: z.int(),
  used: z.int(),
  preApproved: z.boolean(),
  note: z.string(),
})
export type EnrolmentTokenRow = z.infer<typeof EnrolmentTokenRow>
export const MadeEnrolmentToken = EnrolmentTokenRow.extend({
  token: z.string(),
  /** Ready to paste at the site, by way of installing; `url` is where the agent reaches this API. */
  url: z.string(),
})
export type MadeEnrolmentToken = z.infer<typeof MadeEnrolmentToken>

/** POST /api/v1/enrolments (public; rate limited): the agent asks. */
export const EnrolmentAsk = z.strictObject({
  token: z.string().regex(ENROLMENT_TOKEN, 'not an enrolment token'),
  /** PKCS#10, PEM, P-256, signed by its own key; its subject is ignored. */
  csr: z.string().min(64).max(8192),
  /** X25519 public key (raw, base64) the site's credentials will be sealed to. */
  sealingKey: z.string().length(44),
  host: z.string().min(1).max(255),
  program: z.string().max(64),
  addresses: z.array(z.string().max(64)).max(32),
})
export type EnrolmentAsk = z.infer<typeof EnrolmentAsk>

/** What an approved agent needs to run. */
export const EnrolmentGrant = z.object({
  state: z.literal('granted'),
  agent: AgentId,
  site: z.object({ id: LocalId, name: z.string(), customer: LocalId, timeZone: z.string() }),
  /** The agent's own certificate, PEM. */
  certificate: z.string(),
  /** Authorities to trust, PEM. */
  ca: z.string(),
  /** mqtts://host:port as seen from the site. */
  brokerUrl: z.string(),
  /** Base64 SPKI of the Ed25519 key that signs commands and configurations. */
  commandKey: z.string(),
})
export type EnrolmentGrant = z.infer<typeof EnrolmentGrant>
/** 201 granted, 202 waiting. The pickup secret is what the agent comes back with: POST /api/v1/enrolments/{id}/pickup {secret}. */
export const EnrolmentAnswer = z.discriminatedUnion('state', [
  EnrolmentGrant,
  z.object({
    state: z.literal('waiting'),
    id: Id,
    pickup: z.string(),
    /** SHA-256 of the request's public key (SPKI), hex in pairs: the site reads it to the operator. */
    fingerprint: z.string(),
    retrySeconds: z.int(),
  }),
  z.object({ state: z.literal('rejected'), reason: z.string() }),
])
export type EnrolmentAnswer = z.infer<typeof EnrolmentAnswer>
export const EnrolmentPickup = z.strictObject({ secret: z.string().min(22).max(64) })

export const ENROLMENT_STATES = ['waiting', 'granted', 'rejected', 'expired'] as const
/** GET /api/v1/enrolments: what operators decide on. POST /api/v1/enrolments/{id}/decision. */
export const EnrolmentRow = z.object({
  id: z.string(),
  site: LocalId,
  state: z.enum(ENROLMENT_STATES),
  at: z.number(),
  fingerprint: z.string(),
  host: z.string(),
  program: z.string(),
  /** Where the request came from, and what the machine calls its own addresses. */
  remoteAddress: z.string(),
  addresses: z.array(z.string()),
  token: z.string(),
  agent: AgentId.nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.number().nullable(),
  /** Why it was rejected. */
  reason: z.string().nullable(),
})
export type EnrolmentRow = z.infer<typeof EnrolmentRow>
export const EnrolmentDecision = z.discriminatedUnion('decision', [
  /** `agent`: the id it gets; made from the site's when absent. */
  z.strictObject({ decision: z.literal('approve'), agent: AgentId.optional() }),
  z.strictObject({ decision: z.literal('reject'), reason: z.string().min(1).max(200) }),
])
export type EnrolmentDecision = z.infer<typeof EnrolmentDecision>

export const IDENTITY_STATES = ['active', 'revoked', 'quarantined'] as const
/** GET /api/v1/agents/{id}/identity; null when the agent signs in with a password from the file. */
export const AgentIdentity = z.object({
  agent: AgentId,
  state: z.enum(IDENTITY_STATES),
  /** Why it is not active. */
  reason: z.string().nullable(),
  serial: z.string(),
  fingerprint: z.string(),
  notBefore: z.number(),
  notAfter: z.number(),
  enrolledAt: z.number(),
  host: z.string(),
  remoteAddress: z.string(),
})
export type AgentIdentity = z.infer<typeof AgentIdentity>
/** POST /api/v1/agents/{id}/revoke, POST /api/v1/agents/{id}/release (a quarantined one): the reason is kept. */
export const IdentityReason = z.strictObject({ reason: z.string().min(1).max(200) })
