import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Principal } from '../../access/access.ts'
import { Problem } from '../problems.ts'

/** The server as routes see it: handlers get the types of their zod schemas. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** Who asks; the guard has set it on every route that is not public. */
export function asking(request: Pick<FastifyRequest, 'principal'>): Principal {
  if (!request.principal) throw new Problem('unauthenticated', 'sign in first')
  return request.principal
}
