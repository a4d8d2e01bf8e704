// How SQLite goes about what lists ask: by an index in the order shown, counting without the alarms themselves. What it would
// choose depends on small things in the text of a question, and is noticed only with 50,000 alarms.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AlarmListQuery } from '#shared/http/alarms.ts'
import { type Database, openDatabase } from '../database.ts'
import { createReads } from './reads.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-plans-'))
let db: Database
beforeAll(async () => {
  db = await openDatabase(join(dir, 'c.db'))
})
afterAll(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Steps of the plans of everything that `ask` asks, those that look up one row by its key aside. */
async function plansOf(ask: (reads: ReturnType<typeof createReads>) => unknown): Promise<string[]> {
  const asked: string[] = []
  const prepare = (sql: string) => {
    asked.push(sql)
    return db.prepare(sql)
  }
  const reads = createReads({ ...db, prepare })
  asked.length = 0
  await ask(reads)
  const steps = asked.flatMap((sql) =>
    db.connection.prepare(`explain query plan ${sql}`).all(...Array(sql.split('?').length - 1).fill(1)),
  )
  return steps.map((step) => String(step.detail)).filter((step) => !step.includes('PRIMARY KEY'))
}
const alarms = (query: Record<string, string>, only?: readonly string[]) =>
  plansOf((reads) => reads.alarms(AlarmListQuery.parse(query), only))

const COUNTED = 'SCAN m USING COVERING INDEX alarm_worst'
const LAST = 'USE TEMP B-TREE FOR LAST TERM OF ORDER BY'

it.each([
  [{}, 'alarm_worst'],
  [{ sort: 'raisedAt' }, 'alarm_list'],
  [{ sort: 'lastAt' }, 'alarm_last'],
])('reads current alarms %j in order by %s, and counts them without reading them', async (query, index) => {
  for (const order of ['asc', 'desc'])
    for (const only of [undefined, ['c1', 'c2']])
      expect((await alarms({ ...query, order }, only)).filter((step) => step !== LAST)).toEqual([
        `SCAN m USING INDEX ${index}`,
        COUNTED,
      ])
})

it('reads those of one severity, site or device only', async () => {
  expect((await alarms({ severity: 'critical' }))[0]).toBe('SEARCH m USING INDEX alarm_worst (severity=?)')
  for (const [query, step] of [
    [{ site: 's' }, 'SEARCH m USING INDEX alarm_site (site=?)'],
    [{ device: 'd' }, 'SEARCH m USING INDEX alarm_device (device=?)'],
    [{ device: 'd', all: 'true' }, 'SEARCH m USING INDEX alarm_device (device=?)'],
  ] as const)
    expect((await alarms(query)).filter((one) => / m /.test(one))).toEqual([step, step])
})

it('counts for customers, sites, devices and the head of every screen without reading alarms', async () => {
  const ofAlarms = async (ask: Parameters<typeof plansOf>[0]) =>
    (await plansOf(ask)).filter((step) => /\balarm(_\w+)?\b|\bm USING/.test(step))
  expect(await ofAlarms((reads) => reads.sites({ limit: 10 }))).toContain('SCAN alarm USING COVERING INDEX alarm_site')
  expect(await ofAlarms((reads) => reads.customers({ limit: 10 }))).toContain(
    'SCAN alarm USING COVERING INDEX alarm_site',
  )
  expect(await ofAlarms((reads) => reads.counts())).toEqual(['SCAN alarm USING COVERING INDEX alarm_worst'])
  expect(await ofAlarms((reads) => reads.counts(['c1']))).toEqual(['SCAN alarm USING COVERING INDEX alarm_worst'])
  expect(await ofAlarms((reads) => reads.devices({ limit: 10 }))).toEqual([
    'SEARCH m USING INDEX alarm_device (device=?)',
  ])
})

it('goes through history, events and audit by time, and through no table as a whole', async () => {
  for (const ask of [
    (reads) => reads.alarmHistory({ limit: 10 }),
    (reads) => reads.alarmHistory({ limit: 10, q: 'fan', customer: 'c', type: 'fan.failed' }, ['c']),
    (reads) => reads.events({ limit: 10 }),
    (reads) => reads.events({ limit: 10, q: 'fan', agent: 'a', kind: ['log'] }, ['c']),
    (reads) => reads.audit({ limit: 10 }),
    (reads) => reads.audit({ limit: 10, q: 'fan', actor: 'a' }),
    (reads) => reads.incidents({ limit: 10, sort: 'opened' }),
  ] satisfies Parameters<typeof plansOf>[0][]) {
    const wrong = /TEMP B-TREE|SCAN (?!.*USING|json_each|site|s$)/
    expect((await plansOf(ask)).filter((step) => wrong.test(step))).toEqual([])
  }
})
