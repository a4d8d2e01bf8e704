// One shape for every failure; internals stay inside.
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ApiError, ErrorCode } from '#shared/http/error.ts'
import type { Outcome } from './deps.ts'

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many-requests': 429,
  unavailable: 503,
  internal: 500,
}

/** An expected failure: becomes its answer wherever it is thrown in a handler. */
export class Problem extends Error {
  readonly code: ErrorCode
  readonly action: string | undefined
  readonly details: ApiError['error']['details']
  constructor(
    code: ErrorCode,
    message: string,
    extra: { action?: string; details?: ApiError['error']['details'] } = {},
  ) {
    super(message)
    this.code = code
    this.action = extra.action
    this.details = extra.details
  }
}

/** The value of an outcome, or its problem thrown. */
export function settled<T>(outcome: Outcome<T>): { readonly ok: true } & T {
  if (outcome.ok) return outcome
  throw new Problem(outcome.code, outcome.message, outcome.details ? { details: [...outcome.details] } : {})
}

/** `value`, or a 404 that names what was asked for. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Problem('not-found', `there is no such ${what}`)
  return value
}

/** Turns whatever was thrown into an ApiError answer. */
export function handleProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error)
    if (problem.code === 'internal' || problem.code === 'unavailable')
      request.log.error({ err: error }, 'request failed')
    const { retryAfterMs } = error as { retryAfterMs?: unknown }
    if (typeof retryAfterMs === 'number') reply.header('retry-after', Math.ceil(retryAfterMs / 1000))
    return answer(reply, problem)
  })
}

export function answer(reply: FastifyReply, problem: Problem): FastifyReply {
  const { code, message, action, details } = problem
  const body: ApiError = { error: { code, message, ...(action ? { action } : {}), ...(details ? { details } : {}) } }
  return reply.code(STATUS[code]).type('application/json; charset=utf-8').send(JSON.stringify(body))
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.slice(0, 50).map((v) => ({
      path: v.instancePath.slice(1).replaceAll('/', '.'),
      message: v.message ?? 'is wrong',
    }))
    return new Problem('bad-request', 'some values are missing or wrong', { details })
  }
  if (error.name === 'BadCursor')
    return new Problem('bad-request', error.message, { action: 'read the list from its start' })
  if (error.name === 'TooManyTokens') return new Problem('conflict', error.message)
  if (error.name === 'NotGiven') return notGiven(error)
  if (error.name === 'Throttled')
    return new Problem('too-many-requests', error.message, { action: 'wait a minute and try again' })
  if (error.code === 'unavailable')
    return new Problem('unavailable', 'nothing can be stored right now', { action: 'try again later; see /readyz' })
  if (error.statusCode === 413) return new Problem('too-large', 'the request is too large')
  if (error.statusCode === 429)
    return new Problem('too-many-requests', 'too many requests', { action: 'try again later' })
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new Problem('bad-request', error.statusCode === 415 ? 'send application/json' : 'the request is malformed')
  return new Problem('internal', 'something went wrong in the collector')
}

function notGiven({ message, field }: { readonly message: string; readonly field?: string }): Problem {
  if (field === undefined) return new Problem('unauthenticated', message)
  return new Problem('bad-request', message, {
    details: [{ path: field, message: 'choose one of those you may give' }],
  })
}
