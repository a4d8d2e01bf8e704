// The API's description, made from the routes' own schemas, and the page that shows it.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ApiError } from '#shared/http/error.ts'
import { policyOf } from './policy.ts'

/** Must be added before the routes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const toJson = createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Outrider',
        version,
        description: 'API of the collector. Times are ms since 1970 UTC.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'outrider_session' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform(route) {
      const { schema, url } = toJson(route as Parameters<typeof toJson>[0])
      if (schema.hide) return { schema, url }
      const isPublic = [route.route.method].flat().every((method) => policyOf(method, route.url) === 'public')
      const response = { ...(schema.response ?? DONE), default: FAILURE }
      return { schema: { ...schema, response, ...(isPublic ? { security: [] } : {}) }, url }
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}

const { $schema: _, ...errorSchema } = z.toJSONSchema(ApiError)
const FAILURE = { description: 'Any failure', ...errorSchema }
/** Of a route that says nothing about its answer: it has none, or one that is not JSON. */
const DONE = { '2xx': { description: 'Done', type: 'null' } }
