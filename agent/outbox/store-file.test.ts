import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/time/clock.ts'
import { startChild } from '#test/support/child.ts'
import { createOutbox } from './outbox.ts'
import { openStore } from './store.ts'
import { openStoreFile, StoreRefused, type StoreSchema } from './store-file.ts'

const LIMITS = {
  quotaBytes: { event: 1e9, telemetry: 1e9, result: 1e9 },
  retainMs: 86_400_000,
  reserveBytes: 0,
}
const CLOCK = { boot: 'b', mono: 1, wall: 1_000 }

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-store-file-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Three records in a store of today. */
function fill(): void {
  const store = openStore(dir, LIMITS, 0)
  store.commit([{ lane: 'event', count: 3, body: 'three' }], CLOCK)
  store.close()
}

const today = (): string => {
  const store = new DatabaseSync(join(dir, 'outbox.db'), { readOnly: true })
  const rows = store.prepare('select sql from sqlite_schema where sql is not null').all() as { sql: string }[]
  store.close()
  return rows.map((r) => `${r.sql};`).join('\n')
}

/** A later version with one table more. */
const later = (upgrade = 'CREATE TABLE later (n INTEGER PRIMARY KEY);'): StoreSchema => ({
  tables: `${today()} CREATE TABLE later (n INTEGER PRIMARY KEY);`,
  upgrades: [upgrade],
})

const countIn = (): unknown => {
  const db = new DatabaseSync(join(dir, 'outbox.db'), { readOnly: true })
  const row = db.prepare('select sum(count) as n from batch').get()
  db.close()
  return row?.n
}

const bytesOf = () =>
  Object.fromEntries(
    readdirSync(dir)
      .filter((name) => !name.endsWith('-shm'))
      .sort()
      .map((name) => [name, readFileSync(join(dir, name)).toString('base64')]),
  )

describe("the outbox's file and another version of the program", () => {
  it('is brought to a later schema with every record', () => {
    fill()
    openStoreFile(dir, 0, later()).db.close()
    expect(countIn()).toBe(3)
    const again = openStoreFile(dir, 0, { ...later(), tables: today() })
    expect(again.lost).toBeNull()
    expect(again.db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
    again.db.close()
  })

  it('of a later schema is refused in plain words and not touched', async () => {
    fill()
    const schema = later()
    openStoreFile(dir, 0, schema).db.close()
    const before = bytesOf()
    expect(() => openStoreFile(dir, 0)).toThrow(/schema 2.*newer version.*up to 1.*nothing was changed/)
    expect(() => openStore(dir, LIMITS, 0)).toThrow(StoreRefused)
    const fatal: Error[] = []
    const outbox = createOutbox({
      ...{ dir, clock: systemClock(), log: pino({ level: 'silent' }), onFatal: (error) => fatal.push(error) },
    })
    await expect(outbox.start()).rejects.toThrow(/newer version/)
    await outbox.stop()
    expect(fatal).toEqual([])
    expect(bytesOf()).toEqual(before)
  })

  it('stays as it was when an upgrade cannot be made', () => {
    fill()
    const before = today()
    expect(() =>
      openStoreFile(dir, 0, later('CREATE TABLE later (n INTEGER PRIMARY KEY); INSERT INTO nowhere VALUES (1);')),
    ).toThrow(/could not be brought from schema 1 to 2.*as it was/)
    expect(today()).toBe(before)
    expect(countIn()).toBe(3)
    expect(readdirSync(dir).filter((name) => name.startsWith('damaged'))).toEqual([])
    const store = openStore(dir, LIMITS, 0)
    expect(store.lost).toBeNull()
    expect(store.state().lanes.event.newest).toBe(3)
    store.close()
  })

  it('with a damaged schema number over tables of ours stands aside, as any damage', () => {
    fill()
    const db = new DatabaseSync(join(dir, 'outbox.db'))
    db.exec('PRAGMA user_version = 4097')
    db.close()
    const opened = openStoreFile(dir, 1_000)
    expect(opened.lost).toMatchObject({ waiting: 3 })
    opened.db.close()
  })

  it('killed inside an upgrade is of the one schema or of the other, with every record', async () => {
    fill()
    const schema = later()
    const heavy = `CREATE TABLE later (n INTEGER PRIMARY KEY);
      INSERT INTO later WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1500000) SELECT n FROM c;`
    const script = join(dir, 'upgrade.mts')
    const text = `import { openStoreFile } from '${new URL('./store-file.ts', import.meta.url)}'
      console.log('begins')
      openStoreFile(process.argv[2], 0, JSON.parse(process.argv[3])).db.close()
      console.log('is done')`
    writeFileSync(script, text)
    const versions = new Set<number>()
    for (const delay of [0, 50, 200, 'done'] as const) {
      const child = startChild(['node', script, dir, JSON.stringify({ ...schema, upgrades: [heavy] })])
      await child.says(/begins/)
      if (delay === 'done') await child.says(/is done/)
      else await new Promise((resolve) => setTimeout(resolve, delay))
      await child.kill()
      const db = new DatabaseSync(join(dir, 'outbox.db'))
      const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
      const tables = db.prepare("select count(*) as n from sqlite_schema where name = 'later'").get()
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      db.close()
      expect(tables?.n).toBe(version - 1)
      expect(countIn()).toBe(3)
      versions.add(version)
    }
    expect([...versions].sort()).toEqual([1, 2])
  }, 60_000)
})
