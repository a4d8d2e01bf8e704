// Back-tests from the request to what is kept: the API, the desk, the thread and the database.
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { type Alarm, shadowQualifier } from '#shared/domain/alarm.ts'
import type { BackTest, LastBackTest } from '#shared/http/back-tests.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { MINUTE, minutes, PAST, type StoredPast, storedPast } from '../test/support/stored-past.ts'
import { until } from '../test/support/until.ts'
import type { AlarmChange } from './alarms/alarm-change.ts'
import type { BackTestBook } from './api/deps.ts'
import { type BackTestDesk, createBackTestDesk } from './back-test-desk.ts'
import { Rule } from './rules/rule.ts'
import { emptyChangeSet } from './storage/change-set.ts'
import { createAlarmStore } from './storage/sqlite/alarm-store.ts'
import { createAuditStore } from './storage/sqlite/audit-store.ts'
import { createBackTestStore } from './storage/sqlite/back-test-store.ts'

const written = {
  ...{ id: 'hot', title: 'hot', severity: 'major', alarmType: 'env.temperature', text: '{{value}}' },
  condition: { type: 'threshold', metric: 'm1', above: 40 },
}
const now = PAST + 10_000 * MINUTE
const period = { from: PAST, to: PAST + 300 * MINUTE }

async function open(past: StoredPast, held: Map<string, Rule>) {
  const book = new Proxy({} as BackTestBook, { get: (_, name) => desk.book[name as keyof BackTestBook] })
  const test = await createTestApi({ now: () => now, deps: { backTests: book } })
  const audit = createAuditStore(test.database)
  const store = createBackTestStore(test.database, () => now)
  const desk: BackTestDesk = createBackTestDesk({
    ...{ store, file: past.file, rawDays: 30, language: 'en', now: () => now, log: pino({ level: 'silent' }) },
    judgement: () => ({ rules: { get: (id: string) => held.has(id) && { rule: held.get(id) } } }) as never,
    turns: () => ({
      async run(work) {
        const { changes, value } = work(now)
        audit.write(changes, now)
        desk.writer.write(changes, now)
        return value
      },
    }),
  })
  const cookie = await test.signIn()
  const ask = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) => {
    const response = await test.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { cookie, 'x-requested-with': 'test' },
      ...(payload ? { payload } : {}),
    })
    return { status: response.statusCode, body: (response.body === '' ? undefined : response.json()) as T }
  }
  return {
    ...{ desk, ask, database: test.database },
    async [Symbol.asyncDispose]() {
      await desk.stop()
      await test[Symbol.asyncDispose]()
    },
  }
}

