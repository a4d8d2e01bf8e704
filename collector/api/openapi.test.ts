import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi } from '#test/support/test-api.ts'
import { POLICY } from './policy.ts'

interface Operation {
  readonly summary?: string
  readonly tags?: string[]
  readonly security?: object[]
  readonly parameters?: { readonly in: string; readonly name: string; readonly schema: object }[]
  readonly requestBody?: { readonly content: Record<string, { schema: object }> }
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { schema: object }> }
  >
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly securitySchemes: object; readonly schemas?: Record<string, object> }
}

let t: Awaited<ReturnType<typeof createTestApi>>
let document: Document
beforeAll(async () => {
  t = await createTestApi()
  document = (await t.app.inject({ url: '/api/v1/openapi.json' })).json()
})
afterAll(() => t[Symbol.asyncDispose]())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  )

describe('the description of the API', () => {
  it('names every route of the policy, and no other', () => {
    const routes = Object.keys(POLICY).filter((key) => !/\/docs|openapi\.json|^GET \/(\*|kiosk\/:board)?$/.test(key))
    const named = operations().map((o) => o.name.replace(/\{(\w+)\}/g, ':$1'))
    expect(named.sort()).toEqual(routes.sort())
    expect(document.openapi).toBe('3.1.0')
  })

  it('gives each a summary, a tag, its parameters, what it takes, what it answers and how it fails', () => {
    for (const { name, path, operation } of operations()) {
      expect(operation.summary, name).toBeTruthy()
      expect(operation.tags?.length, name).toBe(1)
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g))
        expect(operation.parameters, name).toContainEqual(expect.objectContaining({ in: 'path', name: parameter }))
      if (/^(POST|PUT|PATCH)/.test(name) && !name.endsWith('/test'))
        expect(Object.values(operation.requestBody?.content ?? {})[0]?.schema, name).toBeDefined()
      const { default: failure, ...good } = operation.responses
      expect(JSON.stringify(failure), name).toContain('too-many-requests')
      expect(Object.keys(good).length, name).toBeGreaterThan(0)
      for (const response of Object.values(good)) expect(response.description, name).toBeTypeOf('string')
    }
  })

  it('tells what needs no sign-in', () => {
    const open = operations().filter((o) => o.operation.security?.length === 0)
    const enrolling = ['POST /api/v1/enrolments', 'POST /api/v1/enrolments/{id}/pickup']
    expect(open.map((o) => o.name).sort()).toEqual([
      'GET /healthz',
      'GET /readyz',
      ...enrolling,
      'POST /api/v1/kiosk/session',
      'POST /api/v1/session',
    ])
  })

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document)
    expect(text).not.toContain('"$schema"')
    for (const [, reference] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      const parts = (reference as string).replace(/^#\//, '').split('/')
      const target = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document)
      expect(target, reference).toBeDefined()
    }
    for (const { operation, name } of operations())
      for (const response of Object.values(operation.responses))
        for (const [type, { schema }] of Object.entries(response.content ?? {}))
          expect([type, typeof schema], name).toEqual(['application/json', 'object'])
    expect(JSON.stringify(document.paths['/api/v1/alarms']?.get)).toContain('perceivedSeverity')
  })

  it('has a page whose scripts and styles its own policy allows', async () => {
    const page = await t.app.inject({ url: '/docs/' })
    expect(page.statusCode).toBe(200)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toMatch(/script-src 'self'/)
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/)
    // nothing inline, and every file it names is served from here
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/)
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1] as string)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) {
      const url = new URL(file, 'http://localhost/docs/')
      expect(url.host, file).toBe('localhost')
      expect((await t.app.inject({ url: url.pathname })).statusCode, file).toBe(200)
    }
  })
})
