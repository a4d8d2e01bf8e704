// The HTTP door: console files, JSON API, live stream, health, metrics. Comes in: requests. Goes out: what Reads and
// Actions answer. Never: a decision about alarms, or HTML made of data.
import type { Server as TlsServer } from 'node:tls'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { answerWithConsole } from './console-files.ts'
import type { ApiDeps } from './deps.ts'
import { guard } from './guard.ts'
import { deeperThan } from './json-depth.ts'
import { addKioskPage } from './kiosk-page.ts'
import { HEARTBEAT_MS } from './live-hub.ts'
import { describeApi } from './openapi.ts'
import { handleProblems, Problem } from './problems.ts'
import { addRoutes } from './routes/routes.ts'

export interface Api {
  readonly app: FastifyInstance
  /** Opens the socket; resolves with the address people can use. */
  start(host: string, port: number): Promise<string>
  /** Ends live streams, finishes running requests (at most 2 s). Idempotent. */
  stop(): Promise<void>
}

const MAX_BODY = 256 * 1024
const MAX_DEPTH = 32

/** Builds the server with all routes; throws when a route has no policy. Opens no socket. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const { tls } = deps.http
  const app = fastify({
    loggerInstance: deps.log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY,
    trustProxy: deps.http.trustedProxies.length > 0 ? [...deps.http.trustedProxies] : false,
    exposeHeadRoutes: false,
    connectionTimeout: 0,
    // a file comes over a slow line for minutes
    requestTimeout: 300_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    http: { maxHeaderSize: 16_384, headersTimeout: 20_000 },
    routerOptions: { maxParamLength: 512 },
    ...(tls ? { https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', headersTimeout: 20_000 } } : {}),
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance
  tls?.onChange?.((next) => (app.server as unknown as TlsServer).setSecureContext({ ...next, minVersion: 'TLSv1.2' }))
  app.setValidatorCompiler(validatorCompiler)
  // schemas of answers are documentation: checking them costs three times the answer (see docs/performance.md)
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  handleProblems(app)
  acceptJsonOnly(app)
  await app.register(cookie)
  await app.register(helmet, { contentSecurityPolicy: false, strictTransportSecurity: tls ? {} : false })
  guard(app, deps)
  await app.register(rateLimit, { global: false })
  await describeApi(app, deps.version)
  addRoutes(app, deps)
  await answerWithConsole(app, deps.http.consoleDir)
  addKioskPage(app, deps)

  let beat: NodeJS.Timeout | undefined
  let stopping: Promise<void> | undefined
  return {
    app,
    async start(host, port) {
      const address = await app.listen({ host, port })
      beat = setInterval(() => {
        deps.live.beat().catch((error: unknown) => deps.log.error({ err: error }, 'live heartbeat failed'))
      }, HEARTBEAT_MS)
      return address
    },
    stop() {
      clearInterval(beat)
      deps.live.stop()
      stopping ??= Promise.race([app.close(), new Promise<void>((resolve) => setTimeout(resolve, 2000).unref())])
      return stopping
    },
  }
}

/** Only JSON comes in, not nested deeper than MAX_DEPTH, without `__proto__`. */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, {})
    if (deeperThan(body as string, MAX_DEPTH))
      return done(new Problem('bad-request', 'the request is nested too deeply'))
    return parse(request, body as string, done)
  })
}
