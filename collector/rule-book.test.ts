import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Judgement } from './evaluation.ts'
import { createTurns } from './ingest/turns.ts'
import { createRuleBook } from './rule-book.ts'
import type { DefinedRule } from './rules/rule.ts'
import { emptyChangeSet, isEmptyChangeSet } from './storage/change-set.ts'
import { createRuleStore } from './storage/sqlite/rule-state-store.ts'
import { openStores, type Stores } from './storage/storage.ts'

const log = pino({ level: 'silent' })
let dir: string
let stores: Stores
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-rule-book-'))
  stores = await openStores({ dir, log })
})
afterEach(async () => {
  await stores.stop()
  rmSync(dir, { recursive: true, force: true })
})

function setUp() {
  const state = { full: false, hold: [] as readonly DefinedRule[] }
  stores.addWriter({
    write() {
      if (state.full) throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
    },
  })
  const store = createRuleStore(stores.database)
  const book = createRuleBook({ store, dir: join(dir, 'rules.d'), data: dir, log })
  stores.addWriter(book)
  const turns = createTurns({
    commit: stores.commit,
    async reload() {
      state.hold = book.read()
    },
    isEmpty: isEmptyChangeSet,
    wall: () => 1000,
    mono: () => 0,
    log,
  })
  const judgement = {
    rules: { get: (id: string) => state.hold.find((d) => d.rule.id === id), list: () => state.hold },
    replaceRules(rules: readonly DefinedRule[]) {
      state.hold = rules
      return { changes: emptyChangeSet(), value: { rules: rules.length } }
    },
  }
  book.connect(judgement as unknown as Judgement, turns)
  const audit = () =>
    turns.run((at) => {
      const changes = emptyChangeSet()
      changes.audit.push({ at, actor: 'ann', action: 'other', subject: 'x', detail: {} })
      return { changes, value: undefined }
    })
  const save = (id: string) => book.save(ruleOf(id), true, undefined, 'ann')
  const held = () => state.hold.filter((d) => d.origin.kind === 'database').map((d) => d.rule.id)
  return { state, book, save, audit, held, stored: () => store.rules().map((r) => r.id) }
}

const ruleOf = (id: string) => ({
  ...{ id, title: 'A rule', severity: 'minor', alarmType: 'test.high', text: 'too high' },
  condition: { type: 'threshold', metric: 'x', above: 1 },
})

describe('rules made through the API', () => {
  it('that could not be saved are not written with what is committed next', async () => {
    const t = setUp()
    t.state.full = true
    await expect(t.save('one')).rejects.toThrow()
    t.state.full = false
    await t.audit()
    expect([t.stored(), t.held()]).toEqual([[], []])
  })

  it('hold together when they are saved at the same time', async () => {
    const t = setUp()
    expect(await Promise.all([t.save('one'), t.save('two')])).toMatchObject([{ ok: true }, { ok: true }])
    expect([t.stored(), t.held()]).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ])
  })
})

it('rules of log definitions hold, and change with their files', async () => {
  const t = setUp()
  expect(t.book.read().map((d) => d.rule.id)).toContain('log-linux-out-of-memory')
  mkdirSync(join(dir, 'logs.d'))
  const alarm = '{ type: event, alarmType: a.b, severity: minor, text: t }'
  writeFileSync(join(dir, 'logs.d/acme.yaml'), `logs: [{ name: x, app: y, x-outrider: { alarm: ${alarm} } }]`)
  await t.book.refresh()
  const made = t.state.hold.find((d) => d.rule.id === 'log-acme-x')
  expect(made?.origin).toMatchObject({ kind: 'definition', file: 'logs.d/acme.yaml' })
  writeFileSync(join(dir, 'logs.d/acme.yaml'), 'logs: [{ name: x }]')
  await t.book.refresh()
  expect(t.state.hold.map((d) => d.rule.id)).toContain('log-acme-x')
  expect(t.book.problems()[0]).toMatchObject({ file: 'logs.d/acme.yaml', line: 1 })
})

it('a rule of a definition is switched off here, keeps its durations, and comes back', async () => {
  const t = setUp()
  mkdirSync(join(dir, 'logs.d'))
  const alarm =
    '{ type: event, alarmType: a.b, severity: minor, text: t, autoClearAfter: 20m, incident: { open: true, reopenWithin: 5m } }'
  writeFileSync(join(dir, 'logs.d/acme.yaml'), `logs: [{ name: x, app: y, x-outrider: { alarm: ${alarm} } }]`)
  await t.book.refresh()
  const row = (await t.book.list()).find((r) => r.id === 'log-acme-x')
  expect(row).toMatchObject({ origin: 'definition', readOnly: false, enabled: true, rule: { clearAfter: 1200 } })
  expect(await t.book.save(row?.rule ?? {}, false, 'log-acme-x', 'ann')).toEqual({ ok: true, id: 'log-acme-x' })
  const off = t.book.read().find((d) => d.rule.id === 'log-acme-x')
  expect(off).toMatchObject({ origin: { kind: 'database' }, rule: { enabled: false, clearAfter: 1_200_000 } })
  expect(off?.rule.incident.reopenWithin).toBe(300_000)
  expect(await t.book.remove('log-acme-x', 'ann')).toEqual({ ok: true })
  expect(t.book.read().find((d) => d.rule.id === 'log-acme-x')).toMatchObject({ rule: { enabled: true } })
})
