import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { TracePage, Why } from '#shared/http/trace.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { emptyChangeSet, type TraceLine } from '../storage/change-set.ts'
import { createAlarmStore } from '../storage/sqlite/alarm-store.ts'

const alarm: Alarm = {
  ...{ id: 'alarm-1', customer: 'acme', site: 'hq', device: 'hq.sw', agent: 'agent-hq', resource: '', qualifier: '' },
  ...{
    alarmType: 'link.down',
    perceivedSeverity: 'major',
    isCleared: false,
    operatorState: 'none',
    episode: 1,
    count: 1,
  },
  ...{ firstAt: 10, raisedAt: 10, lastAt: 10, clearedAt: null, text: 'down', source: 'poll', rule: 'link-down' },
  ...{ ackBy: null, ackAt: null, ackNote: '', ackUntil: null, shelvedUntil: null, flapping: false, unknownSince: null },
  suppression: null,
  incident: null,
}
const line = (decision: TraceLine['decision'], at: number, more: Partial<TraceLine> = {}): TraceLine => ({
  ...{ at, alarm: 'alarm-1', incident: null, rule: 'link-down', decision, why: `${decision} at ${at}`, inputs: {} },
  ...more,
})
const trace = [
  line('raise', 10, { ruleVersion: 'abcdef123456', inputs: { value: 2 } }),
  line('suppress', 11, { inputs: { by: 'maintenance', ref: 'w1', until: 99 } }),
  line('unsuppress', 12, { inputs: { by: 'maintenance' } }),
  line('skip', 13, { gate: 'below-severity', inputs: { atLeast: 'critical' } }),
  line('clear', 14, { alarm: 'alarm-2' }),
]

describe('trace', () => {
  it('is read page by page from either end, each line with what decided and until when', async () => {
    await using t = await createTestApi()
    const change = { alarm, action: 'raise' as const, at: 10, actor: 'system', late: false, note: '' }
    createAlarmStore(t.database, () => true).write({ ...emptyChangeSet(), alarms: [change], trace }, 20)
    const headers = { cookie: await t.signIn() }
    const get = async (query: string) =>
      (await t.app.inject({ url: `/api/v1/alarms/alarm-1/trace${query}`, headers })).json() as TracePage
    const gates = (page: TracePage) => page.items.map((item) => [item.at, item.gate, item.until])
    const first = await get('?limit=3')
    expect(gates(first)).toEqual([
      [13, 'below-severity', null],
      [12, 'maintenance', null],
      [11, 'maintenance', 99],
    ])
    const rest = await get(`?limit=3&cursor=${first.nextCursor}`)
    expect([gates(rest), rest.nextCursor]).toEqual([[[10, 'rule', null]], null])
    expect(rest.items[0]).toMatchObject({ ruleVersion: 'abcdef123456', why: 'raise at 10', inputs: { value: 2 } })
    expect(gates(await get('?order=oldest&limit=2')).map(([at]) => at)).toEqual([10, 11])
    const unknown = await t.app.inject({ url: '/api/v1/alarms/none/trace', headers })
    expect(unknown.statusCode).toBe(404)
  })

  it('answers why somebody was told or not, one line each', async () => {
    const rows = ['mail', 'desk'].map((id) => ({ id }))
    await using t = await createTestApi({ deps: { channels: { list: async () => rows } as never } })
    const change = { alarm, action: 'raise' as const, at: 10, actor: 'system', late: false, note: '' }
    createAlarmStore(t.database, () => true).write({ ...emptyChangeSet(), alarms: [change], trace }, 20)
    const headers = { cookie: await t.signIn() }
    const why = async (query = '') =>
      (await t.app.inject({ url: `/api/v1/alarms/alarm-1/why${query}`, headers })).json() as Why
    expect((await why()).items).toMatchObject([
      { recipient: 'desk', told: false, code: 'below-severity' },
      { recipient: 'mail', told: false, code: 'below-severity', facts: { severity: 'critical', rule: 'link-down' } },
    ])
    const [answer, ...others] = (await why('?recipient=mail')).items
    expect([answer?.text, others]).toEqual(['rule link-down opens incidents from severity critical on', []])
    expect((await t.app.inject({ url: '/api/v1/alarms/none/why', headers })).statusCode).toBe(404)
  })
})
