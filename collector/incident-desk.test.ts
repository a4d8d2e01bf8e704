// Incidents beside each other: a link is made once, taken away once, and there are not endlessly many.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Story, tell } from '#test/support/judgement-story.ts'
import type { IncidentBook } from './api/deps.ts'
import { createIncidentDesk } from './incident-desk.ts'
import type { Turns } from './ingest/evaluation.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import type { ChangeSet } from './storage/change-set.ts'
import { createAttachmentStore } from './storage/sqlite/attachment-store.ts'
import { type Database, openDatabase } from './storage/sqlite/database.ts'

const OPENS: DefinedRule = {
  rule: Rule.parse({
    ...{ id: 'opens', title: 'opens', severity: 'major', alarmType: 'test.opens', text: '{{device}} {{value}}' },
    ...{ condition: { type: 'threshold', metric: 'load', above: 40 }, incident: { open: true } },
  }),
  origin: { kind: 'database' },
}

const dir = mkdtempSync(join(tmpdir(), 'outrider-links-'))
let story: Story
let book: IncidentBook
let database: Database

beforeEach(async () => {
  story = await tell({ rules: [OPENS], channels: [] })
  database = await openDatabase(join(dir, `${crypto.randomUUID()}.db`))
  const attachments = createAttachmentStore(database)
  const turns = {
    async run<T>(work: (now: number) => { changes: ChangeSet; value: T }): Promise<T> {
      const { changes, value } = work(story.wall())
      story.commit(changes)
      attachments.write(changes, story.wall())
      return value
    },
  } as unknown as Turns<ChangeSet>
  const reads = { incidentRow: async (id: string) => story.store.incidents.get(id) as never }
  book = createIncidentDesk({
    ...{ dir, stores: { attachments, reads }, judgement: story.judgement, turns: () => turns },
    ...{ now: story.wall, log: pino({ level: 'silent' }) },
  })
})
afterEach(() => {
  database.close()
  rmSync(dir, { recursive: true, force: true })
})

async function open(title: string): Promise<string> {
  const wish = { impact: 'low' as const, urgency: 'low' as const, note: '', take: false, alarms: [], site: 'shanghai' }
  const done = await book.open({ ...wish, title }, 'nora')
  if (!done.ok) throw new Error(done.message)
  return done.id
}
const steps = () => story.all.timeline.filter(({ kind }) => kind.endsWith('linked')).map(({ kind }) => kind)

it('says nothing twice: a link that is there, or one that is gone', async () => {
  const [a, b] = [await open('a'), await open('b')]
  expect(await book.link(a, b, null, 'nora')).toMatchObject({ ok: true })
  expect(steps()).toEqual([])
  await book.link(a, b, 'related', 'nora')
  await book.link(b, a, 'related', 'nora')
  expect(steps()).toEqual(['linked', 'linked'])
  await book.link(b, a, 'duplicate', 'nora')
  expect(steps()).toHaveLength(4)
  await book.link(a, b, null, 'nora')
  await book.link(a, b, null, 'nora')
  expect(steps()).toEqual([...Array(4).fill('linked'), 'unlinked', 'unlinked'])
})

it('stands beside a hundred others at most', async () => {
  const a = await open('a')
  for (let i = 0; i < 100; i++)
    expect(await book.link(a, await open(`${i}`), 'related', 'nora')).toMatchObject({ ok: true })
  const last = await open('last')
  for (const [one, other] of [
    [a, last],
    [last, a],
  ] as const)
    expect(await book.link(one, other, 'related', 'nora')).toMatchObject({ ok: false, code: 'conflict' })
  expect(steps()).toHaveLength(200)
})

it('is opened once when the same is asked for again at once, and anew later', async () => {
  story.at(0)
  const first = await open('fan')
  story.at(30)
  expect(await open('fan')).toBe(first)
  expect(await open('other')).not.toBe(first)
  expect(story.incidents()).toHaveLength(2)
  story.at(120)
  expect(await open('fan')).not.toBe(first)
})

it('keeps the impact that somebody else has just chosen, and says so', async () => {
  const id = await open('fan')
  const from = { impact: 'low', urgency: 'low' } as const
  const set = (impact: 'high' | 'medium', actor: string) =>
    book.setPriority(id, { impact, urgency: 'low', note: '', from }, actor)
  expect(await Promise.all([set('high', 'nora'), set('medium', 'dave')])).toMatchObject([
    { ok: true },
    { ok: false, code: 'conflict', message: expect.stringMatching(/faster: its priority is 3 now/) },
  ])
  expect(story.incidents()[0]).toMatchObject({ impact: 'high' })
  // asked for once more after an answer that was lost
  expect(await set('high', 'nora')).toMatchObject({ ok: true })
})

it('waits after a merge, and after alarms were taken, for what came and went in the other', async () => {
  const say = (at: number, device: string, value: number) => {
    story.at(at)
    story.poll({ metric: 'load', device, value })
  }
  const stateOf = (device: string) =>
    story.incidents().findLast((one) => one.device === `shanghai.${device}` && one.mergedInto === undefined)?.state
  const incident = (device: string) =>
    story.incidents().findLast((one) => one.device === `shanghai.${device}`)?.id ?? ''
  for (const [i, value] of [50, 10, 50, 10, 50, 10].entries()) say(10 + i * 5, 'one', value)
  for (const device of ['two', 'three']) say(40, device, 50)
  expect(await book.merge(incident('one'), { into: incident('two'), note: '' }, 'nora')).toMatchObject({ ok: true })
  say(50, 'two', 10)
  expect(stateOf('two')).not.toBe('resolved')
  const restless = [...story.store.alarms.values()].find((alarm) => alarm.device === 'shanghai.one')?.id ?? ''
  await book.take(incident('three'), { alarms: [restless], note: '' }, 'nora')
  expect(stateOf('two')).toBe('resolved')
  say(60, 'three', 10)
  expect(stateOf('three')).not.toBe('resolved')
  story.at(3600)
  story.tick()
  expect(stateOf('three')).toBe('resolved')
})
