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
  const row = async (id: string) => (await book.list()).find((r) => r.id === id)
  return { state, book, save, audit, held, row, stored: () => store.rules().map((r) => r.id) }
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

const file = (text: string, name = 'own.yaml') => {
  mkdirSync(join(dir, 'rules.d'), { recursive: true })
  writeFileSync(join(dir, 'rules.d', name), text)
}
const written = (id: string, above = 5) =>
  `{ id: ${id}, title: t, condition: { type: threshold, metric: m, above: ${above} }, severity: minor, alarmType: a.b, text: t }`
const aboveOf = (rule: unknown) => (rule as { condition: { above: number } }).condition.above

describe('two editors of one rule', () => {
  it('the second change of one version is refused, also when both come at once', async () => {
    const t = setUp()
    await t.save('one')
    const version = (await t.row('one'))?.version
    const change = (above: number) =>
      t.book.save({ ...ruleOf('one'), condition: { type: 'threshold', metric: 'x', above } }, true, 'one', 'ann', {
        version,
      })
    const [first, second] = await Promise.all([change(2), change(3)])
    expect(first).toEqual({ ok: true, id: 'one' })
    expect(second).toMatchObject({ ok: false, code: 'conflict', message: expect.stringContaining('somebody else') })
    expect(aboveOf((await t.row('one'))?.rule)).toBe(2)
    // without a version nobody knows what was changed
    expect(await t.book.save(ruleOf('one'), true, 'one', 'bob')).toMatchObject({ ok: false, code: 'conflict' })
    expect(await t.book.save(ruleOf('one'), true, 'one', 'bob', { version: '*' })).toMatchObject({ ok: true })
    expect(await t.book.remove('one', 'bob', 'another')).toMatchObject({ ok: false, code: 'conflict' })
    expect(await t.book.remove('one', 'bob')).toEqual({ ok: true })
  })

  it('a rule of a file is not changed here; one of the database may stand in its place, and says so', async () => {
    file(`rules:\n  - ${written('own')}\n`)
    const t = setUp()
    await t.book.refresh()
    t.state.hold = t.book.read()
    expect(await t.row('own')).toMatchObject({ origin: 'file', file: 'own.yaml:2', readOnly: true, replaces: null })
    const raw = { ...ruleOf('own'), condition: { type: 'threshold', metric: 'm', above: 9 } }
    for (const id of ['own', undefined])
      expect(await t.book.save(raw, true, id, 'ann')).toMatchObject({
        ...{ ok: false, code: 'conflict', message: 'rule own is defined in own.yaml:2' },
      })
    expect(await t.book.save(raw, true, 'own', 'ann', { replace: true })).toEqual({ ok: true, id: 'own' })
    expect(await t.row('own')).toMatchObject({
      ...{ origin: 'database', readOnly: false, replaces: { origin: 'file', file: 'own.yaml:2' }, updatedAt: 1000 },
    })
    // the file's editor goes on; the database's word holds until it is taken away
    file(`rules:\n  - ${written('own', 50)}\n  - ${written('two')}\n`)
    await t.book.refresh()
    expect([aboveOf((await t.row('own'))?.rule), (await t.row('two'))?.origin]).toEqual([9, 'file'])
    expect(await t.book.remove('own', 'ann')).toEqual({ ok: true })
    expect([aboveOf((await t.row('own'))?.rule), (await t.row('own'))?.origin]).toEqual([50, 'file'])
    const stock = await t.book.save({ ...ruleOf('link-down') }, true, undefined, 'ann')
    expect(stock).toMatchObject({ ok: false, message: expect.stringContaining('stock/interfaces.yaml') })
  })
})

describe('overrides beside a rule', () => {
  const quiet = (devices: string[], above: number) => ({ selector: { devices }, condition: { above } })

  it('are kept in the database for a rule of a file, change with it and outlive its changes', async () => {
    file(`rules:\n  - ${written('own')}\n`)
    const t = setUp()
    await t.book.refresh()
    t.state.hold = t.book.read()
    const before = (await t.row('own'))?.version as string
    expect(await t.book.saveOverrides('own', [quiet(['a.b'], 70)], before, 'ann')).toEqual({ ok: true })
    const row = await t.row('own')
    expect(row).toMatchObject({
      readOnly: true,
      overrides: [{ origin: 'database', file: null, override: quiet(['a.b'], 70) }],
    })
    expect(row?.rule.overrides).toEqual([])
    expect(row?.version).not.toBe(before)
    expect(await t.book.saveOverrides('own', [], before, 'bob')).toMatchObject({ ok: false, code: 'conflict' })
    file(`rules:\n  - ${written('own', 6)}\n`)
    await t.book.refresh()
    expect(t.book.read().find((d) => d.rule.id === 'own')?.rule.overrides).toHaveLength(1)
    const now = (await t.row('own'))?.version as string
    expect(await t.book.saveOverrides('own', [], now, 'ann')).toEqual({ ok: true })
    expect((await t.row('own'))?.overrides).toEqual([])
  })

  it('may be written in another file than the rule; a bad one costs itself and is named', async () => {
    file(`rules:\n  - ${written('own')}\n`)
    const good = '{ rule: own, selector: { devices: [a.b] }, severity: critical }'
    file(
      `overrides:\n  - ${good}\n  - { rule: own, selector: { devices: [c.d] }, condition: { abov: 1 } }\n  - { rule: gone, selector: { sites: [x] }, enabled: false }\n`,
      'site.yaml',
    )
    const t = setUp()
    await t.book.refresh()
    t.state.hold = t.book.read()
    expect((await t.row('own'))?.overrides).toEqual([
      { origin: 'file', file: 'site.yaml:2', override: { selector: { devices: ['a.b'] }, severity: 'critical' } },
    ])
    expect(t.book.problems()).toMatchObject([
      { file: 'site.yaml', line: 4, message: 'there is no rule gone' },
      { file: 'site.yaml', line: 3, path: expect.stringContaining('condition') },
    ])
  })

  it('are refused with a path when they are wrong', async () => {
    const t = setUp()
    await t.save('one')
    const version = (await t.row('one'))?.version as string
    const saved = await t.book.saveOverrides(
      'one',
      [quiet(['a.b'], 2), { selector: {}, severity: 'bad' }],
      version,
      'ann',
    )
    expect(saved).toMatchObject({
      ok: false,
      code: 'bad-request',
      details: expect.arrayContaining([{ path: 'overrides.1.severity', message: expect.any(String) }]),
    })
    expect(await t.book.saveOverrides('gone', [], '*', 'ann')).toMatchObject({ code: 'not-found' })
  })
})

it('a rule in shadow says so', async () => {
  const t = setUp()
  await t.book.save({ ...ruleOf('one'), shadow: true }, true, undefined, 'ann')
  await t.book.save({ ...ruleOf('two'), shadow: true }, false, undefined, 'ann')
  await t.save('three')
  expect([(await t.row('one'))?.mode, (await t.row('two'))?.mode, (await t.row('three'))?.mode]).toEqual([
    'shadow',
    'off',
    'live',
  ])
})