describe('back-tests through the API', () => {
  it('are started, followed, kept with the rule and known to be of this very rule', async () => {
    using past = await storedPast({ rows: minutes(300, (m) => (m % 100 < 10 ? 45 : 20)) })
    const held = new Map<string, Rule>()
    await using open_ = await open(past, held)
    const { ask, desk } = open_
    const started = await ask<BackTest>('POST', '/rules/back-tests', { rule: written, ...period })
    expect(started).toMatchObject({ status: 202, body: { rule: 'hot', askedBy: 'admin', result: null } })
    const path = `/rules/back-tests/${started.body.id}`
    const { body } = await until(
      async () => {
        const now = await ask<BackTest>('GET', path)
        return now.body.endedAt === null ? undefined : now
      },
      { timeoutMs: 20_000, what: 'the back-test' },
    )
    expect(body).toMatchObject({ state: 'done', result: { candidate: { alarms: 3 }, current: null, compared: null } })
    expect((await ask('DELETE', path)).status).toBe(409)
    expect((await ask('DELETE', '/rules/back-tests/none')).status).toBe(404)
    const list = await ask<{ items: object[] }>('GET', '/rules/back-tests')
    expect(list.body.items).toHaveLength(1)
    expect(list.body.items[0]).not.toHaveProperty('result')

    expect((await ask('GET', '/rules/other/back-test')).status).toBe(404)
    const rule = Rule.parse(written)
    expect(desk.isTested(rule)).toBe(true)
    expect(desk.isTested(Rule.parse({ ...written, shadow: true }))).toBe(true)
    expect(desk.isTested(Rule.parse({ ...written, for: '1m' }))).toBe(false)
    held.set('hot', rule)
    const last = () => ask<LastBackTest>('GET', '/rules/hot/back-test')
    expect((await last()).body).toMatchObject({
      id: started.body.id,
      stale: false,
      result: { candidate: { alarms: 3 } },
    })
    held.set('hot', Rule.parse({ ...written, for: '1m' }))
    expect((await last()).body.stale).toBe(true)
    const audit = open_.database.connection.prepare('select action, subject from audit').all()
    expect(audit).toContainEqual({ action: 'rule.back-test', subject: 'rule:hot' })
  })

  it('compare with the rule of this id that holds, and take one by its id', async () => {
    using past = await storedPast({ rows: minutes(300, (m) => (m % 100 < 10 ? 45 : 20)) })
    await using open_ = await open(past, new Map([['hot', Rule.parse({ ...written, for: '30m' })]]))
    const { ask, desk } = open_
    const ids = [
      (await ask<BackTest>('POST', '/rules/back-tests', { rule: written, ...period })).body.id,
      (await ask<BackTest>('POST', '/rules/back-tests', { id: 'hot', ...period })).body.id,
    ]
    await until(() => ids.every((id) => desk.book.get(id)?.state === 'done'), { timeoutMs: 20_000 })
    expect(desk.book.get(ids[0] as string)?.result).toMatchObject({ compared: { same: 0, added: 3, gone: 0 } })
    expect(desk.book.get(ids[1] as string)?.result).toMatchObject({ candidate: { alarms: 0 }, compared: null })
  })

  it('are refused for what is no rule, no period or too long', async () => {
    using past = await storedPast({ rows: minutes(3, () => 1) })
    await using open_ = await open(past, new Map())
    const start = async (body: object) => (await open_.ask('POST', '/rules/back-tests', { ...period, ...body })).status
    expect(await start({ rule: { id: 'bad' } })).toBe(400)
    expect(await start({ id: 'unknown' })).toBe(404)
    expect(await start({ rule: written, id: 'hot' })).toBe(400)
    expect(await start({})).toBe(400)
    expect(await start({ rule: written, to: period.from })).toBe(400)
    expect(await start({ rule: written, to: period.from + 93 * 86_400_000 })).toBe(400)
  })
})

describe('the record of a rule in shadow', () => {
  it('counts what it has said since, and lists it newest first', async () => {
    using past = await storedPast({ rows: minutes(3, () => 1) })
    await using open_ = await open(past, new Map([['hot', Rule.parse({ ...written, shadow: true })]]))
    expect((await open_.ask('GET', '/rules/hot/shadow')).body).toMatchObject({ since: null, alarms: 0, items: [] })
    const alarms: AlarmChange[] = ['sensor:1', 'sensor:2', 'sensor:1'].flatMap((resource, i) => [
      changeOf(resource, 'raise', i * 10),
      ...(i < 2 ? [changeOf(resource, 'clear', i * 10 + 5)] : []),
    ])
    createAlarmStore(open_.database, () => true).write({ ...emptyChangeSet(), alarms }, now)
    const first = await open_.ask<{ nextCursor: string; items: object[] }>('GET', '/rules/hot/shadow?limit=2')
    expect(first.body).toMatchObject({ since: PAST, alarms: 3, standing: 1 })
    expect(first.body.items).toMatchObject([
      { resource: 'sensor:1', qualifier: 'inlet', raisedAt: PAST + 20 * MINUTE, clearedAt: null },
      { resource: 'sensor:2', qualifier: 'inlet', raisedAt: PAST + 10 * MINUTE, clearedAt: PAST + 15 * MINUTE },
    ])
    const next = await open_.ask<{ items: object[] }>(
      'GET',
      `/rules/hot/shadow?limit=2&cursor=${first.body.nextCursor}`,
    )
    expect(next.body.items).toMatchObject([{ resource: 'sensor:1', clearedAt: PAST + 5 * MINUTE }])
    expect((await open_.ask('GET', '/rules/none/shadow')).status).toBe(404)
  })
})

function changeOf(resource: string, action: 'raise' | 'clear', minute: number): AlarmChange {
  const at = PAST + minute * MINUTE
  const alarm = {
    ...{ id: `alarm of ${resource}`, customer: 'acme', site: 's', device: 's.d', agent: 'a', resource },
    ...{ alarmType: 'env.temperature', qualifier: shadowQualifier('hot', 'inlet'), perceivedSeverity: 'major' },
    ...{ isCleared: action === 'clear', operatorState: 'none', raisedAt: at, lastAt: at, text: 'hot', rule: 'hot' },
    incident: null,
  } as Alarm
  return { alarm, action, at, actor: 'system', late: false, note: '' }
}
