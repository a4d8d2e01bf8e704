// Why somebody was told, or not: for any story, each recipient has exactly one answer, and it is what really happened.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { InhibitionBody } from '#shared/http/suppression.ts'
import type { WhyAnswer } from '#shared/http/trace.ts'
import { type Said, type Story, type StoryOptions, tell } from '#test/support/judgement-story.ts'
import { windowOf } from '#test/support/windows.ts'
import { isListed } from './alarms/alarms.ts'
import { whyTold } from './api/why-told.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import { readStockRules } from './rules/rule-folder.ts'
import { createAlarmStore } from './storage/sqlite/alarm-store.ts'
import { openDatabase } from './storage/sqlite/database.ts'
import { createNotificationStore } from './storage/sqlite/notification-store.ts'
import { createReads } from './storage/sqlite/reads/reads.ts'

const T0 = Date.UTC(2026, 5, 1)
const EVERYWHERE = { selector: { customers: ['acme'] } }
const METRICS = ['opens', 'quiet', 'grave', 'shadow', 'joins'] as const
const rule = (metric: (typeof METRICS)[number], more: object = {}): DefinedRule => ({
  rule: Rule.parse({
    ...{ id: metric, title: metric, severity: 'major', alarmType: `test.${metric}`, text: '{{device}} {{value}}' },
    ...{ condition: { type: 'threshold', metric, above: 40 }, incident: { open: true } },
    ...more,
  }),
  origin: { kind: 'database' },
})
const RULES = [
  rule('opens'),
  rule('quiet', { incident: { open: false } }),
  rule('grave', { incident: { open: true, atLeast: 'critical' } }),
  rule('shadow', { shadow: true }),
  rule('joins', { incident: { open: false, attach: true } }),
]
const said = (metric: string, value: number, device = 'one'): Said => ({ metric, value, device })

