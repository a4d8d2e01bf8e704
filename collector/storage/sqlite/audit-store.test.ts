import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuditEntry, emptyChangeSet } from '../change-set.ts'
import { createAuditStore } from './audit-store.ts'
import { type Database, openDatabase } from './database.ts'

const ENTRIES = 40
let dir: string
let db: Database
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-audit-'))
  db = await openDatabase(join(dir, 'collector.db'))
  const store = createAuditStore(db)
  for (let i = 1; i <= ENTRIES; i++) store.write({ ...emptyChangeSet(), audit: [entry(i)] }, i)
})
afterAll(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

const entry = (i: number): AuditEntry => ({
  at: i * 1000,
  actor: `user${i % 3}`,
  action: 'alarm.acknowledge',
  subject: `alarm-${i}`,
  detail: { note: `note ${i}`, nested: { b: 1, a: [i] } },
})

/** Verifies after `harm`, then takes the harm back. */
async function verifyAfter(harm: () => void) {
  db.connection.exec('begin')
  try {
    harm()
    return await createAuditStore(db).verify()
  } finally {
    db.connection.exec('rollback')
  }
}

describe('audit log', () => {
  it('is whole as written, and goes on after a restart', async () => {
    expect(await createAuditStore(db).verify()).toMatchObject({ ok: true, entries: ENTRIES, brokenAt: null })
    const after = await verifyAfter(() => createAuditStore(db).write({ ...emptyChangeSet(), audit: [entry(99)] }, 0))
    expect(after).toMatchObject({ ok: true, entries: ENTRIES + 1 })
  })

  it('says how far a check is, and checks once for all who ask meanwhile', async () => {
    const store = createAuditStore(db)
    expect(store.progress()).toEqual({ running: false, checked: 0, entries: 0 })
    const first = store.verify()
    expect(store.progress()).toMatchObject({ running: true, entries: ENTRIES })
    expect(store.verify()).toBe(first)
    await first
    expect(store.progress()).toEqual({ running: false, checked: ENTRIES, entries: ENTRIES })
  })

  it('lets the thread go while a long one is verified, and takes what is written meanwhile', async () => {
    db.connection.exec('begin')
    try {
      const store = createAuditStore(db)
      const many = Array.from({ length: 1500 }, (_, i) => entry(100 + i))
      store.write({ ...emptyChangeSet(), audit: many }, 0)
      const verified = store.verify()
      let between = false
      setImmediate(() => {
        between = true
        store.write({ ...emptyChangeSet(), audit: [entry(99)] }, 0)
      })
      expect(await verified).toMatchObject({ ok: true, entries: ENTRIES + 1501 })
      expect(between).toBe(true)
    } finally {
      db.connection.exec('rollback')
    }
  })

  it('shows every change, removal, insertion, exchange and cut, and where', async () => {
    const id = fc.integer({ min: 1, max: ENTRIES })
    const harm = fc.oneof(
      fc.record({
        kind: fc.constant('change' as const),
        id,
        column: fc.constantFrom('at', 'actor', 'action', 'subject', 'detail', 'previous', 'hash'),
      }),
      fc.record({ kind: fc.constant('remove' as const), id }),
      fc.record({ kind: fc.constant('exchange' as const), id, other: id }),
      fc.record({ kind: fc.constant('cut' as const), id }),
      fc.record({ kind: fc.constant('insert' as const), id }),
    )
    await fc.assert(
      fc.asyncProperty(harm, async (h) => {
        if (h.kind === 'exchange' && h.id === h.other) return
        const result = await verifyAfter(() => {
          const run = (sql: string, ...values: (string | number)[]) => db.connection.prepare(sql).run(...values)
          if (h.kind === 'change')
            run(
              `update audit set ${h.column} = ${h.column === 'at' ? 'at + 1' : `${h.column} || 'x'`} where id = ?`,
              h.id,
            )
          else if (h.kind === 'remove') run('delete from audit where id = ?', h.id)
          else if (h.kind === 'cut') run('delete from audit where id >= ?', h.id)
          else if (h.kind === 'insert') {
            run('update audit set id = -id where id > ?', h.id)
            run('update audit set id = 1 - id where id < 0')
            run(
              `insert into audit select ? + 1, at, actor, action, 'forged', detail, previous, hash from audit where id = ?`,
              h.id,
              h.id,
            )
          } else {
            run('update audit set id = -1 where id = ?', h.id)
            run('update audit set id = ? where id = ?', h.id, h.other)
            run('update audit set id = ? where id = -1', h.other)
          }
        })
        expect(result.ok).toBe(false)
        const first = h.kind === 'exchange' ? Math.min(h.id, h.other) : h.kind === 'insert' ? h.id + 1 : h.id
        expect(result.brokenAt).toBe(first)
      }),
      { numRuns: 1000 },
    )
  })
})
