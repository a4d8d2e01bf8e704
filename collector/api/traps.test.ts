import { describe, expect, it } from 'vitest'
import type { TrapEvent } from '#shared/domain/device-event.ts'
import type { TrapMeaning } from '#shared/http/traps.ts'
import { createTestApi } from '#test/support/test-api.ts'
import type { TrapBook } from './deps.ts'

const OID = '1.3.6.1.4.1.99.0.1'
const definition = { name: 'doorOpen', description: { 'zh-CN': '门开', en: 'door' } }
const meaning: TrapMeaning = {
  name: 'ACME-MIB::door',
  vendor: 'Acme',
  category: 'security',
  severity: 'alert',
  text: { 'zh-CN': '门', en: 'door' },
  varbinds: [],
}

function book(said: unknown[][]): TrapBook {
  const row = { oid: OID, name: 'doorOpen', vendor: '', category: 'unknown' as const, severity: 'notice' as const }
  const more = { description: definition.description, origin: 'database' as const, file: null, line: null, alarms: [] }
  return {
    meaning: (event: TrapEvent) => (event.trapOid === OID ? meaning : undefined),
    definitions: () => ({ items: [], nextCursor: null, total: 0, vendors: [], problems: [] }),
    definition: (oid) => (oid === OID ? { row: { ...row, ...more }, definition: null } : undefined),
    save: async (...args) => {
      said.push(args)
      return { ok: true }
    },
    remove: async () => ({ ok: false, code: 'conflict', message: 'it is defined in traps/stock/acme.yaml:3' }),
    unknown: () => ({ items: [], nextCursor: null, open: 0, other: 3 }),
    unknownDetail: () => undefined,
    preview: async () => ({ looked: 0, raised: 0, cleared: 0, examples: [], problems: [] }),
    ignore: async (...args) => {
      said.push(args)
      return { ok: true }
    },
  }
}

describe('traps', () => {
  it('have their meaning where events are read; others have none', async () => {
    await using t = await createTestApi({ deps: { traps: book([]) } })
    const add = t.database.prepare(
      `insert into device_event (agent, site, device, epoch, seq, kind, at, received_at, doc)
       values ('agent-one', 's', 's.d', 'e', ?, 'trap', ?, 0, ?)`,
    )
    const event = {
      kind: 'trap',
      at: 1,
      device: 'd',
      source: 'x',
      version: 'v2c',
      confirmed: false,
      user: '',
      varbinds: [],
    }
    add.run(1, 1, JSON.stringify({ ...event, trapOid: OID }))
    add.run(2, 2, JSON.stringify({ ...event, trapOid: '1.3.6.1.9' }))
    const headers = { cookie: await t.signIn() }
    const { items } = (await t.app.inject({ url: '/api/v1/events', headers })).json()
    expect(items.map((r: { meaning?: TrapMeaning }) => r.meaning ?? null)).toEqual([null, meaning])
    const severe = (await t.app.inject({ url: '/api/v1/events?level=0', headers })).json()
    expect(severe.items.map((r: { event: { trapOid: string } }) => r.event.trapOid)).toEqual(['1.3.6.1.9'])
  })

  it('are defined and put aside by whoever may; an OID must be one', async () => {
    const said: unknown[][] = []
    await using t = await createTestApi({ deps: { traps: book(said) } })
    const headers = { cookie: await t.signIn(), 'x-requested-with': 'test' }
    const ask = (method: 'GET' | 'POST' | 'DELETE' | 'PUT', url: string, payload?: object) =>
      t.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
    expect((await ask('GET', '/api/v1/unknown-traps')).json()).toMatchObject({ other: 3 })
    expect((await ask('GET', `/api/v1/unknown-traps/${OID}`)).statusCode).toBe(404)
    expect((await ask('POST', `/api/v1/unknown-traps/${OID}/definition`, { definition })).statusCode).toBe(201)
    expect((await ask('POST', `/api/v1/unknown-traps/${OID}/ignore`, {})).statusCode).toBe(204)
    expect((await ask('DELETE', `/api/v1/trap-definitions/${OID}`)).statusCode).toBe(409)
    expect((await ask('POST', '/api/v1/unknown-traps/evil/ignore', {})).statusCode).toBe(400)
    expect((await ask('PUT', `/api/v1/trap-definitions/${OID}`, { definition: { name: 'x' } })).statusCode).toBe(400)
    expect(said.map((call) => call[0])).toEqual([OID, OID])
    expect(said[0]?.[1]).toMatchObject({ name: 'doorOpen', category: 'unknown', alarm: null })
  })
})
