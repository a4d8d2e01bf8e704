import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceEvent, Varbind } from '#shared/domain/device-event.ts'
import { TrapDefinitionBody } from '#shared/http/traps.ts'
import { readStockTraps } from './definitions/definitions.ts'
import type { Evaluation, IngestGroup, ReceivedEvent } from './ingest/evaluation.ts'
import type { Inventory } from './inventory/inventory.ts'
import { createRuleBook } from './rule-book.ts'
import { createRules, type Rules } from './rules/rules.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import { createAuditStore } from './storage/sqlite/audit-store.ts'
import { type Database, openDatabase } from './storage/sqlite/database.ts'
import { createRuleStore } from './storage/sqlite/rule-state-store.ts'
import { createTrapStore } from './storage/sqlite/trap-store.ts'
import { createTrapDesk, type TrapDesk } from './trap-desk.ts'

const OID = '1.3.6.1.4.1.99999.1.0.7'
const END = '1.3.6.1.4.1.99999.1.0.8'
const COLUMN = '1.3.6.1.4.1.99999.2.1.3'

const stock = readStockTraps()

let dir: string
let db: Database
let desk: TrapDesk
let rules: Rules
let evaluation: Evaluation<ChangeSet>
let events: ReceivedEvent[]
let seq = 0

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-traps-'))
  db = await openDatabase(join(dir, 'collector.db'))
  events = []
  build()
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true })
})

function build(): void {
  const audit = createAuditStore(db)
  const places = { device: () => undefined, customerOf: () => 'c' }
  const turns = {
    async run<T>(work: (now: number) => { readonly changes: ChangeSet; readonly value: T }) {
      const { changes, value } = work(5000)
      db.transaction(() => {
        audit.write(changes, 5000)
        desk.writer.write(changes, 5000)
      })
      return value
    },
  }
  desk = createTrapDesk({
    store: createTrapStore(db),
    data: dir,
    language: 'en',
    stock,
    inventory: () => places as unknown as Inventory,
    turns: () => turns,
    reads: {
      events: async ({ q }) => ({
        items: events
          .filter((e) => JSON.stringify(e.event).includes(q ?? ''))
          .map((e) => ({ ...e, kind: 'trap' as const, event: e.event as DeviceEvent })),
        nextCursor: null,
      }),
    },
    refreshRules: () => book.refresh(),
  })
  const book = createRuleBook({
    store: createRuleStore(db),
    dir: join(dir, 'rules.d'),
    made: [desk.source],
    log: pino({ level: 'silent' }),
  })
  rules = createRules({ places, language: 'en' })
  rules.restore({ rules: book.read(), states: [], series: [] })
  const replaceRules = (all: Parameters<Rules['replace']>[0]) => {
    rules.replace(all, 0)
    return { changes: emptyChangeSet(), value: { rules: all.length } }
  }
  book.connect({ replaceRules, rules } as never, turns)
  evaluation = desk.beside({ evaluate: () => emptyChangeSet(), tick: () => emptyChangeSet(), reload: async () => {} })
}

function hear(trapOid: string, varbinds: Varbind[] = [], device: string | null = 's.ups'): string[] {
  const id = ++seq
  const at = id * 1000
  const event: ReceivedEvent = {
    ...{ id, agent: 'agent-one', site: 's', customer: 'c', device, epoch: 'e', seq: id, at, receivedAt: at },
    event: {
      kind: 'trap',
      at,
      device: null,
      source: '192.0.2.7',
      version: 'v2c',
      confirmed: false,
      trapOid,
      user: '',
      varbinds,
    },
  }
  events.push(event)
  const changes = evaluation.evaluate({ events: [event] } as unknown as IngestGroup)
  db.transaction(() => desk.writer.write(changes, at))
  const group = { now: at, newSeries: [], events: [event], samples: [], watermarks: [] }
  return rules.evaluate(group).signals.map((s) => `${s.kind} ${s.resource} ${s.alarmType} ${s.text}`)
}

const door = (n: number, state: number): Varbind => ({ oid: `${COLUMN}.${n}`, type: 'Integer', value: state })
const body = (over: Record<string, unknown> = {}) =>
  TrapDefinitionBody.parse({
    name: 'doorOpen',
    vendor: 'Acme',
    category: 'state_change',
    description: { 'zh-CN': '{{device}}：门 {{index.door}} 打开', en: '{{device}}: door {{index.door}} is {{door}}' },
    varbinds: [{ name: 'door', oid: COLUMN, enum: { 1: 'open', 2: 'closed' } }],
    alarm: {
      type: 'raise',
      alarmType: 'env.door',
      severity: 'minor',
      resource: 'door:{{index.door}}',
      text: { 'zh-CN': '门打开', en: 'door {{index.door}} is {{door}}' },
      clearedBy: END,
    },
    ...over,
  })

