import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlaces } from '#collector/site-config/places.ts'
import { createTestApi } from '#test/support/test-api.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
let cookie: string
beforeAll(async () => {
  t = await createTestApi()
  cookie = await t.signIn()
})
afterAll(() => t[Symbol.asyncDispose]())

const ask = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
  const response = await t.app.inject({
    ...{ method, url: `/api/v1${url}`, headers: { cookie, 'x-requested-with': 'outrider' } },
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() }
}
const CONFIG = '/sites/branch/config'

describe('customers and sites', () => {
  it('are added, changed and listed with their origin', async () => {
    expect((await ask('POST', '/customers', { id: 'acme', name: ' Acme ' })).body).toMatchObject({
      ...{ id: 'acme', name: 'Acme', origin: 'collector', sites: 0 },
    })
    const site = { id: 'branch', customer: 'acme', name: 'Branch', timeZone: 'Europe/Berlin' }
    expect(await ask('POST', '/sites', site)).toMatchObject({
      ...{ status: 201, body: { ...site, origin: 'collector', customerName: 'Acme' } },
    })
    expect((await ask('PATCH', '/sites/branch', { name: 'Branch 2' })).body).toMatchObject({
      ...{ name: 'Branch 2', timeZone: 'Europe/Berlin' },
    })
    expect((await ask('PATCH', '/customers/acme', { name: 'Acme Ltd' })).body.sites).toBe(1)
    expect((await ask('GET', '/sites')).body.items).toMatchObject([{ id: 'branch', customerName: 'Acme Ltd' }])
  })

  it('say what does not go', async () => {
    const codes = await Promise.all([
      ask('POST', '/customers', { id: 'acme', name: 'Again' }),
      ask('POST', '/customers', { id: 'Bad Id', name: 'x' }),
      ask('POST', '/sites', { id: 'lost', customer: 'nobody', name: 'x' }),
      ask('POST', '/sites', { id: 'zone', customer: 'acme', name: 'x', timeZone: 'Mars/Base' }),
      ask('PATCH', '/sites/nowhere', { name: 'x' }),
      ask('DELETE', '/customers/acme'),
    ])
    expect(codes.map((c) => c.status)).toEqual([409, 400, 400, 400, 404, 409])
    expect(codes[3]?.body.error.details).toEqual([{ path: 'timeZone', message: 'not an IANA time zone' }])
  })

  it('of the file win over those kept here', () => {
    const kept = [{ name: 'acme', doc: { id: 'acme', name: 'Kept' }, updatedAt: 1, updatedBy: 'a' }]
    const store = { list: (kind: string) => (kind === 'customer' ? kept : []) }
    const places = createPlaces({ customers: [{ id: 'acme', name: 'Of the file' }], sites: [] }, store as never)
    expect(places.customers()).toEqual([{ id: 'acme', name: 'Of the file', origin: 'file' }])
  })
})

