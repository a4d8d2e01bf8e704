import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { BackTest } from '#shared/http/back-tests.ts'
import { MINUTE, minutes, PAST, pastIncident, storedPast } from '../../test/support/stored-past.ts'
import { until } from '../../test/support/until.ts'
import { windowOf } from '../../test/support/windows.ts'
import { Rule } from '../rules/rule.ts'
import { type BackTestOptions, createBackTests } from './back-tests.ts'

const DAY = 1440
const hot = (more: object = {}) =>
  Rule.parse({
    ...{ id: 'hot', title: 'hot', severity: 'major', alarmType: 'env.temperature', text: '{{value}}' },
    ...{ condition: { type: 'threshold', metric: 'm1', above: 40, clear: 35 }, for: '2m', incident: { open: true } },
    ...more,
  })
/** A fault of 20 minutes every three hours, the last one for ever. */
const rows = minutes(2 * DAY, (m) => (m % 180 < 20 || m > 2 * DAY - 60 ? 45 : 20))

function tests(file: string, more: Partial<BackTestOptions> = {}) {
  const kept: BackTest[] = []
  let ids = 0
  const made = createBackTests({
    ...{ entry: join(import.meta.dirname, '..', 'main.ts'), file, rawDays: 30, language: 'en', share: 1 },
    ...{ now: () => PAST, newId: () => `test-${++ids}`, log: pino({ level: 'silent' }) },
    done: async (test) => void kept.push(test),
    ...more,
  })
  return { made, kept }
}

const ask = { rule: hot(), current: null, from: PAST, to: PAST + 2 * DAY * MINUTE, actor: 'noc' }
const ended = (made: ReturnType<typeof createBackTests>, id = 'test-1') =>
  until(() => made.get(id)?.endedAt !== null && made.get(id), { timeoutMs: 20_000, what: 'the back-test' })

describe('back-tests', () => {
  it('says how often a rule would have spoken, what it would have caught and what not, beside the rule as it is', async () => {
    const incidents = [
      pastIncident(1, 190),
      pastIncident(2, 100, { rule: 'hot', resolvedAt: PAST + 110 * MINUTE }),
      pastIncident(3, 100, { device: 's.other' }),
    ]
    using past = await storedPast({ rows, incidents, fold: true })
    const { made, kept } = tests(past.file)
    made.start({ ...ask, current: hot({ for: '19m' }) })
    const test = await ended(made)
    expect(test).toMatchObject({ state: 'done', problem: null, rule: 'hot', askedBy: 'noc' })
    expect(test.progress).toMatchObject({ share: 1, samples: 2 * DAY })
    const { result } = test
    expect(result?.read).toEqual({ samples: 2 * DAY, events: 0, series: 1, devices: 1 })
    expect(result?.candidate).toMatchObject({ alarms: 17, opening: 17, standing: 1, perDay: 8.5 })
    expect(result?.candidate.duration).toEqual({ median: 18 * MINUTE, p90: 18 * MINUTE, longest: 18 * MINUTE })
    expect(result?.candidate.days.map((d) => d.alarms)).toEqual([8, 9])
    expect(result?.current).toMatchObject({ alarms: 17 })
    expect(result?.alarms[0]).toMatchObject({ raisedAt: PAST + 2 * MINUTE, clearedAt: PAST + 20 * MINUTE, text: '45' })
    expect(result?.caught).toMatchObject([{ number: 1, raisedAt: PAST + 182 * MINUTE, earlier: 8 * MINUTE }])
    expect(result?.missed).toMatchObject([{ number: 2 }])
    expect(result?.candidate.withoutIncident).toBe(16)
    expect(result?.compared).toMatchObject({ same: 17, added: 0, gone: 0 })
    expect(result?.notes.map((n) => n.code)).toEqual(['places-as-now'])
    expect(kept).toEqual([test])
    await made.stop()
  })

  it('shows what another rule adds and what it no longer says', async () => {
    using past = await storedPast({ rows, fold: true })
    const { made } = tests(past.file)
    made.start({ ...ask, rule: hot({ for: '30m' }), current: hot() })
    const { result } = await ended(made)
    expect(result?.compared).toMatchObject({ same: 1, added: 0, gone: 16 })
    expect(result?.compared?.goneAlarms).toHaveLength(16)
    await made.stop()
  })

  it('knows what came and went inside a maintenance window', async () => {
    // from minute 170 to 400: two faults inside, and one that goes on after it in the second
    using past = await storedPast({ rows: minutes(600, (m) => (m % 180 < 20 ? 45 : 20)) })
    const window = windowOf(PAST + 170 * MINUTE, 200, { selector: { sites: ['s'] } })
    const db = new DatabaseSync(past.file)
    db.prepare('insert into maintenance_window values (?, 1, ?)').run(window.id, JSON.stringify(window))
    db.close()
    const { made } = tests(past.file)
    made.start({ ...ask, to: PAST + 600 * MINUTE })
    const { result } = await ended(made)
    expect(result?.candidate).toMatchObject({ alarms: 4, inWindows: 1, opening: 3 })
    expect(result?.alarms.map((one) => one.inWindow)).toEqual([false, true, false, false])
    await made.stop()
  })

  it('can be cancelled while it runs and while it waits, and goes on with the next', async () => {
    using past = await storedPast({ rows })
    const { made, kept } = tests(past.file, { share: 0.001 })
    for (let i = 0; i < 3; i++) made.start(ask)
    expect(made.list().map((t) => t.state)).toEqual(['waiting', 'waiting', 'running'])
    expect([made.cancel('test-1'), made.cancel('test-2'), made.cancel('test-1'), made.cancel('none')]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(made.list().map((t) => t.state)).toEqual(['running', 'cancelled', 'cancelled'])
    await made.stop()
    expect(made.get('test-3')?.state).toBe('cancelled')
    expect(kept).toEqual([])
  })

  it('takes so many and no more, and says when one fails', async () => {
    using past = await storedPast({ rows })
    const { made } = tests(`${past.file}.not-there`)
    const started = Array.from({ length: 30 }, () => made.start(ask))
    expect(started.filter((one) => one === undefined)).toHaveLength(9)
    const test = await ended(made)
    expect(test).toMatchObject({ state: 'failed', result: null })
    expect(test.problem).not.toBe('')
    await made.stop()
  })

  it('says what it could not read', async () => {
    using past = await storedPast({ rows })
    const { made } = tests(past.file)
    made.start({ ...ask, rule: hot({ condition: { type: 'threshold', metric: 'nothing', above: 1 } }) })
    const { result } = await ended(made)
    expect(result?.candidate).toMatchObject({ alarms: 0, duration: null })
    expect(result?.notes.map((n) => n.code)).toEqual(['nothing-selected', 'places-as-now'])
    await made.stop()
  })
})
