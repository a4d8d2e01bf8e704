// The history of alarms is searched in steps: a rare word in a long past stops nobody else.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { HistoryQuery } from '#shared/http/alarm-history.ts'
import { type Database, openDatabase } from '../database.ts'
import { createHistoryReads } from './history-reads.ts'

const STEPS = { step: 50, steps: 4 }
let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-history-'))
  db = await openDatabase(join(dir, 'c.db'))
  const put = db.prepare("insert into alarm values (?, ?, ?, 's', 's.d', 3, 0, 'none', 1, 1, 1, null, ?)")
  const add = db.prepare(
    "insert into alarm_change (alarm, action, at, actor, late, note, severity) values (?, ?, ?, 'system', 0, '', 3)",
  )
  for (let i = 0; i < 10; i++) {
    const [id, customer] = [`a${i}`, i === 3 ? 'beta' : 'acme']
    const text = i === 7 ? 'a NEEDLE %' : 'hay'
    const doc = { id, customer, site: 's', device: 's.d', text, resource: '', alarmType: 'link.down', rule: 'r' }
    put.run(id, id, customer, JSON.stringify(doc))
  }
  // two of each second; a clear after each raise
  for (let i = 0; i < 1000; i++)
    for (const action of ['raise', 'clear']) add.run(`a${i % 10}`, action, 1000 * Math.floor(i / 2))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

async function all(query: object, only?: readonly string[]) {
  const reads = createHistoryReads(db, STEPS)
  const ids: number[] = []
  let [pages, cursor] = [0, null as string | null]
  do {
    const page = await reads.alarmHistory(HistoryQuery.parse({ ...query, ...(cursor ? { cursor } : {}) }), only)
    ids.push(...page.items.map((row) => row.id))
    cursor = page.nextCursor
    pages++
  } while (cursor !== null)
  expect(new Set(ids).size, 'each once').toBe(ids.length)
  expect(
    ids.toSorted((a, b) => b - a),
    'the newest first',
  ).toEqual(ids)
  return { ids, pages }
}

it('gives every episode once, in pages and in steps', async () => {
  expect((await all({ limit: 7 })).ids).toHaveLength(1000)
  expect((await all({ limit: 7 }, ['beta'])).ids).toHaveLength(100)
  expect((await all({ q: 'needle %', limit: 30 })).ids).toHaveLength(100)
  expect((await all({ q: 'needle %', from: 10_000, to: 20_000 })).ids).toHaveLength(2)
  expect((await all({ state: 'standing' })).ids).toHaveLength(10)
  expect((await all({ customer: 'acme', q: 'needle' }, ['beta'])).ids).toEqual([])
})

it('gives an empty page with a cursor rather than look at all of it at once', async () => {
  expect(await all({ q: 'no such word' })).toEqual({ ids: [], pages: 6 })
})
