// The table of roles in the documentation against the one that decides: every route is of one of its lines.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROLES } from '#shared/http/session.ts'
import { POLICY } from './policy.ts'

/** Routes of a line, by how the line begins; the first that fits a route has it. */
const LINES: readonly (readonly [line: string, ...routes: RegExp[]])[] = [
  ['own account', / \/api\/v1\/(session|tokens)/],
  ['users and roles', / \/api\/v1\/(users|roles|audit|kiosks)/],
  [
    'test a watched',
    /^POST .*(devices\/:id\/test|sites\/:id\/links|unknown-traps\/:oid\/ignore$)/,
    /^DELETE .*(links\/:link|sweeps\/:sweep)/,
  ],
  ['see what is kept', /^GET .*\/(config|sweeps|proposals|device-tests|enrolment)/],
  [
    'see what is kept',
    /^GET .*\/(notifications|channels|notification-routes|quarantine|samples\/copy)/,
    /routes\/try$/,
  ],
  ['customers, sites', /^(POST|PUT|PATCH|DELETE) .*v1\/(customers|sites|enrolment|agents)/],
  ['plan, change', /^(POST|PUT|DELETE) .*(maintenance-windows|rules\/back-tests)/],
  ['rules and overrides', /^(POST|PUT|DELETE) .*(rules|inhibitions|trap|channels|notification-routes)/],
  ['work on alarms', /^(POST|DELETE) .*v1\/(alarms\/(actions|bulk)|incidents|devices\/:id\/diagnostics)/],
  ['work on alarms', /^GET .*(alarms\/(bulk|owners)|assignees)/],
  [
    'read agents',
    /^GET .*(agents|neighbours|assets|diagnostics|sites\/:id|cause$|evidence|attachments|trace|why|suppressed)/,
  ],
  ['read agents', /^GET .*(inhibitions|maintenance|rules|events|trap|gaps|metrics)/],
  ['read the overview', / \/api\/v1\/(overview|customers|sites|devices|samples|alarm|incidents|health|live)/],
]

const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
const [head = [], , ...table] =
  docs
    .slice(docs.indexOf('| | admin |'))
    .split('\n\n', 1)[0]
    ?.split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ) ?? []

it('says of each role what it may', () => {
  expect(new Set(head.slice(1))).toEqual(new Set(ROLES))
  const used = new Set<string>()
  for (const [route, policy] of Object.entries(POLICY)) {
    if (policy === 'public' || policy === 'kiosk') continue
    const line = LINES.find(([, ...routes]) => routes.some((one) => one.test(route)))?.[0]
    const row = table.find(([first]) => line !== undefined && first?.startsWith(line))
    expect(row, `${route} is of a line`).toBeDefined()
    used.add(row?.[0] ?? '')
    const said = head.filter((_, i) => i > 0 && row?.[i] === 'yes')
    expect(said.toSorted(), `${route}: ${line}`).toEqual([...policy].toSorted())
  }
  expect(
    table.map(([first]) => first).filter((first) => !used.has(first ?? '')),
    'no line without a route',
  ).toEqual([])
})
