import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AgentId } from '#shared/domain/identity.ts'
import {
  AgentIdentity,
  EnrolmentAnswer,
  EnrolmentAsk,
  EnrolmentDecision,
  EnrolmentPickup,
  EnrolmentRow,
  EnrolmentTokenDraft,
  EnrolmentTokenRow,
  IdentityReason,
  MadeEnrolmentToken,
} from '#shared/http/enrolment.ts'
import { IdParams, pageOf } from '#shared/http/paging.ts'
import type { Refused, Result } from '../../enrolment/enrolment.ts'
import type { ApiDeps } from '../deps.ts'
import { found, Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

const AgentParams = z.object({ id: AgentId })
const LOOPBACK = /^(::1|(::ffff:)?127\.)/
/** Requests of one address in a minute; a whole site may come from behind one. */
const ASKS_PER_MINUTE = 60
const PICKUPS_PER_MINUTE = 600
const tags = ['enrolment']

/** How agents get their identity: what people do, and the two doors that are open to who has a token. */
export function addEnrolmentRoutes(app: Routes, deps: ApiDeps): void {
  const { enrolment } = deps.identities
  addTokenRoutes(app, deps)
  addPublicRoutes(app, deps)
  app.get(
    '/api/v1/enrolments',
    { schema: { tags, summary: 'Requests of agents', response: { 200: pageOf(EnrolmentRow) } } },
    async () => ({ items: enrolment.requests(), nextCursor: null }),
  )
  app.post(
    '/api/v1/enrolments/:id/decision',
    {
      schema: {
        tags,
        summary: 'Approve or reject a request',
        params: IdParams,
        body: EnrolmentDecision,
        response: { 200: EnrolmentRow },
      },
    },
    async (request) =>
      done(await settle(() => enrolment.decide(request.params.id, request.body, asking(request).user))).row,
  )
  app.get(
    '/api/v1/agents/:id/identity',
    {
      schema: {
        tags,
        summary: 'Certificate and state of an agent',
        params: AgentParams,
        response: { 200: AgentIdentity.nullable() },
      },
    },
    async (request) => {
      const { id } = request.params
      const identity = enrolment.identity(id)
      if (!identity) found(await deps.reads.agent(id), 'agent')
      return identity ?? null
    },
  )
  for (const action of ['revoke', 'release'] as const)
    app.post(
      `/api/v1/agents/:id/${action}`,
      {
        schema: {
          tags,
          summary: action === 'revoke' ? 'Take an agent its identity, at once' : 'Let a quarantined agent in again',
          params: AgentParams,
          body: IdentityReason,
          response: { 200: AgentIdentity },
        },
      },
      async (request) => {
        const { id } = request.params
        done(await settle(() => enrolment[action](id, request.body.reason, asking(request).user)))
        return found(enrolment.identity(id), 'agent')
      },
    )
}

function addTokenRoutes(app: Routes, deps: ApiDeps): void {
  const { enrolment } = deps.identities
  app.get(
    '/api/v1/enrolment-tokens',
    { schema: { tags, summary: 'Enrolment tokens', response: { 200: pageOf(EnrolmentTokenRow) } } },
    async () => ({ items: enrolment.tokens(), nextCursor: null }),
  )
  app.post(
    '/api/v1/enrolment-tokens',
    {
      schema: {
        tags,
        summary: 'Make an enrolment token',
        body: EnrolmentTokenDraft,
        response: { 201: MadeEnrolmentToken },
      },
    },
    async (request, reply) => {
      const made = done(await settle(() => enrolment.makeToken(request.body, asking(request).user)))
      return reply.code(201).send({ ...made.row, token: made.token, url: deps.identities.url() })
    },
  )
  app.delete(
    '/api/v1/enrolment-tokens/:id',
    { schema: { tags, summary: 'Revoke an enrolment token', params: IdParams } },
    async (request, reply) => {
      done(await settle(() => enrolment.revokeToken(request.params.id, asking(request).user)))
      return reply.code(204).send()
    },
  )
}

function addPublicRoutes(app: Routes, deps: ApiDeps): void {
  const { enrolment } = deps.identities
  const limited = (max: number) => ({ rateLimit: { max, timeWindow: 60_000 } })
  app.post(
    '/api/v1/enrolments',
    {
      bodyLimit: 32 * 1024,
      config: limited(ASKS_PER_MINUTE),
      schema: {
        tags,
        summary: 'An agent asks for an identity',
        body: EnrolmentAsk,
        response: { 201: EnrolmentAnswer, 202: EnrolmentAnswer },
      },
    },
    async (request, reply) => {
      refuseOpenWire(request)
      const { answer } = done(await settle(() => enrolment.ask(request.body, originOf(request))))
      return reply.code(answer.state === 'waiting' ? 202 : 201).send(answer)
    },
  )
  app.post(
    '/api/v1/enrolments/:id/pickup',
    {
      bodyLimit: 4096,
      config: limited(PICKUPS_PER_MINUTE),
      schema: {
        tags,
        summary: 'An agent asks what became of its request',
        params: IdParams,
        body: EnrolmentPickup,
        response: { 200: EnrolmentAnswer },
      },
    },
    async (request) => {
      refuseOpenWire(request)
      const { id } = request.params
      return done(await settle(() => enrolment.pickup(id, request.body.secret, originOf(request)))).answer
    },
  )
}

/** A token is a secret: it does not go over a wire others can read. */
function refuseOpenWire(request: FastifyRequest): void {
  if (request.protocol === 'https' || LOOPBACK.test(request.ip)) return
  throw new Problem('forbidden', 'enrolment needs https', {
    action: 'set http.tls: own in collector.yaml, or put a proxy with TLS before it and name it in http.trustedProxies',
  })
}

const originOf = (request: FastifyRequest) => ({ remoteAddress: request.ip, host: request.hostname || null })

const CODES = {
  denied: 'forbidden',
  'not-found': 'not-found',
  conflict: 'conflict',
  'bad-request': 'bad-request',
  unavailable: 'unavailable',
} as const

function done<T>(result: Result<T>): { readonly ok: true } & T {
  if (result.ok) return result
  throw problemOf(result)
}

function problemOf({ code, message, why }: Refused): Problem {
  return new Problem(CODES[code], message, why ? { details: [{ path: 'token', message: why }] } : {})
}

/** What cannot be signed or waits too long now is no fault of ours to hide: the answer says why. */
async function settle<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'AuthorityUnavailable') throw new Problem('unavailable', message, { action: 'see the log and docs' })
    if (name === 'Busy') throw new Problem('unavailable', message, { action: 'try again in a minute' })
    throw error
  }
}