const dir = mkdtempSync(join(tmpdir(), 'outrider-why-'))
const db = await openDatabase(join(dir, 'c.db'))
afterAll(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Every alarm with the answer of each recipient, as the API reads them; all messages that were queued went out. */
async function answers(story: Story, recipients: readonly string[]) {
  for (const table of ['alarm', 'alarm_change', 'trace', 'told', 'notification', 'notification_alarm'])
    db.connection.exec(`delete from ${table}`)
  db.transaction(() => {
    for (const store of [createAlarmStore(db, isListed), createNotificationStore(db)])
      store.write(story.all, story.wall())
  })
  db.connection.exec("update notification set state = 'sent' where state = 'queued'")
  const reads = createReads(db)
  const found: { type: string; device: string; answers: WhyAnswer[]; id: string; raisedAt: number }[] = []
  for (const alarm of story.store.alarms.values()) {
    const [told, holds] = await Promise.all([reads.toldOf(alarm.id, alarm.episode), reads.holdsOf(alarm.id)])
    const all = whyTold({ alarm, told, holds, recipients })
    const { id, alarmType: type, device, raisedAt } = alarm
    found.push({ id, type, device: device ?? '', raisedAt, answers: all })
  }
  return found
}

async function codeOf(story: Story, recipient = 'mail', type = 'test.opens', device = 'one') {
  const found = (await answers(story, ['mail'])).find((one) => one.type === type && one.device.endsWith(`.${device}`))
  return found?.answers.find((one) => one.recipient === recipient)?.code
}

const start = (more: Partial<StoryOptions> = {}) => tell({ rules: RULES, channels: ['mail'], ...more })

describe('the reason why', () => {
  it('is a message that was sent', async () => {
    const story = await start()
    story.poll(said('opens', 50))
    const [found] = await answers(story, ['mail'])
    expect(found?.answers).toMatchObject([{ recipient: 'mail', told: true, code: 'sent', text: 'mail was told' }])
  })

  it('is that the rule opens no incident, or none of this severity', async () => {
    const story = await start()
    story.poll(said('quiet', 50), said('grave', 50), said('joins', 50))
    expect(await codeOf(story, 'mail', 'test.quiet')).toBe('not-an-incident')
    expect(await codeOf(story, 'mail', 'test.grave')).toBe('below-severity')
    expect(await codeOf(story, 'mail', 'test.joins')).toBe('not-an-incident')
  })

  it('is the gate history while a backlog is drained', async () => {
    const story = await start()
    story.live(false)
    story.poll(said('opens', 50))
    expect(await codeOf(story)).toBe('history')
  })

  it('is the gate history for what came and went in a backlog', async () => {
    const story = await start()
    story.live(false)
    story.poll(said('opens', 50))
    story.at(60)
    story.poll(said('opens', 20))
    story.live(true)
    story.at(120)
    story.poll(said('opens', 20))
    expect(await codeOf(story)).toBe('history')
  })

  it('is the gate shadow', async () => {
    const story = await start()
    story.poll(said('shadow', 50))
    expect(await codeOf(story, 'mail', 'test.shadow')).toBe('shadow')
  })

  it('is the gate shelved', async () => {
    const story = await start()
    story.poll(said('opens', 50))
    story.at(10)
    story.poll(said('opens', 20))
    const [alarm] = [...story.store.alarms.values()]
    const shelve = { action: 'shelve' as const, actor: 'noc', at: story.wall(), note: '', until: T0 + 3_600_000 }
    story.commit(story.judgement.onAlarms([alarm?.id ?? ''], shelve).changes)
    story.at(60)
    story.poll(said('opens', 50))
    expect(await codeOf(story)).toBe('shelved')
  })

  it('is the gate maintenance, also when it is over', async () => {
    const story = await start({ windows: [windowOf(T0, 30, EVERYWHERE)] })
    story.at(60)
    story.poll(said('opens', 50))
    expect(await codeOf(story)).toBe('maintenance')
    story.at(120)
    story.poll(said('opens', 20))
    expect(await codeOf(story)).toBe('maintenance')
  })

  it('is the gate inhibited', async () => {
    const inhibition = InhibitionBody.parse({
      ...{ id: 'one', source: { alarmTypes: ['test.quiet'] }, target: { alarmTypes: ['test.opens'] } },
      equal: ['device'],
    })
    const story = await start({ inhibitions: [{ inhibition, origin: { kind: 'database', version: 1 } }] })
    story.poll(said('quiet', 50))
    story.at(60)
    story.poll(said('opens', 50))
    expect(await codeOf(story)).toBe('inhibited')
  })

  it('is the gate cause behind a dead device, and the gate probation until it is checked anew', async () => {
    const story = await tell({ rules: readStockRules().rules, channels: ['mail'] })
    const one = (device: string, parents: string[]) => ({
      device,
      name: device,
      address: '192.0.2.1',
      interval: 30,
      parents,
    })
    const devices = [one('core', []), one('access', ['core'])]
    story.event({ kind: 'inventory', at: 0, device: null, complete: true, devices })
    const run = (from: number, to: number, value: (device: string) => number | undefined) => {
      for (let s = from; s < to; s++) {
        story.at(s)
        story.hello()
        for (const [n, { device }] of devices.entries()) {
          const v = value(device)
          if (v !== undefined && s % 30 === n) story.poll({ metric: 'icmp.reachable', device, value: v })
        }
        story.tick()
      }
    }
    run(0, 70, () => 1)
    run(70, 300, () => 0)
    const code = () => codeOf(story, 'mail', 'device.unreachable', 'access')
    expect(await code()).toBe('cause')
    run(300, 335, (device) => (device === 'core' ? 1 : undefined))
    expect(await code()).toBe('probation')
    run(335, 700, (device) => (device === 'core' ? 1 : 0))
    expect(await code()).toBe('sent')
  })

  it('is one for each recipient and alarm of any story, and told is who got a message', {
    timeout: 60_000,
  }, async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          metric: fc.constantFrom(...METRICS),
          device: fc.constantFrom('one', 'two'),
          value: fc.constantFrom(20, 50),
        }),
      },
      { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(30, 600, 4000) }) },
      { weight: 1, arbitrary: fc.record({ live: fc.boolean() }) },
      {
        weight: 1,
        arbitrary: fc.record({ act: fc.constantFrom('acknowledge', 'shelve', 'unshelve', 'close'), which: fc.nat(9) }),
      },
    )
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
        const story = await start({ windows: [windowOf(T0 + 600_000, 60, EVERYWHERE)], channels: ['mail', 'desk'] })
        let now = 0
        for (const one of steps) {
          story.at(++now)
          if ('metric' in one) story.poll(said(one.metric, one.value, one.device))
          else if ('wait' in one) now += one.wait
          else if ('live' in one) story.live(one.live)
          else {
            const alarm = [...story.store.alarms.values()][one.which]
            const until = one.act === 'shelve' ? { until: story.wall() + 600_000 } : {}
            const action = { action: one.act as 'close', actor: 'noc', at: story.wall(), note: '', ...until }
            if (alarm) story.commit(story.judgement.onAlarms([alarm.id], action).changes)
          }
          story.at(++now)
          story.tick()
        }
        const told = story.all.notifications.filter((n) =>
          ['opened', 'joined', 'reopened', 'worse'].includes(n.transition),
        )
        for (const alarm of await answers(story, ['mail', 'desk', 'nobody'])) {
          expect(alarm.answers.map((a) => a.recipient)).toEqual(['desk', 'mail', 'nobody'])
          for (const { recipient, told: isTold, code, text } of alarm.answers) {
            seen.set(code, (seen.get(code) ?? 0) + 1)
            expect(text).not.toMatch(/undefined|null/)
            const messages = told.filter((n) => n.recipient === recipient && n.alarms.includes(alarm.id))
            const ofEpisode = messages.some((n) => n.at >= alarm.raisedAt)
            // what is told is said so; an episode may also go on in the message of the one before
            if (ofEpisode) expect([alarm.type, recipient, code]).toEqual([alarm.type, recipient, 'sent'])
            if (isTold) expect(messages.length).toBeGreaterThan(0)
            expect(isTold).toBe(code === 'sent')
          }
        }
      }),
      { numRuns: 60 },
    )
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining(['history', 'maintenance', 'no-route', 'sent', 'shadow']),
    )
  })
})
