// The overview over the API: what stands, of whom, and what is left out for whom.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Overview } from '#shared/http/overview.ts'
import { createTestApi } from '#test/support/test-api.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
const bearer: Record<string, string> = {}

beforeAll(async () => {
  t = await createTestApi({ now: () => 100 * 3_600_000 + 5 })
  const put = (table: string, columns: string, ...values: (string | number | null)[]) =>
    void t.database.prepare(`insert into ${table} values (${columns})`).run(...values)
  for (const customer of ['acme', 'beta']) {
    const doc = (more: object) => JSON.stringify({ name: `of ${customer}`, customer, ...more })
    const site = `${customer}-site`
    put('customer', '?, ?', customer, doc({ id: customer }))
    put('site', '?, ?, ?', site, customer, doc({ id: site, timeZone: 'UTC' }))
    const agent = { id: `agent-${customer}`, site, presence: 'unknown', unknownSince: 5, backlog: { event: 7 } }
    put('agent', '?, ?, ?', agent.id, site, JSON.stringify(agent))
    const alarm = {
      id: `alarm-${customer}`,
      site,
      perceivedSeverity: 'major',
      operatorState: 'none',
      qualifier: '',
      rule: 'r',
    }
    t.database
      .prepare(
        `insert into alarm (id, identity, customer, site, severity, is_cleared, operator_state, in_list, raised_at, last_at, doc)
         values (?, ?, ?, ?, 3, 0, 'none', 1, 0, 0, ?)`,
      )
      .run(alarm.id, alarm.id, customer, site, doc({ ...alarm, isCleared: false, suppression: null }))
    t.database.prepare('insert into alarm_hour values (99, ?, 3, 2, 99.5)').run(customer)
  }
  for (const role of ['viewer', 'customer'] as const) {
    const own = { user: role, role, customers: ['acme'] }
    await t.access.createUser('test', {
      name: role,
      role,
      customers: ['acme'],
      password: 'long enough',
      language: null,
    })
    const owner = { ...own, kind: 'session', expiresAt: null, language: null } as const
    bearer[role] = (await t.access.createToken(owner as never, { name: 'test' })).token
  }
})
afterAll(() => t[Symbol.asyncDispose]())

async function ask(who: 'admin' | 'viewer' | 'customer', query = ''): Promise<Overview> {
  const headers: Record<string, string> =
    who === 'admin' ? { cookie: await t.signIn() } : { authorization: `Bearer ${bearer[who]}` }
  const answer = await t.app.inject({ url: `/api/v1/overview${query}`, headers })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

it('tells all to who may see all', async () => {
  const overview = await ask('admin')
  expect(overview).toMatchObject({
    alarms: { open: 2 },
    siteCount: 2,
    agents: { unknown: 2, backlog: 14 },
    maintenance: [],
  })
  expect(overview.trend.points).toHaveLength(24)
  expect(overview.trend.points.at(-2)).toMatchObject({ at: 99 * 3_600_000, raised: 6, cleared: 4, open: 2 })
  expect((await ask('admin', '?hours=168&sites=1')).sites).toHaveLength(1)
})

it('tells somebody of one customer what is theirs, whatever they ask for', async () => {
  for (const query of ['', '?customer=acme', '?customer=beta&sites=2000']) {
    const overview = await ask('viewer', query)
    expect(JSON.stringify(overview)).not.toContain('beta')
    expect(overview.maintenance).toBeNull()
  }
  expect((await ask('viewer')).trend.points.at(-2)).toMatchObject({ raised: 3 })
  expect(await ask('viewer', '?customer=beta')).toMatchObject({ siteCount: 0, alarms: { open: 0 } })
})

it('names no agents to people at a customer site', async () => {
  expect((await ask('viewer')).agents.concerns).toHaveLength(1)
  expect((await ask('customer')).agents).toMatchObject({ unknown: 1, backlog: 0, concerns: [] })
})

it.each(['?hours=5', '?sites=-1', '?sites=99999'])('refuses %s', async (query) => {
  const headers = { cookie: await t.signIn() }
  expect((await t.app.inject({ url: `/api/v1/overview${query}`, headers })).statusCode).toBe(400)
})
