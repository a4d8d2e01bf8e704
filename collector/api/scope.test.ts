// Every role with limits against every route, with things of its own customer and of another: no unexpected allow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '#shared/http/session.ts'
import { scopedBooks, windowBody } from '#test/support/scoped-books.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { POLICY, policyOf } from './policy.ts'
import { SCOPES } from './scope.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
const bearer = new Map<Role, string>()
const LIMITED = ROLES.filter((role) => role !== 'admin')
/** Stands in everything of the other customer. */
const THEIRS = 'theirs-alone'
/** Why an alarm is held by a window of both. */
const WORK = `maintenance window "${THEIRS}": behind acme.one`
/** What was done to windows. */
const done: unknown[][] = []

beforeAll(async () => {
  const no = async (): Promise<never> => {
    throw new Error('not part of this test')
  }
  const channels = { list: async () => [{ id: THEIRS } as never], test: no, save: no, remove: no }
  t = await createTestApi({ deps: { ...scopedBooks(done), channels } })
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
    done.length = 0
    const answer = await ask(role, method, url, 'beta')
    const allowed = policyOf(method, url)?.includes(role) ?? false
    const scope = SCOPES[`${method} ${url}`]
    if (!allowed || scope === undefined) expect(answer.statusCode, answer.body).toBe(403)
    else if (typeof scope !== 'string') expect(answer.statusCode, answer.body).toBe(404)
    expect(answer.body).not.toContain(THEIRS)
    expect(JSON.stringify([...t.calls, ...done])).not.toContain('beta')
    expect(answer.statusCode, answer.body).toBeLessThan(500)
  })

  it.each(routes.filter(([m, u]) => SCOPES[`${m} ${u}`] !== undefined))(
    '%s %s is answered for acme',
    async (method, url) => {
      const answer = await ask(role, method, url, 'acme')
      if (policyOf(method, url)?.includes(role)) expect(answer.statusCode, answer.body).not.toBe(403)
      else expect(answer.statusCode).toBe(403)
      if (allowedList(role, method, url)) expect(answer.body).toContain('ours')
      expect(answer.body).not.toContain(THEIRS)
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

it('names who may be given alarms: those who share a customer, never who only looks', async () => {
  for (const [name, role, customers] of [
    ['b-noc', 'noc', ['beta']],
    ['ab-noc', 'noc', ['acme', 'beta']],
    ['all-noc', 'noc', null],
  ] as const)
    await t.access.createUser('test', { name, role, customers, password: 'long enough', language: null })
  const namesFor = async (role: Role) =>
    (await ask(role, 'GET', '/api/v1/alarms/owners', 'acme')).json().items.map((user: { name: string }) => user.name)
  expect((await namesFor('desk')).sort()).toEqual(['a-desk', 'a-engineer', 'a-noc', 'ab-noc', 'admin', 'all-noc'])
  const headers = { cookie: await t.signIn() }
  const { body } = await t.app.inject({ url: '/api/v1/alarms/owners', headers })
  expect(body).toContain('b-noc')
  expect(body).not.toContain('a-viewer')
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

it('shows that incidents of theirs are beside each other, not that others are', async () => {
  const { timeline } = (await ask('viewer', 'GET', '/api/v1/incidents/:id', 'acme')).json()
  const linked = timeline.filter(({ kind }: { kind: string }) => kind.endsWith('linked'))
  expect(linked.map(({ data }: { data: { to: object } }) => data.to)).toMatchObject([{ id: 'incident-other' }])
})

it('keeps remarks, evidence and reasons of rules from somebody at the customer', async () => {
  const seen = async (role: Role) =>
    (await ask(role, 'GET', '/api/v1/incidents/:id', 'acme')).body +
    (await ask(role, 'GET', '/api/v1/alarms/:id', 'acme')).body +
    (await ask(role, 'GET', '/api/v1/incidents', 'acme')).body +
    (await ask(role, 'GET', '/api/v1/alarms', 'acme')).body
  for (const remark of [
    ...['remark-on-incident', 'remark-on-alarm', 'remark-on-state', 'remark-on-severity', 'remark-on-shelve'],
    ...['remark-on-held', 'why-of-a-rule'],
  ]) {
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
  const headers = { authorization: `Bearer ${bearer.get('desk')}` }
  for (const role of ROLES) {
    const answer = await t.app.inject({ method: 'POST', url: '/api/v1/tokens', headers, payload: { name: role, role } })
    const isGiven = role === 'desk' || role === 'viewer'
    expect(answer.statusCode, role).toBe(isGiven ? 201 : 400)
    if (!isGiven) expect(answer.json()).toMatchObject({ error: { details: [{ path: 'role' }] } })
    if (!isGiven) continue
    const made = await t.access.createToken(owner, { name: role, role })
    expect(made.role).toBe(role)
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

const LISTS = [
  ...(['customers', 'sites', 'agents', 'devices', 'alarms', 'incidents', 'events'] as const),
  ...(['rules', 'maintenance-windows', 'suppressed', 'notifications', 'quarantine', 'gaps'] as const),
] as const
describe('windows', () => {
  const act = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) =>
    t.app.inject({
      ...{
        method,
        url: `/api/v1/maintenance-windows${path}`,
        headers: { authorization: `Bearer ${bearer.get('desk')}` },
      },
      ...(payload ? { payload } : {}),
    })

  it('that reach others too are seen without names, and stay as they are', async () => {
    done.length = 0
    const { items } = (await act('GET', '')).json()
    expect(items.map((one: { id: string }) => one.id)).toEqual(['window-acme', 'window-both'])
    expect(items[1]).toMatchObject({
      title: '–',
      owner: '',
      createdBy: '',
      held: 1,
      selector: { sites: ['acme-site'] },
    })
    const work = await t.app.inject({
      url: '/api/v1/devices/acme.one/maintenance?from=0&to=1',
      headers: { authorization: `Bearer ${bearer.get('desk')}` },
    })
    const titles = work.json().items.map((one: { title: string }) => one.title)
    expect(titles).toEqual([items[0].title, '–'])
    const change = { window: windowBody({ customers: ['acme'] }), version: 1 }
    for (const id of ['window-both', 'window-beta']) {
      expect((await act('PUT', `/${id}`, change)).statusCode).toBe(404)
      expect((await act('DELETE', `/${id}?version=1`, {})).statusCode).toBe(404)
      expect((await act('POST', `/${id}/end`, {})).statusCode).toBe(404)
      expect((await act('POST', `/${id}/extend`, { until: 9e12 })).statusCode).toBe(404)
    }
    expect(done).toEqual([])
    expect((await act('PUT', '/window-acme', change)).statusCode).toBe(200)
    expect((await act('POST', '/window-acme/end', {})).statusCode).toBe(200)
    expect(done).toHaveLength(2)
  })

  it.each<[object, boolean]>([
    [{ customers: ['acme'] }, true],
    [{ sites: ['acme-site'] }, true],
    [{ devices: ['acme-site.one'] }, true],
    [{}, false],
    [{ customers: ['*'] }, false],
    [{ sites: ['acme-site', 'beta-site'] }, false],
    [{ sites: ['acme-*'] }, false],
    [{ tags: { role: 'core' } }, false],
  ])('for %o may be planned: %s', async (selector, may) => {
    done.length = 0
    expect((await act('POST', '', windowBody(selector))).statusCode).toBe(may ? 201 : 403)
    expect((await act('PUT', '/window-acme', { window: windowBody(selector), version: 1 })).statusCode).toBe(
      may ? 200 : 403,
    )
    expect((await act('POST', '/preview', windowBody(selector))).statusCode).toBe(may ? 400 : 403)
    expect(done).toHaveLength(may ? 2 : 0)
  })
})

it('shows of a rule for all only what is said of theirs', async () => {
  const headers = { authorization: `Bearer ${bearer.get('viewer')}` }
  const { items, problems } = (await t.app.inject({ url: '/api/v1/rules', headers })).json()
  expect(items.map((one: { id: string }) => one.id)).toEqual(['rule-acme', 'rule-both'])
  expect(items[1]).toMatchObject({ failing: 0, overrides: [{ override: { selector: { customers: ['acme'] } } }] })
  expect(problems).toEqual([])
  const told = (await t.app.inject({ url: '/api/v1/rules/rule-both/evaluations', headers })).json()
  expect(told.items.map((one: { subject: string }) => one.subject)).toEqual(['acme-site.one if:1'])
})

it('shows messages about theirs alone', async () => {
  const { body } = await ask('engineer', 'GET', '/api/v1/notifications', 'acme')
  const keys = (JSON.parse(body) as { items: { key: string }[] }).items.map((one) => one.key)
  // neither the test message, nor the summary of two customers
  expect(keys.toSorted()).toEqual(['alarms-acme', 'incident-acme'])
})

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
  run('insert into site values (?, ?, ?)', site, customer, doc({ id: site, customer, timeZone: 'UTC' }))
  run('insert into agent values (?, ?, ?)', agent, site, doc({ id: agent, site, presence: 'online', backlog: {} }))
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
    doc({
      ...{ id: alarm, customer, site, device, text: mark, ackNote: 'remark-on-alarm' },
      ...{ perceivedSeverity: 'critical', isCleared: false, operatorState: 'ack' },
      suppression: { by: 'maintenance', holds: 'incident', ref: 'window-both', why: WORK, since: 1, until: null },
      changedSeverity: { by: 'nora', at: 1, note: 'remark-on-severity', from: 'major', ruleSays: 'major' },
      ...{ rule: 'r', qualifier: '' },
    }),
  )
  run(
    "insert into alarm_change (alarm, action, at, actor, late, note, severity) values (?, 'acknowledge', 1, 'nora', 0, 'remark-on-alarm', 4)",
    alarm,
  )
  run(
    "insert into alarm_change (alarm, action, at, actor, late, note, severity) values (?, 'suppress', 2, 'system', 0, ?, 4)",
    ...[alarm, `nora shelved it: remark-on-shelve, ${WORK}`],
  )
  run(
    "insert into trace (at, alarm, incident, rule, decision, doc) values (2, ?, ?, 'r', 'suppress', ?)",
    ...[alarm, incident],
    JSON.stringify({ why: `maintenance: ${WORK}`, gate: 'maintenance', inputs: { by: 'maintenance', why: WORK } }),
  )
  run(
    "insert into trace (at, alarm, incident, rule, decision, doc) values (1, ?, ?, 'r', 'open', ?)",
    ...[alarm, incident],
    JSON.stringify({ why: 'why-of-a-rule', inputs: {} }),
  )
  run(
    "insert into incident values (?, ?, ?, ?, ?, 'new', 1, 1, null, ?)",
    ...[incident, customer === 'acme' ? 1 : 2, customer, site, device],
    doc({
      ...{ id: incident, customer, site, device, title: mark, alarms: [alarm], state: 'new', assignee: null },
      held: { by: 'shelved', holds: 'incident', ref: null, why: `remark-on-held, ${WORK}`, since: 1, until: null },
    }),
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
  for (const [kind, of] of [
    ['linked', { id: 'incident-beta', customer: 'beta' }],
    // before links said whose they are
    ['unlinked', { id: 'incident-beta' }],
    ['linked', { id: 'incident-other', customer: 'acme' }],
  ] as const) {
    const id = `${incident}-${kind}-${of.id}`
    const data = { kind: 'related', to: { ...of, number: 2, title: of.id === 'incident-beta' ? THEIRS : 'ours' } }
    run(
      'insert into incident_timeline values (?, ?, 1, ?, ?)',
      ...[id, incident, kind],
      JSON.stringify({ id, incident, at: 1, kind, actor: 'nora', text: '', data }),
    )
  }
  run(
    "insert into device_event (agent, epoch, seq, site, device, kind, at, received_at, doc) values (?, 'e', 1, ?, ?, 'log', 1, 1, ?)",
    ...[agent, site, device],
    doc({ kind: 'log', severity: 1 }),
  )
  run('insert into quarantine (agent, reason, bytes, at) values (?, ?, 1, 1)', agent, mark)
  run(
    "insert into stream_gap (agent, epoch, lane, first, count, reason, at) values (?, 'e', 'event', 1, 1, ?, 1)",
    ...[agent, mark],
  )
  const message = (key: string, about: string | null, alarms: readonly string[], answer = mark) => {
    run(
      `insert or ignore into notification (key, channel, recipient, incident, at, state, attempts, next_at, answer, doc)
       values (?, 'mail', 'mail', ?, 1, 'sent', 1, 0, ?, '{"transition":"opened"}')`,
      ...[key, about, answer],
    )
    for (const one of alarms) run('insert or ignore into notification_alarm values (?, ?)', one, key)
  }
  message(`incident-${customer}`, incident, [alarm])
  message(`alarms-${customer}`, null, [alarm])
  message('of-both', null, [alarm], THEIRS)
  message('test', null, [], THEIRS)
}