describe('the inbox of unknown traps', () => {
  it('counts what no definition fits, over a restart, and nothing else', async () => {
    hear(OID, [door(4, 1)])
    hear(OID, [door(5, 1)], null)
    hear('1.3.6.1.6.3.1.1.5.1')
    build()
    await evaluation.reload()
    hear(OID, [door(6, 1)])
    const list = desk.book.unknown({ limit: 10, state: 'open' })
    expect(list).toMatchObject({ open: 1, other: 0 })
    expect(list.items).toMatchObject([
      {
        oid: OID,
        count: 3,
        firstAt: expect.any(Number),
        devices: ['s.ups'],
        enterprise: { number: 99999, name: null },
      },
    ])
    const detail = desk.book.unknownDetail(OID)
    expect(detail?.samples).toHaveLength(3)
    expect(detail?.draft).toMatchObject({ varbinds: [{ name: 'value1', oid: COLUMN }], alarm: null })
  })

  it('puts an OID aside and takes it back, with audit', async () => {
    hear(OID)
    expect(await desk.book.ignore(OID, true, 'eva')).toEqual({ ok: true })
    expect(desk.book.unknown({ limit: 10, state: 'open' }).items).toEqual([])
    expect(desk.book.unknown({ limit: 10, state: 'ignored' }).items).toMatchObject([{ oid: OID, ignoredBy: 'eva' }])
    await desk.book.ignore(OID, false, 'eva')
    expect(desk.book.unknown({ limit: 10, state: 'open' }).items).toHaveLength(1)
    expect(await desk.book.ignore('1.3.6.1', true, 'eva')).toMatchObject({ ok: false, code: 'not-found' })
    const actions = db.prepare('select action from audit order by id').all()
    expect(actions.map((row) => row.action)).toEqual(['unknown-trap.ignore', 'unknown-trap.restore'])
  })

  it('makes a definition that works from then on, and its end', async () => {
    expect(hear(OID, [door(4, 1)])).toEqual([])
    hear(END, [door(4, 2)])
    const preview = await desk.book.preview(OID, body())
    expect(preview).toMatchObject({ looked: 2, raised: 1, cleared: 1, problems: [] })
    expect(preview.examples[1]).toMatchObject({
      meaning: { text: { en: 's.ups: door 4 is open' }, varbinds: [{ name: 'door', value: 'open' }] },
      alarm: { kind: 'raise', alarmType: 'env.door', resource: 'door:4' },
    })
    expect(await desk.book.save(OID, body(), 'eva')).toEqual({ ok: true })
    expect(desk.book.unknown({ limit: 10, state: 'open' }).items).toEqual([])
    expect(hear(OID, [door(9, 1)])).toEqual(['raise door:9 env.door door 9 is open'])
    expect(hear(END, [door(9, 2)])).toEqual(['clear door:9 env.door door 9 is closed'])
    expect(desk.book.definition(OID)).toMatchObject({
      row: { origin: 'database', alarms: [{ alarmType: 'env.door' }] },
      definition: { name: 'doorOpen' },
    })
    build()
    await evaluation.reload()
    expect(hear(OID, [door(2, 1)])).toEqual(['raise door:2 env.door door 2 is open'])
    expect(await desk.book.remove(OID, 'eva')).toEqual({ ok: true })
    expect(hear(OID, [door(3, 1)])).toEqual([])
  })

  it('refuses what is not right, with the path of the form', async () => {
    const bad = body({ varbinds: [] })
    const { problems } = await desk.book.preview(OID, bad)
    expect(problems.map((p) => p.path)).toEqual(['description', 'description', 'alarm', 'alarm'])
    const said = await desk.book.save(OID, bad, 'eva')
    expect(said).toMatchObject({ ok: false, code: 'bad-request' })
    const wrong = body({ alarm: { ...body().alarm, alarmType: 'Not dotted' } })
    expect(await desk.book.save(OID, wrong, 'eva')).toMatchObject({ ok: false, code: 'bad-request' })
    expect(await desk.book.remove('1.3.6.1.6.3.1.1.5.3', 'eva')).toMatchObject({ ok: false, code: 'conflict' })
  })
})

describe('traps.d', () => {
  const file = (name: string, text: string) => {
    mkdirSync(join(dir, 'traps.d'), { recursive: true })
    writeFileSync(join(dir, 'traps.d', name), text)
  }
  const acme = (en: string) =>
    `vendor: Acme\ntraps:\n  - { oid: ${OID}, name: ACME-MIB::door, category: security, severity: alert, description: "${en}" }\n`

  it('takes files up while it runs; a broken one keeps its former version and says so', () => {
    hear(OID)
    file('acme.yaml', acme('Door of {{hostname}}'))
    expect(desk.source.refresh()).toBe(true)
    const event = events[0]?.event as never
    expect(desk.book.meaning(event, null)).toMatchObject({ name: 'ACME-MIB::door', text: { en: 'Door of 192.0.2.7' } })
    expect(desk.book.unknown({ limit: 10, state: 'open' }).items).toEqual([])
    file('acme.yaml', `${acme('x')}   broken: [`)
    expect(desk.source.refresh()).toBe(true)
    expect(desk.source.problems()).toContainEqual(expect.objectContaining({ file: 'traps.d/acme.yaml', line: 4 }))
    expect(desk.book.meaning(event, null)?.text.en).toBe('Door of 192.0.2.7')
    expect(desk.source.refresh()).toBe(false)
  })

  it('replaces a shipped file of the same name; a stock severity raises nothing', () => {
    const before = desk.book.definitions({ limit: 1000, vendor: 'Arista' }).total
    expect(before).toBe(1)
    file('arista.yaml', acme('Door'))
    desk.source.refresh()
    expect(desk.book.definitions({ limit: 1000, vendor: 'Arista' }).total).toBe(0)
    expect(desk.book.definitions({ limit: 1000, q: 'acme-mib', origin: 'file' }).items).toMatchObject([
      { oid: OID, severity: 'alert', file: 'traps.d/arista.yaml', line: 3, alarms: [] },
    ])
    expect(hear(OID)).toEqual([])
  })
})
