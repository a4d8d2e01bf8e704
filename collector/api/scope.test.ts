// Every role with limits against every route, with things of its own customer and of another: no unexpected allow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '#shared/http/session.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { POLICY, policyOf } from './policy.ts'
import { SCOPES } from './scope.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
const bearer = new Map<Role, string>()
const LIMITED = ROLES.filter((role) => role !== 'admin')
/** Stands in everything of the other customer. */
const THEIRS = 'theirs-alone'

beforeAll(async () => {
  t = await createTestApi()
  for (const customer of ['acme', 'beta']) fill(customer, customer === 'beta' ? THEIRS : 'ours')
  for (const role of LIMITED) {
    const customers = ['acme']
    await t.access.createUser('test', { name: `a-${role}`, role, customers, password: 'long enough', language: null })
    const owner = { user: `a-${role}`, role, customers, kind: 'session', expiresAt: null, language: null } as const
    bearer.set(role, (await t.access.createToken(owner, { name: 'test' })).token)
  }
})
afterAll(() => t[Symbol.asyncDispose]())

const routes = Object.keys(POLICY)
  .filter((key) => POLICY[key] !== 'public' && POLICY[key] !== 'kiosk' && !/\/live$|DELETE .*session/.test(key))
  .map((key) => key.split(' ') as [string, string])

describe.each(LIMITED)('%s of acme', (role) => {
  it.each(routes)('%s %s gives and does nothing of beta', async (method, url) => {
    t.calls.length = 0
    const answer = await ask(role, method, url, 'beta')
    const allowed = policyOf(method, url)?.includes(role) ?? false
    const scope = SCOPES[`${method} ${url}`]
    if (!allowed || scope === undefined) expect(answer.statusCode, answer.body).toBe(403)
    else if (typeof scope !== 'string') expect(answer.statusCode, answer.body).toBe(404)
    expect(answer.body).not.toContain(THEIRS)
    expect(JSON.stringify(t.calls)).not.toContain('beta')
    expect(answer.statusCode, answer.body).toBeLessThan(500)
  })

  it.each(routes.filter(([m, u]) => SCOPES[`${m} ${u}`] !== undefined))(
    '%s %s is answered for acme',
    async (method, url) => {
      const answer = await ask(role, method, url, 'acme')
      if (policyOf(method, url)?.includes(role)) expect(answer.statusCode, answer.body).not.toBe(403)
      else expect(answer.statusCode).toBe(403)
      if (allowedList(role, method, url)) expect(answer.body).toContain('ours')
    },
  )
})

it('shows all to who has no limits', async () => {
  const headers = { cookie: await t.signIn() }
  for (const list of LISTS) {
    const { body } = await t.app.inject({ url: `/api/v1/${list}`, headers })
    expect(body, list).toContain(THEIRS)
    expect(body, list).toContain('ours')
  }
})

it('counts what is theirs', async () => {
  const { body } = await ask('viewer', 'GET', '/api/v1/health', 'acme')
  expect(JSON.parse(body)).toMatchObject({ openIncidents: 1, devices: { up: 1 }, agents: { online: 1 }, figures: {} })
})

