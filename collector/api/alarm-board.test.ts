// The alarm list through the API: windows, actions on all of it, views, history and files, over a real database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { createPlayedAlarms } from '#test/support/console-scenario/alarm-list.ts'
import { alarmOf } from '#test/support/console-scenario/faults.ts'
import { devicesAt } from '#test/support/console-scenario/inventory.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { until } from '#test/support/until.ts'

const NOW = Date.UTC(2026, 10, 22, 10)
const WORDS = {
  columns: [
    { id: 'text', label: '内容' },
    { id: 'severity', label: '级别' },
    { id: 'raised', label: '发生' },
  ],
  zone: 'Asia/Shanghai',
}

describe('the alarm list of the API', () => {
  let t: Awaited<ReturnType<typeof createTestApi>>
  let cookie: string
  const alarms = new Map<string, AlarmRow>()

  beforeAll(async () => {
    const devices = devicesAt(NOW)
    const [first, second] = devices as [DeviceRow, DeviceRow]
    for (let i = 0; i < 620; i++)
      alarms.set(
        `a${i}`,
        alarmOf(`a${i}`, i % 2 ? first : second, 'minor', i === 0 ? '=1+1' : `fault ${i}`, NOW - i * 1000),
      )
    const played = createPlayedAlarms({
      ...{ alarms, devices },
      put: (alarm) => {
        alarms.set(alarm.id, alarm)
        played.saw(alarm)
      },
    })
    t = await createTestApi({ now: () => NOW, deps: { alarmDesk: played.desk } })
    cookie = await t.signIn()
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => {
    const answer = await t.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { cookie, 'x-requested-with': 'test' },
      ...(payload ? { payload } : {}),
    })
    return {
      status: answer.statusCode,
      text: answer.body,
      body: answer.body.startsWith('{') ? answer.json() : undefined,
    }
  }

  it('is made once and read in windows', async () => {
    const made = await ask('GET', '/alarms/board?limit=2&sort=raised')
    expect(made.body).toMatchObject({
      total: 620,
      offset: 0,
      counts: { minor: 620 },
      views: { active: 620, shelved: 0 },
    })
    expect(made.body.items.map((row: AlarmRow) => row.id)).toEqual(['a0', 'a1'])
    const window = await ask('GET', `/alarms/board/${made.body.list}?offset=618&limit=10`)
    expect(window.body.items.map((row: AlarmRow) => row.id)).toEqual(['a618', 'a619'])
    expect((await ask('GET', '/alarms/board/nothing')).status).toBe(404)
    expect((await ask('GET', '/alarms/board?owner=,,&ackedOver=x')).status).toBe(400)
    expect((await ask('GET', '/alarms/board?severity=worst')).status).toBe(400)
  })

  it('is acted on as a whole, as it was seen and counted', async () => {
    const { list } = (await ask('GET', '/alarms/board?q=fault')).body
    const wish = { list, action: 'acknowledge', note: 'storm', except: ['a1'] }
    expect((await ask('POST', '/alarms/bulk', { ...wish, count: 619 })).body.error.message).toContain(
      '618 alarms, not 619',
    )
    expect((await ask('POST', '/alarms/bulk', { ...wish, list: 'gone', count: 618 })).status).toBe(409)
    expect((await ask('POST', '/alarms/bulk', { ...wish, action: 'shelve', count: 618 })).status).toBe(400)
    const job = await ask('POST', '/alarms/bulk', { ...wish, count: 618 })
    expect(job).toMatchObject({ status: 202, body: { total: 618 } })
    await until(async () => (await ask('GET', `/alarms/bulk/${job.body.id}`)).body.state === 'done')
    expect((await ask('GET', '/alarms/board?view=ack&numbers=true')).body).toMatchObject({
      total: 618,
      items: [],
      list: '',
    })
    expect(alarms.get('a1')?.operatorState).toBe('none')
    expect((await ask('GET', '/alarms/bulk/other')).status).toBe(404)
  })

  it('comes as a file in the words of the reader, exactly as it was seen, without formulas', async () => {
    const { list } = (await ask('GET', '/alarms/board?sort=raised')).body
    const words = { ...WORDS, words: { severity: { minor: '次要' } } }
    const file = await ask('POST', '/alarms/export', { ...words, list, query: {} })
    const lines = file.text.split('\r\n')
    expect(lines.slice(0, 3)).toEqual([
      '\ufeff内容,级别,发生',
      "'=1+1,次要,2026-11-22 18:00:00",
      'fault 1,次要,2026-11-22 17:59:59',
    ])
    expect(lines).toHaveLength(622)
    const some = await ask('POST', '/alarms/export', { ...words, query: { q: 'fault 61', sort: 'raised' } })
    expect(some.text.split('\r\n')).toHaveLength(18)
    expect((await ask('POST', '/alarms/export', { ...words, zone: 'Mars/Base', query: {} })).status).toBe(400)
  })

  it('is kept as a view, and opened with it', async () => {
    const saved = await ask('POST', '/alarm-views', { name: 'Mine', search: { owner: 'admin' } })
    expect(saved).toMatchObject({ status: 201, body: { name: 'Mine', shared: false, version: 1, columns: null } })
    const { id } = saved.body
    expect((await ask('PUT', '/alarm-views/default', { view: id })).status).toBe(204)
    expect((await ask('GET', '/alarm-views')).body).toMatchObject({ items: [{ id }], default: id })
    expect((await ask('PUT', `/alarm-views/${id}`, { name: 'Mine', search: {}, version: 7 })).status).toBe(409)
    expect((await ask('DELETE', `/alarm-views/${id}`)).status).toBe(204)
    expect((await ask('GET', '/alarm-views')).body).toEqual({ items: [], default: null })
  })
})

