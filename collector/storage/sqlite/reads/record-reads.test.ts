import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { EventListQuery, type EventRow } from '#shared/http/records.ts'
import { type Database, openDatabase } from '../database.ts'
import { createRecordReads } from './record-reads.ts'

let db: Database | undefined
let dir = ''
afterEach(() => {
  db?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Events 1..n; two share each time; every 1,000th is of kind `check`, event 3 says needle. */
async function opened(n: number): Promise<Database> {
  dir = mkdtempSync(join(tmpdir(), 'outrider-reads-'))
  const made = await openDatabase(join(dir, 'c.db'))
  db = made
  const add = made.prepare("insert into device_event values (?, ?, 'e', ?, 's', ?, ?, ?, 0, ?)")
  made.transaction(() => {
    for (let id = 1; id <= n; id++) {
      const doc = JSON.stringify({ message: id === 3 ? 'a needle' : 'hay' })
      add.run(id, 'agent-1', id, id % 2 ? 's.d1' : 's.d2', id % 1000 ? 'log' : 'check', Math.floor(id / 2), doc)
    }
  })
  return made
}

const ask = (query: Record<string, unknown>) => EventListQuery.parse(query)

describe('events', () => {
  it('are searched in steps that let the thread go, to a limit, with a cursor to go on from', async () => {
    const reads = createRecordReads(await opened(13_000), { step: 500, steps: 10 })
    let turns = 0
    let searching = true
    const others = () => {
      turns++
      if (searching) setImmediate(others)
    }
    setImmediate(others)
    const found: number[] = []
    const sizes: number[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await reads.events(ask({ q: 'NEEDLE', ...(cursor ? { cursor } : {}) }))
      found.push(...page.items.map((e: EventRow) => e.id))
      sizes.push(page.items.length)
      // so far back was looked, whatever was found
      expect(page.readTo).toEqual(page.nextCursor === null ? null : [4000, 1500][sizes.length - 1])
      cursor = page.nextCursor
    }
    searching = false
    expect(found).toEqual([3])
    expect(sizes).toEqual([0, 0, 1])
    expect(turns).toBeGreaterThanOrEqual(20)
  })

  it('say what their device and site are called now, where the inventory knows them', async () => {
    const made = await opened(2)
    const doc = (name: string) => JSON.stringify({ name })
    made.prepare("insert into device values ('s.d1', 's', 'c', 'agent-1', 'up', ?)").run(doc('Core switch'))
    made.prepare("insert into site values ('s', 'c', ?)").run(doc('Head office'))
    const { items } = await createRecordReads(made).events(ask({}))
    expect(items.map(({ device, deviceName, siteName }) => [device, deviceName, siteName])).toEqual([
      ['s.d2', undefined, 'Head office'],
      ['s.d1', 'Core switch', 'Head office'],
    ])
  })

  it('of one trap, or of all below an OID, and storms of it', async () => {
    const made = await opened(4)
    const add = made.prepare("insert into device_event values (?, 'agent-1', 'e', ?, 's', 's.d1', ?, ?, 0, ?)")
    const docs = [
      ['trap', { trapOid: '1.3.6.1.4.1.9.1' }],
      ['trap', { trapOid: '1.3.6.1.4.1.9.10' }],
      ['storm', { what: 'trap', key: '1.3.6.1.4.1.9.1' }],
      ['log', { message: '1.3.6.1.4.1.9.1' }],
    ] as const
    for (const [i, [kind, doc]] of docs.entries()) add.run(100 + i, 100 + i, kind, 100 + i, JSON.stringify(doc))
    const reads = createRecordReads(made)
    const of = async (trap: string) => (await reads.events(ask({ trap }))).items.map((row) => row.id)
    expect(await of('1.3.6.1.4.1.9.1')).toEqual([102, 100])
    expect(await of('1.3.6.1.4.1.9.')).toEqual([102, 101, 100])
    expect(() => ask({ trap: '1.3.%' })).toThrow()
  })

  it('of a rare kind are all found, once and in order, whatever the size of the page', async () => {
    const reads = createRecordReads(await opened(13_000), { step: 700, steps: 3 })
    const all = Array.from({ length: 13 }, (_, i) => 13_000 - i * 1000)
    for (const limit of [1, 2, 5, 100]) {
      const found: number[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await reads.events(ask({ kind: 'check', limit, ...(cursor ? { cursor } : {}) }))
        expect(page.items.length).toBeLessThanOrEqual(limit)
        found.push(...page.items.map((e: EventRow) => e.id))
        cursor = page.nextCursor
      }
      expect(found).toEqual(all)
    }
  })

  it('come in full pages without such a filter, also of one device and a time', async () => {
    const reads = createRecordReads(await opened(100), { step: 5, steps: 1 })
    const page = await reads.events(ask({ device: 's.d1', from: 10, to: 40, limit: 20 }))
    expect(page.items.map((e) => e.id)).toEqual(Array.from({ length: 20 }, (_, i) => 79 - 2 * i))
    const rest = await reads.events(ask({ device: 's.d1', from: 10, to: 40, limit: 20, cursor: page.nextCursor }))
    expect(rest.items.map((e) => e.id)).toEqual(Array.from({ length: 10 }, (_, i) => 39 - 2 * i))
    expect(rest.nextCursor).toBeNull()
  })
})

it('gaps of one agent are found among those of others', async () => {
  const d = await opened(0)
  const add = d.prepare("insert into stream_gap values (?, ?, 'e', 'event', 1, 1, 'quota', 0)")
  for (let id = 1; id <= 100; id++) add.run(id, id === 2 ? 'agent-2' : 'agent-1')
  const reads = createRecordReads(d, { step: 10, steps: 4 })
  const found: number[] = []
  let pages = 0
  for (let cursor: string | null | undefined; cursor !== null; pages++) {
    const page = await reads.gaps({ agent: 'agent-2', limit: 10, ...(cursor ? { cursor } : {}) })
    found.push(...page.items.map((g) => g.id))
    cursor = page.nextCursor
  }
  expect([found, pages]).toEqual([[2], 3])
})
