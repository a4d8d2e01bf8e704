// The built console: files as they are, index.html for every other path of the application. Scripts run only from here;
// style elements need the page's nonce, which the page finds in <meta name="csp-nonce">.
import { hash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { answer, Problem } from './problems.ts'

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Outrider</title>
<h1>Outrider</h1><p>The collector runs; its console has not been built yet.</p>
<p>Build it with <code>npm run build:web</code>. The API is described at <a href="/docs">/docs</a>.</p></html>`

/** Adds the files and the not-found handler. */
export async function answerWithConsole(app: FastifyInstance, dir: string): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policy())
    reply.header('cache-control', reply.getHeader('cache-control') ?? 'no-store')
  })
  if (existsSync(join(dir, 'assets')))
    await app.register(staticFiles, {
      root: dir,
      index: false,
      wildcard: true,
      prefix: '/',
      decorateReply: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // names of assets carry a hash of their content
        const forever = path.includes('/assets/')
        reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  app.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply, dir))
  app.setNotFoundHandler({ preHandler: app.rateLimit({ max: 300, timeWindow: '1 minute' }) }, (request, reply) => {
    const path = request.url.split('?')[0] as string
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|docs|assets)\/|\.\w{1,5}$/.test(path)
    return isPage ? sendPage(reply, dir) : answer(reply, new Problem('not-found', 'there is nothing here'))
  })
}

/** One of the built pages, with a nonce of its own for styles. */
export function sendPage(reply: FastifyReply, dir: string, name = 'index.html'): FastifyReply {
  const index = join(dir, name)
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache')
  if (!existsSync(index)) return reply.code(200).send(NOT_BUILT)
  const nonce = randomBytes(18).toString('base64url')
  reply.header('content-security-policy', policy(nonce))
  const html = readFileSync(index, 'utf8').replace(
    '<head>',
    `<head><meta name="csp-nonce" content="${nonce}"><meta name="console-build" content="${consoleBuild(dir)}">`,
  )
  return reply.send(html)
}

const builds = new Map<string, { readonly changedAt: number; readonly id: string }>()

/** Names the build of the console in `dir`: another whenever a page of it would load other files. '' when there is none. */
export function consoleBuild(dir: string): string {
  try {
    const index = join(dir, 'kiosk.html')
    const changedAt = statSync(index).mtimeMs
    const known = builds.get(dir)
    if (known?.changedAt === changedAt) return known.id
    const id = hash('sha256', readFileSync(index)).slice(0, 12)
    builds.set(dir, { changedAt, id })
    return id
  } catch {
    return ''
  }
}

const policy = (nonce?: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce ? ` 'nonce-${nonce}'` : ''}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "media-src 'self' data: blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