describe('what is kept for a site', () => {
  it('is refused where there is no such site', async () => {
    for (const what of ['devices', 'credentials', 'settings', 'profiles', 'status'])
      expect((await ask('GET', `/sites/nowhere/config/${what}`)).status, what).toBe(404)
    expect((await ask('PUT', '/sites/nowhere/config/devices/a', { address: 'a' })).status).toBe(404)
  })

  it('takes a device, a row and a test only with an address, and says why', async () => {
    const refused = async (answer: ReturnType<typeof ask>) => (await answer).body.error?.details
    const details = [{ path: 'address', message: 'an IP address or a host name' }]
    const address = 'not an address'
    expect(await refused(ask('PUT', `${CONFIG}/devices/lift`, { address }))).toEqual(details)
    expect(await refused(ask('POST', '/sites/branch/device-tests', { address }))).toEqual(details)
    const body = { devices: [{ id: 'lift', address: '10.1.0.5:161' }], dryRun: true }
    const { items } = (await ask('POST', `${CONFIG}/devices/import`, body)).body
    expect(items[0].problems[0].message).toMatch(/^a port is in it: write only 10\.1\.0\.5;/)
  })

  it('gives no secret back, keeps one that is not given again, and takes one away', async () => {
    const v3 = { version: 'v3', user: 'noc', authKey: 'first-auth-key', privKey: 'first-priv-key' }
    const put = (draft: object) => ask('PUT', `${CONFIG}/credentials/core`, draft)
    expect(Object.keys((await put(v3)).body.secrets)).toEqual(['authKey', 'privKey'])
    const { authKey: _a, privKey: _p, ...words } = v3
    expect(Object.keys((await put({ ...words, user: 'noc-2' })).body.secrets)).toEqual(['authKey', 'privKey'])
    expect(Object.keys((await put({ ...words, privKey: null })).body.secrets)).toEqual(['authKey'])
    expect((await put({ ...words, level: 'authPriv' })).body.error.message).toContain('needs `privKey`')
    expect((await put({ version: 'v2c' })).body.error.message).toContain('needs `community`')
    expect((await put({ ...v3, authKey: 'short' })).status).toBe(400)
    expect((await put({ ...v3, community: 'public' })).status).toBe(400)
    const everything = await Promise.all([ask('GET', `${CONFIG}/credentials`), ask('GET', '/audit')])
    expect(JSON.stringify(everything)).not.toMatch(/first-(auth|priv)-key|x1\./)
    expect(JSON.stringify(t.database.connection.prepare('select doc from managed').all())).not.toMatch(/first-auth-key/)
  })

  it('checks what refers to what', async () => {
    const put = (id: string, draft: object) => ask('PUT', `${CONFIG}/devices/${id}`, draft)
    const details = async (id: string, draft: object) =>
      (await put(id, draft)).body.error?.details?.map((d: { path: string }) => d.path)
    expect(await details('a', { address: '192.0.2.1', snmp: { credentials: 'lost' } })).toEqual(['snmp.credentials'])
    expect(await details('a', { address: '192.0.2.1', agent: 'agent-of-others' })).toEqual(['agent'])
    expect(await details('a', { address: '192.0.2.1', parents: ['a'] })).toEqual(['parents'])
    expect((await put('a', { address: '192.0.2.1', snmp: { version: 'v2c', community: 'public' } })).status).toBe(400)
    expect((await put('a', { address: '192.0.2.1', snmp: { credentials: 'core' } })).status).toBe(201)
    expect((await put('a', { address: '192.0.2.2', snmp: { credentials: 'core' } })).status).toBe(200)
    expect((await put('b', { address: '192.0.2.3', parents: ['a'], poweredBy: ['strip-1'] })).status).toBe(201)
    const cyclic = (await put('a', { address: '192.0.2.2', snmp: { credentials: 'core' }, parents: ['b'] })).body.error
    expect(cyclic.details).toEqual([{ path: 'parents', message: 'a cycle: a > b > a' }])
    const rows = [
      { id: 'c', address: '192.0.2.4', parents: ['d'] },
      { id: 'd', address: '192.0.2.5', parents: ['c'] },
    ]
    const both = (await ask('POST', `${CONFIG}/devices/import`, { devices: rows, dryRun: true })).body.items
    expect(both.map((item: { outcome: string }) => item.outcome)).toEqual(['added', 'refused'])
    expect((await ask('DELETE', `${CONFIG}/devices/b`)).status).toBe(204)
    expect((await ask('DELETE', `${CONFIG}/credentials/core`)).body.error.message).toContain('1 devices use')
    expect((await ask('GET', `${CONFIG}/credentials`)).body.items[0].usedBy).toBe(1)
    expect((await ask('GET', `${CONFIG}/status`)).body).toMatchObject({
      ...{ agents: [], unassigned: [{ device: 'a', message: 'the site has no agent yet' }] },
    })
  })

  it('pages through devices', async () => {
    const devices = Array.from({ length: 25 }, (_, i) => ({ id: `sw-${100 + i}`, address: '192.0.2.1' }))
    await ask('POST', `${CONFIG}/devices/import`, { devices })
    const seen: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 9; pages++) {
      const { body } = await ask('GET', `${CONFIG}/devices?limit=10${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((row: { device: { id: string } }) => row.device.id))
      if (body.nextCursor === null) break
      cursor = body.nextCursor
    }
    expect(seen).toEqual(['a', ...devices.map((d) => d.id)])
  })

  it('takes settings and profiles that can be used', async () => {
    const settings = { inputs: { traps: { port: 1162, credentials: ['core'] } }, timeZone: 'Asia/Shanghai' }
    expect((await ask('PUT', `${CONFIG}/settings`, settings)).body.settings).toMatchObject(settings)
    const bad = async (draft: object) => (await ask('PUT', `${CONFIG}/settings`, draft)).status
    expect(await bad({ inputs: { traps: { credentials: ['lost'] } } })).toBe(400)
    expect(await bad({ inputs: { files: [{ path: '/etc/passwd' }] } })).toBe(400)
    expect(await bad({ inputs: { traps: { communities: ['public'] } } })).toBe(400)
    expect(await bad({ timeZone: 'Mars/Base' })).toBe(400)
    const text = 'sysobjectid: 1.3.6.1.4.1.99999.*\nmetrics:\n  - symbol: {OID: 1.3.6.1.4.1.99999.1.0, name: load}\n'
    expect(await ask('PUT', `${CONFIG}/profiles/acme.yaml`, { text })).toMatchObject({
      status: 200,
      body: { name: 'acme.yaml' },
    })
    expect((await ask('GET', `${CONFIG}/profiles/acme.yaml`)).body.text).toBe(text)
    const broken = await ask('PUT', `${CONFIG}/profiles/acme.yaml`, { text: 'a: [1,' })
    expect(broken.status).toBe(400)
    expect(broken.body.error.details[0].path).toMatch(/^text:\d+$/)
    expect((await ask('PUT', `${CONFIG}/profiles/..%2Fx.yaml`, { text })).status).toBe(400)
    expect((await ask('DELETE', `${CONFIG}/profiles/acme.yaml`)).status).toBe(204)
  })

  it('goes with its site', async () => {
    await ask('POST', '/customers', { id: 'gone', name: 'Gone' })
    await ask('POST', '/sites', { id: 'gone-1', customer: 'gone', name: 'Gone' })
    await ask('PUT', '/sites/gone-1/config/devices/a', { address: '192.0.2.1' })
    expect((await ask('DELETE', '/sites/gone-1')).status).toBe(204)
    expect((await ask('DELETE', '/customers/gone')).status).toBe(204)
    expect((await ask('GET', '/sites/gone-1/config/devices')).status).toBe(404)
    expect(t.database.connection.prepare("select count(*) as n from managed where site = 'gone-1'").get()?.n).toBe(0)
    expect((await ask('GET', '/audit/verification')).body.ok).toBe(true)
  })
})
