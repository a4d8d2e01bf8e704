import { describe, expect, it } from 'vitest'
import type { RulePreview, RuleRow } from '#shared/http/rules.ts'
import { createTestApi } from '#test/support/test-api.ts'
import type { ApiDeps } from './deps.ts'

const ROW: RuleRow = {
  ...{ id: 'own', origin: 'database', file: null, enabled: true, mode: 'shadow', readOnly: false, updatedAt: 5 },
  ...{ version: 'abc123', replaces: { origin: 'file', file: 'own.yaml:2' }, failing: 0, rule: { id: 'own' } },
  overrides: [{ origin: 'database', file: null, override: { selector: { devices: ['a.b'] }, enabled: false } }],
}
const PREVIEW: RulePreview = {
  ...{ problems: [], about: 'samples', devices: 1, resources: 1, series: 1, of: { devices: 9, series: 9 } },
  ...{ selectsNothing: false, selectsEverything: false, notes: [], notLookedAt: 0, items: [] },
  answers: { met: 1, notMet: 0, between: 0, unknown: 0 },
}
const rules: ApiDeps['rules'] = {
  list: async () => [ROW],
  problems: () => [],
  evaluations: async () => undefined,
  preview: async () => PREVIEW,
}

async function api() {
  const t = await createTestApi({ deps: { rules } })
  const cookie = await t.signIn()
  const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, payload?: object, headers = {}) =>
    t.app.inject({
      ...{ method, url: `/api/v1/rules${path}`, headers: { cookie, 'x-requested-with': 'outrider', ...headers } },
      ...(payload === undefined ? {} : { payload }),
    })
  return { t, ask, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() }
}

describe('rules over the API', () => {
  it('have their version as an entity tag, and are changed by it', async () => {
    await using a = await api()
    const read = await a.ask('GET', '/own')
    expect([read.headers.etag, read.json()]).toEqual(['"abc123"', ROW])
    const wish = async (payload: object, headers = {}) => {
      expect((await a.ask('PUT', '/own', payload, headers)).statusCode).toBe(200)
      return a.t.calls.at(-1)?.[4]
    }
    expect(await wish({ rule: {} }, { 'if-match': '"abc123"' })).toMatchObject({ version: 'abc123', replace: false })
    expect(await wish({ rule: {} }, { 'if-match': 'W/"abc123"' })).toMatchObject({ version: 'abc123' })
    expect(await wish({ rule: {}, version: 'x', replace: true }, { 'if-match': '"y"' })).toMatchObject({
      ...{ version: 'x', replace: true },
    })
    expect((await a.ask('DELETE', '/own', undefined, { 'if-match': '"abc123"' })).statusCode).toBe(204)
    expect(a.t.calls.at(-1)).toEqual(['own', 'admin', 'abc123'])
  })

  it('take overrides beside them, with the version that was read', async () => {
    await using a = await api()
    const overrides = [{ selector: { devices: ['a.b'] }, enabled: false }]
    expect((await a.ask('PUT', '/own/overrides', { overrides })).statusCode).toBe(400)
    expect((await a.ask('PUT', '/own/overrides', { overrides, version: 'abc123' })).json()).toEqual(ROW)
    expect(a.t.calls.at(-1)).toEqual(['own', overrides, 'abc123', 'admin'])
  })

  it('are looked at before they are saved', async () => {
    await using a = await api()
    expect((await a.ask('POST', '/preview', { rule: { id: 'x' } })).json()).toEqual(PREVIEW)
    expect(a.t.calls).toEqual([])
  })
})