describe('the history of alarms', () => {
  it('is made a file of some times a minute', async () => {
    await using t = await createTestApi({ now: () => NOW })
    const headers = { cookie: await t.signIn() }
    const payload = { columns: [{ id: 'text', label: '=1+1' }], words: {}, zone: 'UTC', query: {} }
    const ask = () => t.app.inject({ method: 'POST', url: '/api/v1/alarms/history/export', headers, payload })
    const answers = []
    for (let i = 0; i < 31; i++) answers.push(await ask())
    expect(answers.filter((one) => one.statusCode === 200)).toHaveLength(30)
    expect(answers.find((one) => one.statusCode !== 200)?.json()).toMatchObject({
      error: { code: 'too-many-requests' },
    })
    expect(answers[0]?.body).toBe("\ufeff'=1+1\r\n")
  })

  it('has each episode with how it ended, who had it and what it said then, from the database', async () => {
    await using t = await createTestApi({ now: () => NOW })
    const run = (sql: string, ...values: (string | number | null)[]) => void t.database.prepare(sql).run(...values)
    for (const [customer, id] of [
      ['acme', 'x'],
      ['beta', 'y'],
    ] as const) {
      const doc = {
        id,
        customer,
        site: 's',
        device: null,
        resource: '',
        alarmType: 'link.down',
        text: `now ${id}`,
        source: 'trap',
        rule: 'r',
        incident: null,
      }
      run(
        'insert into alarm values (?, ?, ?, ?, null, 3, 0, ?, 1, 500, 500, null, ?)',
        ...[id, id, customer, 's', 'none', JSON.stringify(doc)],
      )
      const change = (action: string, at: number, severity: number, actor = 'system', note = '') =>
        run(
          'insert into alarm_change (alarm, action, at, actor, late, note, severity) values (?, ?, ?, ?, 0, ?, ?)',
          ...[id, action, at, actor, note, severity],
        )
      change('raise', 100, 2)
      change('update', 150, 4)
      change('acknowledge', 160, 4, 'nora', 'on it')
      change('clear', 200, 4)
      change('raise', 500, 3)
      run(
        "insert into trace (at, alarm, rule, decision, doc) values (100, ?, 'r', 'raise', ?)",
        id,
        JSON.stringify({ inputs: { text: `then ${id}` } }),
      )
    }
    const cookie = await t.signIn()
    const ask = async (query = '') => {
      const answer = await t.app.inject({ url: `/api/v1/alarms/history${query}`, headers: { cookie } })
      return answer.json()
    }
    const all = await ask('?customer=acme')
    expect(all.items).toMatchObject([
      { alarm: 'x', raisedAt: 500, clearedAt: null, severity: 'major', text: 'now x', by: null },
      { alarm: 'x', raisedAt: 100, clearedAt: 200, severity: 'critical', text: 'then x', by: 'nora', note: 'on it' },
    ])
    const found = async (query: string) =>
      (await ask(query)).items.map((row: { alarm: string; raisedAt: number }) => row.alarm + row.raisedAt).join(' ')
    expect(await found('?state=ended')).toBe('y100 x100')
    expect(await found('?state=standing')).toBe('y500 x500')
    expect(await found('?from=150&to=501&q=now%20x')).toBe('x500')
    expect(await found('?q=%E6%96%AD&means=0~type~link.down')).toBe('y500 x500 y100 x100')
    expect(await found('?severity=major')).toBe('y500 x500')
    const first = await ask('?limit=3')
    expect(first.items).toHaveLength(3)
    expect((await ask(`?limit=3&cursor=${first.nextCursor}`)).items).toMatchObject([{ alarm: 'x', raisedAt: 100 }])
    const file = await t.app.inject({
      ...{ method: 'POST', url: '/api/v1/alarms/history/export', headers: { cookie } },
      payload: {
        ...WORDS,
        columns: [
          { id: 'text', label: 'Text' },
          { id: 'note', label: 'Note' },
        ],
        query: { state: 'ended' },
      },
    })
    expect(file.body).toBe('\ufeffText,Note\r\nthen y,on it\r\nthen x,on it\r\n')
  })
})
