// Every route with values that nobody sends by accident: each is answered, none breaks anything inside.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SEED } from '#test/support/seed.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { POLICY } from './policy.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
let cookie: string
beforeAll(async () => {
  t = await createTestApi()
  cookie = await t.signIn()
})
afterAll(() => t[Symbol.asyncDispose]())

const HOSTILE: readonly unknown[] = [
  ...[
    '',
    '\u0000',
    '\ud800',
    "' or 1=1 --",
    '%',
    '%_\\',
    '*'.repeat(150),
    '../../etc/passwd',
    '__proto__',
    'constructor',
  ],
  ...[
    '=cmd()',
    '<script>',
    'a\r\nset-cookie: x=y',
    '\u202eabc',
    'NaN',
    '1e999',
    '-1',
    '0x10',
    '9007199254740993',
    '8.64e15',
  ],
  ...[
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    2 ** 53,
    8.64e15,
    8.64e15 + 1,
    [],
    {},
    [null],
    { a: { a: {} } },
    Array(600).fill('x'),
  ],
]
const QUERY = [
  ...[
    'limit',
    'cursor',
    'q',
    'from',
    'to',
    'device',
    'metric',
    'resource',
    'step',
    'severity',
    'state',
    'customer',
    'site',
  ],
  ...[
    'sort',
    'dir',
    'order',
    'open',
    'means',
    'view',
    'offset',
    'list',
    'subject',
    'actor',
    'action',
    'kind',
    'name',
    'at',
  ],
  ...[
    'version',
    'hours',
    'sites',
    'since',
    'recipient',
    'channel',
    'lane',
    'agent',
    'level',
    'trap',
    'parts',
    'numbers',
  ],
]
const BODY = [
  ...[
    'ids',
    'action',
    'note',
    'until',
    'owner',
    'severity',
    'list',
    'count',
    'except',
    'alarms',
    'into',
    'to',
    'kind',
    'tier',
  ],
  ...[
    'text',
    'attachments',
    'assignee',
    'from',
    'state',
    'title',
    'site',
    'device',
    'impact',
    'urgency',
    'name',
    'customers',
  ],
  ...[
    'days',
    'role',
    'password',
    'current',
    'search',
    'columns',
    'shared',
    'view',
    'query',
    'zone',
    'words',
    'rule',
    'enabled',
  ],
  ...[
    'devices',
    'dryRun',
    'address',
    'snmp',
    'tcpPorts',
    'window',
    'version',
    'selector',
    'start',
    'durationMinutes',
    'rrule',
  ],
  ...[
    'timeZone',
    'theme',
    'language',
    'token',
    'user',
    'arguments',
    'items',
    'proposals',
    'reason',
    'ranges',
    'settings',
    'id',
  ],
]
/** Good ones beside which a single bad one gets further. */
const GOOD: Readonly<Record<string, unknown>> = {
  ...{
    name: 'x',
    title: 'x',
    text: 'x',
    zone: 'UTC',
    columns: [{ id: 'text', label: '=1' }],
    query: {},
    search: {},
    days: 1,
  },
  ...{
    action: 'acknowledge',
    ids: ['x'],
    kind: 'related',
    into: 'x',
    to: 'x',
    impact: 'low',
    urgency: 'low',
    tier: 1,
    view: null,
  },
}

const routes = Object.keys(POLICY).filter((key) => !/\/live$|DELETE .*\/session/.test(key) && key.includes('/api/'))

/** Which value goes where: others with another seed; OUTRIDER_HOSTILE=all tries each with each, for some minutes. */
const all = process.env.OUTRIDER_HOSTILE === 'all'
const valuesAt = (place: number): readonly unknown[] =>
  all ? HOSTILE : (place + SEED) % 5 === 0 ? [HOSTILE[(place * 13 + SEED) % HOSTILE.length]] : []

it('is answered, whatever is sent', async () => {
  const failures: string[] = []
  let asked = 0
  const send = async (method: string, url: string, payload?: unknown) => {
    const body = payload === undefined ? {} : { payload: JSON.stringify(payload) }
    const answer = await t.app.inject({
      ...{
        method: method as 'GET',
        url,
        remoteAddress: `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`,
        ...body,
      },
      headers: { cookie, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
    })
    asked++
    const wrong = answer.statusCode >= 500 || /(^|\W)x=y/.test(String(answer.headers['set-cookie'] ?? ''))
    if (wrong) failures.push(`${method} ${url} ${JSON.stringify(payload)} ${answer.body}`.slice(0, 300))
  }
  for (const [r, route] of routes.entries()) {
    const [method, path] = route.split(' ') as [string, string]
    const names = method === 'GET' ? QUERY : BODY
    for (const [n, name] of names.entries())
      for (const value of valuesAt(r + n)) {
        const text = (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed()
        const id = n % 3 === 0 && text !== '' ? encodeURIComponent(text.slice(0, 100)) : 'some-id'
        const url = path.replace(/:\w+/g, id)
        if (method === 'GET') await send(method, `${url}?${name}=${encodeURIComponent(text)}`)
        else await send(method, url, n % 5 === 0 ? value : { ...GOOD, [name]: value })
      }
  }
  expect(failures.slice(0, 10)).toEqual([])
  expect(asked).toBeGreaterThan(1200)
}, 600_000)
