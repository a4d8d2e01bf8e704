import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AuditListQuery } from '#shared/http/administration.ts'
import { emptyChangeSet } from '../../change-set.ts'
import { createAuditStore } from '../audit-store.ts'
import { type Database, openDatabase } from '../database.ts'
import { createPeopleReads } from './people-reads.ts'

let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-people-'))
  db = await openDatabase(join(dir, 'c.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Entries 1..n, one a second; each 10th is about user `u_1`, each 100th by ann. */
function write(n: number): void {
  const audit = Array.from({ length: n }, (_, i) => ({
    ...{ at: (i + 1) * 1000, actor: (i + 1) % 100 ? 'bob' : 'ann', action: 'rule.save' },
    ...{ subject: (i + 1) % 10 ? `rule:r${i}` : 'user:u_1', detail: i === 4 ? { note: 'NEEDLE %' } : {} },
  }))
  createAuditStore(db).write({ ...emptyChangeSet(), audit }, 0)
}

async function idsOf(query: object, pages = Number.POSITIVE_INFINITY): Promise<number[]> {
  const reads = createPeopleReads(db, { step: 50, steps: 4 })
  const ids: number[] = []
  let cursor: string | null | undefined
  for (let page = 0; page < pages && cursor !== null; page++) {
    const answer = await reads.audit(AuditListQuery.parse({ ...query, ...(cursor ? { cursor } : {}) }))
    ids.push(...answer.items.map((one) => one.id))
    cursor = answer.nextCursor
  }
  return ids
}

it('finds entries of the audit log by who, what, object, time and words, in pages and in steps', async () => {
  write(1000)
  expect(await idsOf({ limit: 3 }, 2)).toEqual([1000, 999, 998, 997, 996, 995])
  expect(await idsOf({ actor: 'ann' })).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => n * 100))
  expect(await idsOf({ subject: 'user:u_1', limit: 7 })).toHaveLength(100)
  expect(await idsOf({ subject: 'user:' })).toHaveLength(100)
  // a letter that stands for any in SQL does not here
  expect(await idsOf({ subject: 'use_:' })).toEqual([])
  expect(await idsOf({ q: 'needle %' })).toEqual([5])
  expect(await idsOf({ from: 5000, to: 8000 })).toEqual([7, 6, 5])
  expect(await idsOf({ from: 5000, to: 700_000, actor: 'ann', subject: 'user:u_1' })).toEqual([
    600, 500, 400, 300, 200, 100,
  ])
  expect(await idsOf({ action: 'nothing' })).toEqual([])
})

it('gives an empty page with a cursor rather than hold the thread for long', async () => {
  write(1000)
  const reads = createPeopleReads(db, { step: 50, steps: 4 })
  const page = await reads.audit(AuditListQuery.parse({ q: 'needle' }))
  expect(page.items).toEqual([])
  expect(page.nextCursor).not.toBeNull()
})