it('does not diagnose a device of another customer from an incident of the own', async () => {
  t.calls.length = 0
  const headers = { authorization: `Bearer ${bearer.get('engineer')}` }
  const payload = { device: 'beta.one', action: 'ping', arguments: {} }
  const url = '/api/v1/incidents/incident-acme/diagnostics'
  expect((await t.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(404)
  expect(t.calls).toEqual([])
})

it.each([
  { alarms: ['alarm-acme', 'alarm-beta'], to: 'own' },
  { alarms: ['alarm-acme'], to: 'incident-beta' },
])('moves no alarm out of or into an incident of another customer: %o', async (payload) => {
  t.calls.length = 0
  const headers = { authorization: `Bearer ${bearer.get('desk')}` }
  const url = '/api/v1/incidents/incident-acme/regroup'
  expect((await t.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(404)
  expect(t.calls).toEqual([])
})

it.each([
  ['POST', '/incidents', { title: 'x', site: 'beta-site' }],
  ['POST', '/incidents', { title: 'x', site: 'acme-site', alarms: ['alarm-beta'] }],
  ['POST', '/incidents/incident-acme/alarms', { alarms: ['alarm-acme', 'alarm-beta'] }],
  ['POST', '/incidents/incident-acme/merge', { into: 'incident-beta' }],
  ['POST', '/incidents/incident-acme/links', { to: 'incident-beta', kind: 'related' }],
  ['DELETE', '/incidents/incident-acme/links/incident-beta', undefined],
] as const)('%s %s puts nothing of another customer beside the own: %o', async (method, url, payload) => {
  t.calls.length = 0
  const headers = { authorization: `Bearer ${bearer.get('desk')}` }
  const answer = await t.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) })
  expect(answer.statusCode, answer.body).toBe(404)
  expect(t.calls).toEqual([])
})

it('keeps remarks, evidence and reasons of rules from somebody at the customer', async () => {
  const seen = async (role: Role) =>
    (await ask(role, 'GET', '/api/v1/incidents/:id', 'acme')).body +
    (await ask(role, 'GET', '/api/v1/alarms/:id', 'acme')).body
  for (const remark of ['remark-on-incident', 'remark-on-alarm', 'remark-on-state', 'why-of-a-rule']) {
    expect(await seen('desk')).toContain(remark)
    expect(await seen('customer')).not.toContain(remark)
  }
  expect(await seen('customer')).toContain('what the system said')
})

it('gives a token no right and no customer that its owner has not', async () => {
  const owner = {
    user: 'a-desk',
    role: 'desk',
    customers: ['acme'],
    kind: 'session',
    expiresAt: null,
    language: null,
  } as const
  for (const role of ROLES) {
    const made = await t.access.createToken(owner, { name: role, role })
    expect(['desk', 'viewer']).toContain(made.role)
    const principal = await t.access.identify({ bearer: made.token })
    expect(principal?.customers).toEqual(['acme'])
  }
})

it('refuses an administrator with limits, and somebody at no customer', async () => {
  const base = { name: 'x', password: 'long enough', language: null }
  expect(await t.access.createUser('test', { ...base, role: 'admin', customers: ['acme'] })).toMatchObject({
    ok: false,
  })
  expect(await t.access.createUser('test', { ...base, role: 'customer' })).toMatchObject({ ok: false })
  expect(await t.access.updateUser('test', 'a-customer', { customers: null })).toMatchObject({ reason: 'customers' })
  expect(await t.access.updateUser('test', 'a-viewer', { role: 'admin' })).toMatchObject({ reason: 'customers' })
})

const LISTS = ['customers', 'sites', 'agents', 'devices', 'alarms', 'incidents', 'events'] as const
const allowedList = (role: Role, method: string, url: string) =>
  method === 'GET' &&
  LISTS.some((list) => url === `/api/v1/${list}`) &&
  (policyOf(method, url)?.includes(role) ?? false)

let asked = 0
function ask(role: Role, method: string, url: string, customer: string) {
  const kind = /^\/api\/v1\/(\w+)s\/:id/.exec(url)?.[1]
  const id =
    { device: `${customer}.one`, site: `${customer}-site`, agent: `agent-${customer}` }[kind ?? ''] ??
    `${kind}-${customer}`
  const path = url.replace(':id', id).replace(':oid', '1.3.6.1').replace(':name', 'one.yaml').replace(/:\w+/g, 'one')
  const query =
    {
      '/api/v1/samples': `?device=${customer}.one`,
      '/api/v1/devices/:id/maintenance': '?from=0&to=1',
      '/api/v1/incidents/:id/attachments': '?name=photo.jpg',
    }[url] ?? ''
  return t.app.inject({
    ...{ remoteAddress: `10.1.${asked++ >> 8}.${asked & 255}`, method: method as 'GET', url: path + query },
    headers: { authorization: `Bearer ${bearer.get(role)}` },
    ...(method === 'GET' ? {} : { payload: BODIES[url]?.(customer) ?? {} }),
  })
}

/** Bodies that pass the form of routes, so that what stands behind it is reached. */
const BODIES: Readonly<Record<string, (customer: string) => object>> = {
  '/api/v1/alarms/actions': (customer) => ({ action: 'acknowledge', ids: [`alarm-${customer}`] }),
  '/api/v1/incidents/:id/notes': () => ({ text: 'a note' }),
  '/api/v1/incidents/:id/assign': () => ({ assignee: null }),
  '/api/v1/incidents/:id/state': () => ({ state: 'in-progress', note: '' }),
  '/api/v1/incidents/:id/diagnostics': () => ({ action: 'ping', arguments: {} }),
  '/api/v1/incidents': (customer) => ({ title: 'by hand', device: `${customer}.one`, alarms: [`alarm-${customer}`] }),
  '/api/v1/incidents/:id/alarms': (customer) => ({ alarms: [`alarm-${customer}`] }),
  '/api/v1/incidents/:id/merge': (customer) => ({ into: `incident-${customer}` }),
  '/api/v1/incidents/:id/tier': () => ({ tier: 2 }),
  '/api/v1/incidents/:id/priority': () => ({ impact: 'high', urgency: 'low' }),
  '/api/v1/incidents/:id/links': (customer) => ({ to: `incident-${customer}`, kind: 'related' }),
  '/api/v1/incidents/:id/regroup': (customer) => ({ alarms: [`alarm-${customer}`], to: 'own' }),
  '/api/v1/devices/:id/diagnostics': () => ({ action: 'ping', arguments: {} }),
  '/api/v1/sites/:id/links': () => ({
    ...{ a: 'one', b: 'two' },
  }),
}

function fill(customer: string, mark: string): void {
  const run = (sql: string, ...values: (string | number | null)[]) => void t.database.prepare(sql).run(...values)
  const doc = (more: object) => JSON.stringify({ name: mark, mark, ...more })
  const [site, agent, device, alarm, incident] = [
    ...[`${customer}-site`, `agent-${customer}`, `${customer}.one`, `alarm-${customer}`, `incident-${customer}`],
  ] as [string, string, string, string, string]
  run('insert into customer values (?, ?)', customer, doc({ id: customer }))
  run('insert into site values (?, ?, ?)', site, customer, doc({ id: site, customer }))
  run('insert into agent values (?, ?, ?)', agent, site, doc({ id: agent, site, presence: 'online' }))
  run(
    'insert into device values (?, ?, ?, ?, ?, ?)',
    device,
    site,
    customer,
    agent,
    'up',
    doc({ id: device, site, customer, agent, state: 'up' }),
  )
  run(
    'insert into alarm values (?, ?, ?, ?, ?, 4, 0, ?, 1, 1, 1, ?, ?)',
    ...[alarm, alarm, customer, site, device, 'ack', incident],
    doc({ id: alarm, customer, site, device, text: mark, ackNote: 'remark-on-alarm' }),
  )
  run(
    "insert into alarm_change (alarm, action, at, actor, late, note, severity) values (?, 'acknowledge', 1, 'nora', 0, 'remark-on-alarm', 4)",
    alarm,
  )
  run(
    "insert into trace (at, alarm, incident, rule, decision, doc) values (1, ?, ?, 'r', 'open', ?)",
    ...[alarm, incident],
    JSON.stringify({ why: 'why-of-a-rule', inputs: {} }),
  )
  run(
    "insert into incident values (?, ?, ?, ?, ?, 'new', 1, 1, null, ?)",
    ...[incident, customer === 'acme' ? 1 : 2, customer, site, device],
    doc({ id: incident, customer, site, device, title: mark, alarms: [alarm] }),
  )
  for (const [kind, actor, text] of [
    ['opened', 'system', 'what the system said'],
    ['note', 'nora', 'remark-on-incident'],
    ['state', 'nora', 'remark-on-state'],
  ] as const)
    run(
      'insert into incident_timeline values (?, ?, 1, ?, ?)',
      ...[`${incident}-${kind}`, incident, kind],
      JSON.stringify({ id: `${incident}-${kind}`, incident, at: 1, kind, actor, text, data: {} }),
    )
  run(
    "insert into device_event (agent, epoch, seq, site, device, kind, at, received_at, doc) values (?, 'e', 1, ?, ?, 'log', 1, 1, ?)",
    ...[agent, site, device],
    doc({ kind: 'log', severity: 1 }),
  )
}
