import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { tell, trap } from '#test/support/judgement-story.ts'
import { recordWrites, seriesInfo } from '#test/support/sample-writer.ts'
import { isListed } from '../../alarms/alarms.ts'
import { readStockRules } from '../../rules/rule-folder.ts'
import { createAlarmStore } from './alarm-store.ts'
import { type Database, openDatabase } from './database.ts'
import { createEvidenceStore } from './evidence-store.ts'
import { createIncidentStore } from './incident-store.ts'
import { createInventoryStore } from './inventory-store.ts'
import { createQuarantine } from './quarantine.ts'
import { createRecordWriter } from './record-writer.ts'
import { createRuleStore } from './rule-state-store.ts'

let db: Database | undefined
afterEach(() => db?.close())

describe('the stores of the judgement', () => {
  it('give back exactly what the judgement has in memory', async () => {
    db = await openDatabase(join(mkdtempSync(join(tmpdir(), 'judgement-')), 'c.db'))
    const stores = {
      alarms: createAlarmStore(db, isListed),
      incidents: createIncidentStore(db),
      inventory: createInventoryStore(db),
      rules: createRuleStore(db),
      evidence: createEvidenceStore(db),
    }
    const story = await tell({ rules: readStockRules().rules })
    const ping = (value: number) => story.poll({ metric: 'icmp.reachable', value })
    story.hello()
    story.event({
      kind: 'inventory',
      at: 0,
      device: null,
      complete: true,
      devices: [{ device: 'switch', name: 'S', address: '192.0.2.1', profile: 'p' }],
      playbooks: { p: { 'env.fan': [{ action: 'poll-now', arguments: {}, title: { en: 'Fans' } }] } },
    })
    ping(1)
    for (const s of [10, 40]) {
      story.at(s)
      ping(0)
    }
    story.event(trap('1.3.6.1.6.3.1.1.5.3', { '1.3.6.1.2.1.2.2.1.1.7': 7 }))
    const database = db
    database.transaction(() => {
      for (const store of Object.values(stores)) store.write(story.all, 0)
    })
    const stored = story.store.read()
    const byId = <T extends object>(items: readonly T[]) => [...items].map((i) => JSON.stringify(i)).sort()
    expect(byId(stores.alarms.all())).toEqual(byId(stored.alarms))
    expect(byId(stores.incidents.notClosed())).toEqual(byId(stored.incidents))
    expect(stores.incidents.lastNumber()).toBe(1)
    expect(byId(stores.incidents.pending())).toEqual(byId(stored.pending))
    expect(byId(stores.rules.states())).toEqual(byId(stored.states))
    expect(byId(stores.inventory.devices())).toEqual(byId(stored.devices))
    expect(byId(stores.inventory.agents())).toEqual(byId(stored.agents))
    expect(stores.inventory.playbooks()).toEqual(stored.playbooks)
    expect(stored.playbooks).toHaveLength(1)
    stores.inventory.write({ ...story.all, playbooks: [{ agent: 'agent-shanghai', profile: 'p', playbook: null }] }, 0)
    expect(stores.inventory.playbooks()).toEqual([])
    expect(stored.alarms.length + stored.states.length + stored.pending.length).toBeGreaterThan(5)
    expect(database.prepare('select count(*) as n from alarm where in_list = 1').get()).toEqual({
      n: stored.alarms.length,
    })
    expect(database.prepare('select count(*) as n from alarm_change').get()).toEqual({ n: story.all.alarms.length })
  })

  it('keep database rules, and the configured places', async () => {
    db = await openDatabase(join(mkdtempSync(join(tmpdir(), 'judgement-')), 'c.db'))
    const rules = createRuleStore(db)
    rules.saveRule('mine', { id: 'mine' }, true, 1)
    expect(rules.rules()).toEqual([{ id: 'mine', doc: { id: 'mine' }, updatedAt: 1 }])
    rules.saveRule('mine', null, true, 2)
    expect(rules.rules()).toEqual([])
    const inventory = createInventoryStore(db)
    const story = await tell({ rules: [] })
    story.hello()
    const { customers, sites, agents } = story.judgement.inventory
    inventory.configure(customers(), sites(), agents())
    inventory.configure(customers(), sites(), agents())
    expect(db.prepare('select id from site').all()).toEqual([{ id: 'shanghai' }])
    inventory.configure([], [], [])
    expect(inventory.agents()).toEqual([])
  })

  it('give back what profiles say of series, so that a restart does not make rules blind to limits', async () => {
    db = await openDatabase(join(mkdtempSync(join(tmpdir(), 'judgement-')), 'c.db'))
    const info = seriesInfo(1, {
      metric: 'env.temperature',
      class: 'temperature',
      limits: { highWarning: 40, highCritical: 50 },
    })
    createRecordWriter(db, createQuarantine(db, { rows: 10, bytes: 1000 }), 10)(recordWrites([], [info], 1), 1)
    expect(createRuleStore(db).series()).toEqual([info])
  })

  it('give back the events of an agent from one on', async () => {
    db = await openDatabase(join(mkdtempSync(join(tmpdir(), 'judgement-')), 'c.db'))
    const story = await tell({ rules: [] })
    for (const s of [1, 2, 3]) {
      story.at(s)
      story.event(trap('1.3.6.1.6.3.1.1.5.1'))
    }
    const writes = recordWrites([], [], 1)
    const group = { ...writes.group, events: story.store.events }
    createRecordWriter(db, createQuarantine(db, { rows: 10, bytes: 1000 }), 10)({ ...writes, group }, 1)
    const expected = story.store.events.slice(1).map(({ customer: _, ...event }) => event)
    expect(createRuleStore(db).eventsFrom('agent-shanghai', 2)).toEqual(expected)
    expect(createRuleStore(db).eventsFrom('another', 1)).toEqual([])
  })
})
