import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { AlarmSignal } from '../rules/signal.ts'
import { emptyChangeSet } from '../storage/change-set.ts'
import type { AlarmChange } from './alarm-change.ts'
import { type AlarmsOptions, createAlarms, isListed } from './alarms.ts'
import { actOnAlarms } from './operator-actions.ts'
import type { AlarmAction } from './operator-state.ts'

const T0 = Date.UTC(2026, 5, 1)
const DAY = 86_400_000
const PLACE = { customer: 'acme', site: 'hq', device: 'hq.sw', agent: 'agent-hq-0001', resource: 'if:3', qualifier: '' }
const TYPE = { alarmType: 'link.down', rule: 'link-down' }

const signal = (seconds: number, more: Partial<AlarmSignal> = {}): AlarmSignal => ({
  ...{ ...PLACE, ...TYPE, kind: 'raise', at: T0 + seconds * 1000, severity: 'major', text: 'link 3 is down' },
  ...{ source: 'poll', late: false, inputs: {} },
  ...more,
})
const HELD = { by: 'maintenance', holds: 'people', ref: 'w1', why: 'window', since: T0, until: null } as const

function list(options: Partial<AlarmsOptions> = {}) {
  const alarms = createAlarms({ listCleared: 'until-ack', forgetAfterDays: 30, ...options })
  const raise = (seconds: number, more: Partial<AlarmSignal> = {}) => alarms.apply(signal(seconds, more))
  const clear = (seconds: number, more: Partial<AlarmSignal> = {}) =>
    alarms.apply(signal(seconds, { kind: 'clear', text: 'up again', ...more }))
  const idOf = (change: AlarmChange | undefined) => change?.alarm.id as string
  const act = (id: string, action: AlarmAction['action'], seconds: number, more: Partial<AlarmAction> = {}) =>
    alarms.act(id, { action, actor: 'ann', at: T0 + seconds * 1000, note: 'n', ...more })
  const at = (seconds: number) => alarms.tick(T0 + seconds * 1000)
  const standing = () => [...alarms.active()].map((a) => a.resource)
  return { alarms, raise, clear, act, at, idOf, standing }
}

describe('an alarm', () => {
  it('begins with all that is known and nothing that is not', () => {
    const { raise, alarms } = list()
    const change = raise(10)
    const id = change?.alarm.id as string
    expect(id).toMatch(/^[0-9a-f]{24}$/)
    expect(change).toMatchObject({
      ...{ action: 'raise', at: T0 + 10_000, actor: 'system', late: false, note: '' },
      alarm: {
        ...{ ...PLACE, ...TYPE, id, perceivedSeverity: 'major', text: 'link 3 is down', source: 'poll' },
        ...{ isCleared: false, operatorState: 'none', episode: 1, count: 1, clearedAt: null },
        ...{ firstAt: T0 + 10_000, raisedAt: T0 + 10_000, lastAt: T0 + 10_000 },
        ...{ ackBy: null, ackAt: null, ackNote: '', ackUntil: null, shelvedUntil: null },
        ...{ flapping: false, suppression: null, unknownSince: null, incident: null },
      },
    })
    expect(alarms.get(id)).toEqual(change?.alarm)
    expect(raise(10, { resource: 'if:4' })?.alarm.id).not.toBe(id)
  })

  it('is updated by what is said again, and says when it got worse', () => {
    const { raise } = list()
    raise(10)
    const again = raise(20, { text: 'still down', source: 'trap', rule: 'link-down-trap', late: true })
    expect(again).toMatchObject({ action: 'update', late: true, note: '', at: T0 + 20_000, actor: 'system' })
    expect(again).not.toHaveProperty('was')
    expect(again?.alarm).toMatchObject({
      ...{ count: 2, episode: 1, text: 'still down', source: 'trap', rule: 'link-down-trap' },
      ...{ raisedAt: T0 + 10_000, firstAt: T0 + 10_000, lastAt: T0 + 20_000 },
    })
    expect(raise(30, { severity: 'critical' })).toMatchObject({
      was: 'major',
      alarm: { perceivedSeverity: 'critical' },
    })
    expect(raise(15)?.alarm).toMatchObject({ lastAt: T0 + 30_000, count: 4 })
    expect(raise(10)?.alarm.count).toBe(5)
    expect(raise(9)).toBeUndefined()
  })

  it('ends once, not before it began, and begins anew with another episode', () => {
    const { raise, clear, standing } = list()
    expect(clear(5)).toBeUndefined()
    const first = raise(10)
    expect(clear(9)).toBeUndefined()
    const over = clear(20, { late: true })
    expect(over).toMatchObject({
      ...{ action: 'clear', at: T0 + 20_000, actor: 'system', late: true, note: 'up again' },
      alarm: { id: first?.alarm.id, count: 1, isCleared: true, clearedAt: T0 + 20_000, lastAt: T0 + 20_000 },
    })
    expect(standing()).toEqual([])
    expect(clear(21)).toBeUndefined()
    expect(raise(20)).toBeUndefined()
    expect(raise(20, { source: 'liveness' })).toBeDefined()
    expect(clear(20)).toBeDefined()
    const again = raise(31)
    expect(again).toMatchObject({ action: 'raise', note: '', late: false })
    expect(again?.alarm).toMatchObject({
      ...{ episode: 3, count: 3, firstAt: T0 + 10_000, raisedAt: T0 + 31_000, clearedAt: null },
    })
    expect(standing()).toEqual(['if:3'])
  })

  it('may end at the very moment it began; late words do not turn back its last sign', () => {
    const { raise, clear } = list()
    raise(10)
    expect(clear(10)?.alarm.clearedAt).toBe(T0 + 10_000)
    raise(20)
    raise(40)
    expect(clear(30)?.alarm).toMatchObject({ clearedAt: T0 + 30_000, lastAt: T0 + 40_000 })
  })

  it('keeps incident and what holds it back over its end', () => {
    const { raise, clear, alarms, idOf } = list()
    const id = idOf(raise(10))
    expect(alarms.setIncident(id, 'i-1').incident).toBe('i-1')
    expect(alarms.setSuppression(id, HELD, T0 + 11_000)).toMatchObject({
      ...{ action: 'suppress', note: 'window', at: T0 + 11_000, actor: 'system', late: false },
      alarm: { suppression: HELD, incident: 'i-1' },
    })
    clear(20)
    expect(raise(30)?.alarm).toMatchObject({ incident: 'i-1', suppression: HELD })
    const free = alarms.setSuppression(id, null, T0 + 31_000)
    expect(free).toMatchObject({ action: 'unsuppress', note: 'no longer held back: maintenance' })
    expect(alarms.get(id)?.suppression).toBeNull()
  })

  it('is unknown while its site cannot be heard, once, and known again by any word', () => {
    const { raise, alarms, clear } = list()
    raise(10)
    raise(10, { device: 'hq.other' })
    const ofSwitch = (a: Alarm) => a.device === 'hq.sw'
    expect(alarms.setUnknown(ofSwitch, null, T0 + 19_000)).toEqual([])
    const unknown = alarms.setUnknown(ofSwitch, T0 + 15_000, T0 + 20_000)
    expect(unknown).toMatchObject([
      { action: 'update', late: true, actor: 'system', at: T0 + 20_000, note: 'the site cannot be heard' },
    ])
    expect(unknown[0]?.alarm).toMatchObject({ unknownSince: T0 + 15_000, device: 'hq.sw' })
    expect(alarms.setUnknown(ofSwitch, T0 + 16_000, T0 + 21_000)).toEqual([])
    expect(alarms.setUnknown(() => true, null, T0 + 22_000)).toMatchObject([
      { note: 'known again', alarm: { unknownSince: null, device: 'hq.sw' } },
    ])
    alarms.setUnknown(ofSwitch, T0 + 23_000, T0 + 23_000)
    expect(raise(24)?.alarm.unknownSince).toBeNull()
    alarms.setUnknown(ofSwitch, T0 + 25_000, T0 + 25_000)
    expect(clear(26)?.alarm.unknownSince).toBeNull()
  })

  it('noted by a clock that was days ahead does not outweigh what is said now', () => {
    const { alarms } = list()
    const now = T0 + 100_000
    const ahead = (kind: 'raise' | 'clear', ms: number) => ({ ...signal(0), kind, at: now + ms })
    alarms.apply(ahead('raise', 60_000), now)
    expect(alarms.apply(ahead('clear', 0), now)).toBeUndefined()
    alarms.apply(ahead('raise', 60_001), now)
    alarms.apply(ahead('clear', 70_000), now + 20_000)
    expect(alarms.apply(ahead('raise', 10), now + 9_999)?.alarm).toMatchObject({ raisedAt: now + 10, episode: 2 })
    alarms.apply(ahead('raise', 5 * DAY), now)
    const over = alarms.apply(ahead('clear', 50), now + 50)
    expect(over?.alarm).toMatchObject({ isCleared: true, clearedAt: now + 50 })
    const later = list()
    later.alarms.apply(ahead('raise', 3 * DAY), now)
    expect(later.alarms.apply(ahead('clear', 1000), now)?.alarm).toMatchObject({
      ...{ raisedAt: now - 1, clearedAt: now + 1000, lastAt: now + 1000 },
    })
  })
})

describe('the list', () => {
  it('holds cleared alarms until a person saw them, and forgets what nobody needs', () => {
    const { raise, clear, act, at, alarms, idOf } = list({ forgetAfterDays: 1 })
    const id = idOf(raise(10))
    clear(20)
    expect(isListed(alarms.get(id) as Alarm)).toBe(true)
    expect(at(2 * 86_400)).toEqual([])
    expect(alarms.get(id)).toBeDefined()
    act(id, 'acknowledge', 2 * 86_400)
    expect(isListed(alarms.get(id) as Alarm)).toBe(false)
    at(2 * 86_400 + 3600)
    expect(alarms.get(id)).toBeDefined()
    at(2 * 86_400 + 3601)
    expect(alarms.get(id)).toBeUndefined()
    expect(raise(3 * 86_400)?.alarm).toMatchObject({ count: 1, episode: 1 })
  })

  it('forgets nothing that stands, is shelved, or is not old enough', () => {
    const { raise, clear, act, at, alarms, idOf } = list({ forgetAfterDays: 1 })
    const ids = ['stands', 'shelved', 'fresh', 'closed'].map((resource) => idOf(raise(10, { resource })))
    const [stands, shelved, fresh, closed] = ids as [string, string, string, string]
    for (const resource of ['shelved', 'fresh', 'closed']) clear(20, { resource })
    act(stands, 'acknowledge', 21)
    act(shelved, 'shelve', 21, { until: T0 + 90 * DAY })
    act(fresh, 'close', 21)
    act(closed, 'close', 21)
    raise(7200, { resource: 'fresh' })
    clear(7200, { resource: 'fresh' })
    act(fresh, 'close', 7201)
    at(86_400 + 20)
    expect(alarms.get(closed)).toBeDefined()
    at(86_400 + 20 + 3601)
    expect([stands, shelved, fresh, closed].map((id) => alarms.get(id) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('closes cleared alarms by itself after its minutes, when so agreed', () => {
    const { raise, clear, at, act, idOf, alarms } = list({ listCleared: 5 })
    const id = idOf(raise(0))
    const put = idOf(raise(0, { resource: 'if:9' }))
    const stands = idOf(raise(0, { resource: 'if:10' }))
    clear(10)
    clear(10, { resource: 'if:9' })
    act(put, 'shelve', 11, { until: T0 + DAY })
    expect(at(309)).toEqual([])
    expect(at(310)).toMatchObject([{ action: 'close', actor: 'system', note: 'cleared for 5 min', alarm: { id } }])
    expect(at(311)).toEqual([])
    expect(alarms.get(id)).toMatchObject({ operatorState: 'closed', ackBy: 'system' })
    expect(alarms.get(stands)?.operatorState).toBe('none')
    const lasting = list()
    lasting.raise(0)
    lasting.clear(10)
    expect(lasting.at(10_000)).toEqual([])
  })

  it('ends shelves and acknowledgements when their time is up', () => {
    const { raise, act, at, idOf, alarms } = list()
    const shelved = idOf(raise(0))
    const promised = idOf(raise(0, { resource: 'if:9' }))
    act(shelved, 'shelve', 1, { until: T0 + 60_000 })
    act(promised, 'acknowledge', 1, { until: T0 + 70_000 })
    expect(at(59)).toEqual([])
    expect(at(60)).toMatchObject([
      { action: 'unshelve', actor: 'system', note: 'the time is up', alarm: { id: shelved } },
    ])
    expect(at(69)).toEqual([])
    expect(at(70)).toMatchObject([{ action: 'unacknowledge', note: 'the time is up', alarm: { id: promised } }])
    expect([shelved, promised].map((id) => alarms.get(id)?.operatorState)).toEqual(['none', 'none'])
    expect(at(71)).toEqual([])
  })

  it('is what was stored after a restart, and nothing else', () => {
    const { raise, act, alarms, idOf, at, standing } = list()
    const id = idOf(raise(0))
    act(id, 'shelve', 1, { until: T0 + 60_000 })
    const stored = structuredClone(alarms.get(id) as Alarm)
    raise(5, { resource: 'if:other' })
    alarms.restore([stored])
    expect(standing()).toEqual(['if:3'])
    expect(alarms.get(id)).toEqual(stored)
    expect(at(60)).toMatchObject([{ action: 'unshelve' }])
    alarms.restore([])
    expect(standing()).toEqual([])
    expect(at(90)).toEqual([])
  })
})

describe('what people do', () => {
  it('acknowledges with note, owner and end; anew when they say so; not while it is shelved', () => {
    const { raise, act, idOf } = list()
    const id = idOf(raise(0))
    expect(act('nobody', 'acknowledge', 1)).toBe('no such alarm')
    expect(act(id, 'unacknowledge', 1)).toBe('the alarm is not acknowledged')
    const end = 'the end of an acknowledgement must be in the future'
    expect(act(id, 'acknowledge', 1, { until: T0 + 1000 })).toBe(end)
    expect(act(id, 'acknowledge', 1, { until: T0 + 1001, owner: 'bob', note: 'on it' })).toMatchObject({
      ...{ action: 'acknowledge', at: T0 + 1000, actor: 'ann', late: false, note: 'on it' },
      alarm: {
        ...{ operatorState: 'ack', ackBy: 'bob', ackAt: T0 + 1000, ackNote: 'on it', ackUntil: T0 + 1001 },
        ackSeverity: 'major',
      },
    })
    expect(act(id, 'acknowledge', 2)).toMatchObject({ alarm: { ackBy: 'ann', ackUntil: null } })
    expect(act(id, 'unacknowledge', 3)).toMatchObject({
      alarm: { operatorState: 'none', ackBy: null, ackAt: null, ackNote: '', ackUntil: null },
    })
    act(id, 'shelve', 4, { until: T0 + 10_000 })
    expect(act(id, 'acknowledge', 5)).toBe('the alarm is shelved')
  })

  it('shelves with an end, takes it back, and keeps it over an end of the fault', () => {
    const { raise, clear, act, idOf } = list()
    const id = idOf(raise(0))
    const why = 'a shelve needs an end in the future'
    expect(act(id, 'shelve', 1)).toBe(why)
    expect(act(id, 'shelve', 1, { until: T0 + 1000 })).toBe(why)
    expect(act(id, 'unshelve', 1)).toBe('the alarm is not shelved')
    expect(act(id, 'shelve', 1, { until: T0 + 1001 })).toMatchObject({
      alarm: { operatorState: 'shelved', shelvedUntil: T0 + 1001, ackBy: 'ann', ackNote: 'n', ackAt: T0 + 1000 },
    })
    clear(2)
    expect(raise(3)?.alarm).toMatchObject({
      ...{ operatorState: 'shelved', shelvedUntil: T0 + 1001, ackBy: 'ann', ackAt: T0 + 1000, ackNote: 'n' },
    })
    expect(act(id, 'unshelve', 4)).toMatchObject({
      alarm: { operatorState: 'none', shelvedUntil: null, ackBy: null, ackAt: null, ackNote: '' },
    })
  })

  it('closes; a new episode is open again', () => {
    const { raise, clear, act, idOf } = list()
    const id = idOf(raise(0))
    act(id, 'shelve', 1, { until: T0 + 9000 })
    expect(act(id, 'close', 2)).toMatchObject({
      alarm: { operatorState: 'closed', shelvedUntil: null, ackBy: 'ann', ackAt: T0 + 2000, ackUntil: null },
    })
    clear(3)
    const again = raise(4)?.alarm
    expect(again).toMatchObject({ operatorState: 'none', ackBy: null, ackAt: null, ackNote: '', shelvedUntil: null })
  })

  it('acknowledged holds for what it was: worse ends it, the same or better does not', () => {
    const { raise, act, idOf } = list()
    const id = idOf(raise(0))
    act(id, 'acknowledge', 1)
    expect(raise(2, { severity: 'minor' })).toMatchObject({ note: '', alarm: { operatorState: 'ack' } })
    expect(raise(3, { severity: 'major' })).toMatchObject({ note: '', alarm: { operatorState: 'ack' } })
    expect(raise(4, { severity: 'critical' })).toMatchObject({
      note: 'acknowledged by ann as major, now critical',
      alarm: { operatorState: 'none', ackBy: null, ackAt: null, ackUntil: null, ackNote: '' },
    })
    expect(raise(5, { severity: 'critical' })).toMatchObject({ note: '' })
  })

  it('acknowledged before severities were kept is measured by what it was last', () => {
    const { raise, act, idOf, alarms } = list()
    const id = idOf(raise(0))
    act(id, 'acknowledge', 1)
    const { ackSeverity: _none, ...older } = alarms.get(id) as Alarm
    alarms.restore([older as Alarm])
    expect(raise(2, { severity: 'critical' })?.note).toBe('acknowledged by ann as major, now critical')
  })

  it('to many answers each, writes who did it, and does one thing once', () => {
    const { raise, alarms, idOf } = list()
    const [a, b] = [idOf(raise(0)), idOf(raise(0, { resource: 'if:9' }))]
    const changes = emptyChangeSet()
    const step = { action: 'acknowledge', actor: 'ann', at: T0 + 1000, note: 'seen' } as const
    const { result, changed } = actOnAlarms(alarms, [a, 'nobody', b, a], step, changes)
    expect(result).toEqual({ done: [a, b], refused: [{ id: 'nobody', reason: 'no such alarm' }] })
    expect(changed.map((c) => c.alarm.id)).toEqual([a, b])
    const line = { at: T0 + 1000, actor: 'ann', action: 'alarm.acknowledge' }
    expect(changes.audit).toEqual([
      { ...line, subject: a, detail: { note: 'seen' } },
      { ...line, subject: b, detail: { note: 'seen' } },
    ])
    const until = T0 + 5000
    actOnAlarms(alarms, [a], { ...step, action: 'shelve', until }, changes)
    expect(changes.audit.at(-1)).toEqual({
      ...line,
      action: 'alarm.shelve',
      subject: a,
      detail: { note: 'seen', until },
    })
  })
})

describe('an alarm that moves to its right name', () => {
  const move = (l: ReturnType<typeof list>, id: string, open = true, seconds = 50) =>
    l.alarms.move(id, 'if:GigabitEthernet0/3', T0 + seconds * 1000, open)
  const WAS = { resource: 'if:index-3', text: 'link index-3 is down' }

  it('goes on there with its count and what people did, and ends here', () => {
    const l = list()
    const id = l.idOf(l.raise(0, WAS))
    l.raise(5, WAS)
    l.act(id, 'acknowledge', 6, { until: T0 + 100_000 })
    l.alarms.setSuppression(id, HELD, T0 + 7000)
    l.alarms.setIncident(id, 'i-1')
    const [there, here] = move(l, id)
    expect(there).toMatchObject({
      ...{ action: 'raise', at: T0 + 50_000, actor: 'system', late: false, note: 'was if:index-3' },
      alarm: {
        ...{ resource: 'if:GigabitEthernet0/3', text: 'link GigabitEthernet0/3 is down', isCleared: false },
        ...{
          count: 2,
          episode: 1,
          firstAt: T0,
          raisedAt: T0,
          lastAt: T0 + 5000,
          operatorState: 'ack',
          incident: 'i-1',
        },
        ...{ ackBy: 'ann', suppression: HELD },
      },
    })
    expect(here).toEqual({
      ...{ action: 'clear', at: T0 + 50_000, actor: 'system', late: false, note: 'is if:GigabitEthernet0/3' },
      alarm: expect.objectContaining({
        ...{
          id,
          isCleared: true,
          clearedAt: T0 + 50_000,
          operatorState: 'closed',
          ackBy: 'system',
          ackAt: T0 + 50_000,
        },
        ...{ ackNote: 'is if:GigabitEthernet0/3', ackUntil: null, shelvedUntil: null, flapping: false },
        ...{ suppression: null, unknownSince: null },
      }),
    })
    expect(l.standing()).toEqual(['if:GigabitEthernet0/3'])
    expect(move(l, id)).toEqual([])
    expect(move(l, 'nobody')).toEqual([])
    expect(l.at(100)).toMatchObject([{ action: 'unacknowledge', alarm: { resource: 'if:GigabitEthernet0/3' } }])
  })

  it('is an update where it may open nothing', () => {
    const l = list()
    expect(move(l, l.idOf(l.raise(0, WAS)), false).map((c) => c.action)).toEqual(['update', 'clear'])
  })

  it('joins the alarm that stands there already: one alarm, both counts, the earlier beginning', () => {
    const l = list()
    const there = l.raise(3, { resource: 'if:GigabitEthernet0/3', text: 'link index-3 by poll' })
    const id = l.idOf(l.raise(9, WAS))
    const [joined] = move(l, id)
    expect(joined).toMatchObject({ action: 'update', alarm: { id: there?.alarm.id, count: 2, episode: 1 } })
    expect(joined?.alarm).toMatchObject({ firstAt: T0 + 3000, raisedAt: T0 + 3000, lastAt: T0 + 9000 })
    expect(joined?.alarm.text).toBe('link GigabitEthernet0/3 by poll')
    const other = list()
    other.raise(9, { resource: 'if:GigabitEthernet0/3' })
    const earlier = move(other, other.idOf(other.raise(3, WAS)))[0]
    expect(earlier?.alarm).toMatchObject({ firstAt: T0 + 3000, raisedAt: T0 + 3000, lastAt: T0 + 9000 })
  })

  it('begins another episode of one that ended there before, and nothing when that ended later', () => {
    const l = list()
    l.raise(1, { resource: 'if:GigabitEthernet0/3' })
    l.clear(8, { resource: 'if:GigabitEthernet0/3' })
    const early = l.idOf(l.raise(9, WAS))
    expect(move(l, early)[0]).toMatchObject({ action: 'raise', alarm: { episode: 2, count: 2, firstAt: T0 + 1000 } })
    const late = list()
    late.raise(1, { resource: 'if:GigabitEthernet0/3' })
    const id = late.idOf(late.raise(8, WAS))
    late.clear(8, { resource: 'if:GigabitEthernet0/3' })
    expect(move(late, id).map((c) => c.action)).toEqual(['clear'])
    expect(late.standing()).toEqual([])
  })

  it('never ends before it began, and short names leave texts alone', () => {
    const l = list()
    const id = l.idOf(l.raise(90, { resource: 'if:1', text: '11 of 12 links' }))
    const [there, here] = move(l, id, true, 50)
    expect(there?.alarm.text).toBe('11 of 12 links')
    expect(here?.alarm.clearedAt).toBe(T0 + 90_000)
    const longer = list()
    const three = longer.idOf(longer.raise(0, { resource: 'if:ab3', text: 'ab3 and ab3' }))
    expect(move(longer, three)[0]?.alarm.text).toBe('GigabitEthernet0/3 and GigabitEthernet0/3')
  })
})

describe("a person's word", () => {
  it('gives an alarm to somebody, acknowledged or not, and takes it away again', () => {
    const { raise, clear, act, idOf, alarms } = list()
    const id = idOf(raise(0))
    expect(act(id, 'assign', 1, { owner: 'bob', note: 'night shift' })).toMatchObject({
      ...{ action: 'assign', actor: 'ann', note: 'bob: night shift' },
      alarm: { owner: 'bob', operatorState: 'none' },
    })
    expect(act(id, 'assign', 2, { owner: 'bob' })).toBe('they have it already')
    act(id, 'acknowledge', 3)
    act(id, 'unacknowledge', 4)
    expect(alarms.get(id)?.owner).toBe('bob')
    expect(act(id, 'assign', 5, { note: '' })).toMatchObject({ alarm: { owner: null } })
    expect(act(id, 'assign', 6)).toBe('nobody has it')
    act(id, 'acknowledge', 7, { owner: 'eve' })
    expect(alarms.get(id)).toMatchObject({ owner: 'eve', ackBy: 'eve' })
    clear(8)
    expect(raise(9)?.alarm.owner ?? null).toBeNull()
  })

  it('changes the severity, keeps what the rule says, and gives it back', () => {
    const { raise, act, idOf, alarms } = list()
    const id = idOf(raise(0))
    expect(act(id, 'severity', 1, { severity: 'major' })).toBe('it has this severity already')
    expect(act(id, 'severity', 1, {})).toBe('its severity is what its rule says')
    expect(act(id, 'severity', 2, { severity: 'minor', note: 'spare link' })).toMatchObject({
      ...{ action: 'update', was: 'major', actor: 'ann', note: 'major becomes minor: spare link' },
      alarm: {
        perceivedSeverity: 'minor',
        changedSeverity: { by: 'ann', at: T0 + 2000, note: 'spare link', from: 'major', ruleSays: 'major' },
      },
    })
    expect(raise(3)).not.toHaveProperty('was')
    expect(alarms.get(id)?.perceivedSeverity).toBe('minor')
    expect(act(id, 'severity', 4, { note: '' })).toMatchObject({ was: 'minor', note: 'minor becomes major' })
    expect(alarms.get(id)).toMatchObject({ perceivedSeverity: 'major' })
    expect(alarms.get(id)?.changedSeverity).toBeUndefined()
  })

  it.each([
    // [rule, person, rule again, shown, still the person's]
    ['major', 'minor', 'warning', 'minor', true],
    ['major', 'minor', 'major', 'minor', true],
    ['major', 'minor', 'critical', 'critical', false],
    ['minor', 'critical', 'major', 'critical', true],
    ['minor', 'major', 'critical', 'critical', false],
    ['warning', 'critical', 'critical', 'critical', true],
  ] as const)('rule %s, person %s, rule %s: %s', (said, wish, again, shown, holds) => {
    const { raise, act, idOf, alarms } = list()
    const id = idOf(raise(0, { severity: said }))
    act(id, 'severity', 1, { severity: wish })
    const change = raise(2, { severity: again })
    expect(alarms.get(id)).toMatchObject({ perceivedSeverity: shown })
    expect(alarms.get(id)?.changedSeverity?.ruleSays).toBe(holds ? again : undefined)
    expect(change?.was).toBe(holds ? undefined : wish)
    if (!holds) expect(change?.note).toContain(`ann had made it ${wish} when its rule said ${said}`)
  })

  it('about severity ends with the episode', () => {
    const { raise, clear, act, idOf } = list()
    const id = idOf(raise(0))
    act(id, 'severity', 1, { severity: 'warning' })
    clear(2)
    expect(act(id, 'severity', 3, { severity: 'minor' })).toBe('the alarm is cleared')
    expect(raise(4)?.alarm).toMatchObject({ perceivedSeverity: 'major' })
    expect(raise(5)?.alarm.changedSeverity).toBeUndefined()
  })
})
