import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '#test/support/child.ts'
import { openDatabase } from './database.ts'
import { inspectDatabase } from './inspect.ts'
import { bringToNewest, type SchemaMigration } from './migrate.ts'
import { BACKUPS_KEPT } from './upgrade-backup.ts'

const OLD: SchemaMigration[] = [
  { name: '0001-start', statements: ['create table thing (id integer primary key, text text not null) strict'] },
  { name: '0002-more', statements: ['create index thing_text on thing (text)'] },
]
const NEW: SchemaMigration[] = [
  ...OLD,
  {
    name: '0003-kinds',
    statements: [
      "alter table thing add column kind text not null default 'plain'",
      "update thing set kind = 'long' where length(text) > 500",
    ],
  },
  { name: '0004-seen', statements: ['create table seen (thing integer primary key) strict', 'drop index thing_text'] },
]
const BAD: SchemaMigration[] = [
  ...OLD,
  { name: '0003-bad', statements: ['create table half (x text) strict', 'insert into nowhere values (1)'] },
]
const ROWS = 600

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-migrate-'))
  file = join(dir, 'collector.db')
})
afterEach(() => rmSync(dir, { recursive: true }))

async function makeOld(): Promise<void> {
  const db = await openDatabase(file, { migrations: OLD })
  db.transaction(() => {
    for (let i = 0; i < ROWS; i++) db.prepare('insert into thing (text) values (?)').run('x'.repeat(i))
  })
  db.close()
}

function schemaOf(path = file) {
  const db = new DatabaseSync(path, { readOnly: true })
  const names = db
    .prepare('select name from kysely_migration order by name')
    .all()
    .map((r) => String(r.name))
  const sql = db.prepare("select sql from sqlite_master where name not like 'sqlite_%' order by name").all()
  const rows = db.prepare('select count(*) as n from thing').get()?.n
  const whole = db.prepare('pragma integrity_check').get()?.integrity_check
  db.close()
  return { names, sql, rows, whole }
}

const backups = () => {
  try {
    return readdirSync(join(dir, 'backups')).sort()
  } catch {
    return []
  }
}

it('makes a database that only its owner can read, with what lies beside it', async () => {
  await makeOld()
  const db = await openDatabase(file, { migrations: OLD })
  for (const name of readdirSync(dir).filter((n) => n.startsWith('collector.db')))
    expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600])
  db.close()
})

describe('an upgrade of the database', () => {
  it('makes a complete backup first, then runs what is missing, once', async () => {
    await makeOld()
    const steps: string[] = []
    const done: unknown[] = []
    const open = () =>
      openDatabase(file, { migrations: NEW, onStep: (s) => steps.push(s), onUpgraded: (d) => done.push(d) })
    ;(await open()).close()
    expect(schemaOf().names).toEqual(NEW.map((m) => m.name))
    const [name] = backups()
    expect(backups()).toHaveLength(1)
    expect(name).toMatch(/^before-0004-seen-\d{8}T\d{6}Z\.db$/)
    expect(done).toEqual([{ ran: ['0003-kinds', '0004-seen'], backup: join(dir, 'backups', String(name)) }])
    expect(steps.indexOf('backup:done')).toBeLessThan(steps.indexOf('0003-kinds:0'))
    expect(schemaOf(join(dir, 'backups', String(name)))).toMatchObject({
      names: OLD.map((m) => m.name),
      rows: ROWS,
      whole: 'ok',
    })
    expect(statSync(join(dir, 'backups', String(name))).mode & 0o777).toBe(0o600)
    ;(await open()).close()
    expect(backups()).toHaveLength(1)
  })

  it('of a new database makes no backup', async () => {
    ;(await openDatabase(file, { migrations: NEW })).close()
    expect(backups()).toEqual([])
  })

  it('is not begun without room for it, and says how much is needed', async () => {
    await makeOld()
    const before = schemaOf()
    const connection = new DatabaseSync(file)
    const attempt = bringToNewest(connection, { file, wall: 0, migrations: NEW, freeBytes: 10 * 2 ** 20 })
    await expect(attempt).rejects.toMatchObject({
      code: 'backup-failed',
      message: expect.stringMatching(
        /needs \d+ MB free in .*backups.*10 MB are.*make room for \d+ MB.*Nothing was changed/,
      ),
    })
    connection.close()
    expect(schemaOf()).toEqual(before)
    expect(backups()).toEqual([])
  })

  it('is not begun when the backup cannot be written', async () => {
    await makeOld()
    writeFileSync(join(dir, 'backups'), 'in the way')
    await expect(openDatabase(file, { migrations: NEW })).rejects.toMatchObject({ code: 'backup-failed' })
    expect(schemaOf().names).toEqual(OLD.map((m) => m.name))
  })

  it('of a damaged database is refused before anything changes', async () => {
    await makeOld()
    const bytes = readFileSync(file)
    // inside the pages of the table
    bytes.fill(0xee, 4096 * 5, 4096 * 7)
    writeFileSync(file, bytes)
    await expect(openDatabase(file, { migrations: NEW })).rejects.toMatchObject({ code: 'damaged' })
    expect(inspectDatabase(file, { quickCheckBelowBytes: 1e9 })).toMatchObject({ damage: expect.any(String) })
    expect(backups()).toEqual([])
    ;(await openDatabase(file, { migrations: OLD })).close()
  })

  it('that fails is rolled back whole, says where the backup is, and keeps no more of them than said', async () => {
    await makeOld()
    const before = schemaOf()
    for (let i = 0; i < BACKUPS_KEPT + 2; i++) {
      const connection = new DatabaseSync(file)
      const attempt = bringToNewest(connection, { file, wall: Date.UTC(2026, 0, 1, 0, 0, i), migrations: BAD })
      await expect(attempt).rejects.toMatchObject({
        code: 'migration-failed',
        message: expect.stringMatching(/0003-bad.*nowhere.*as it was.*backups\/before-0003-bad-/),
      })
      connection.close()
      expect(schemaOf()).toEqual(before)
    }
    expect(backups()).toHaveLength(BACKUPS_KEPT)
    expect(backups().at(-1)).toContain(`00000${BACKUPS_KEPT + 1}Z`)
  })

  it('is not made where it was not asked for', async () => {
    await makeOld()
    await expect(openDatabase(file, { migrations: NEW, upgrade: false })).rejects.toMatchObject({
      code: 'schema-older',
    })
    expect(schemaOf().names).toEqual(OLD.map((m) => m.name))
  })

  it('of a newer database is refused without a change, with versions and the way back', async () => {
    await makeOld()
    ;(await openDatabase(file, { migrations: NEW })).close()
    const bytes = readFileSync(file)
    await expect(openDatabase(file, { migrations: OLD })).rejects.toMatchObject({
      code: 'schema-newer',
      message: expect.stringMatching(/schema 0004-seen.*knows up to 0002-more.*restore the backup.*before-0004-seen/),
    })
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})

describe('an upgrade that is killed', () => {
  const script = `
    import { openDatabase } from '${new URL('./database.ts', import.meta.url)}'
    const [file, migrations, at] = process.argv.slice(2)
    let n = 0
    const onStep = (step) => {
      if (n++ === Number(at)) process.kill(process.pid, 'SIGKILL')
    }
    const db = await openDatabase(file, { migrations: JSON.parse(migrations), onStep })
    db.close()
    console.log('steps ' + n)`

  it('at any step leaves the old schema or the new one, whole, and the next start completes it', async () => {
    const run = join(dir, 'upgrade.mts')
    writeFileSync(run, script)
    await makeOld()
    const oldBytes = readFileSync(file)
    const old = schemaOf()
    const upgrade = async (at: number) => {
      const child = startChild(['node', run, file, JSON.stringify(NEW), String(at)])
      await child.gone
      return child
    }
    const steps = Number((await (await upgrade(-1)).says(/steps (\d+)/))[1])
    expect(steps).toBeGreaterThan(9)
    const fresh = schemaOf()
    const seen = { old: 0, new: 0 }
    for (let at = 0; at < steps; at++) {
      rmSync(join(dir, 'backups'), { recursive: true, force: true })
      for (const rest of ['-wal', '-shm']) rmSync(`${file}${rest}`, { force: true })
      writeFileSync(file, oldBytes)
      const child = await upgrade(at)
      expect(child.exited()?.signal).toBe('SIGKILL')
      const found = schemaOf()
      if (found.names.length === OLD.length) {
        expect(found).toEqual(old)
        seen.old++
      } else {
        expect(found).toEqual(fresh)
        seen.new++
      }
      // a backup is there before anything else is; half of one never looks like one
      for (const name of backups().filter((n) => n.endsWith('.db')))
        expect(schemaOf(join(dir, 'backups', name))).toMatchObject({ names: old.names, rows: ROWS, whole: 'ok' })
      expect((await upgrade(-1)).output()).toContain('steps')
      expect(schemaOf()).toEqual(fresh)
      expect(backups().filter((n) => !n.endsWith('.db'))).toEqual([])
    }
    expect(seen.old).toBeGreaterThan(5)
    expect(seen.new).toBeGreaterThan(0)
  }, 120_000)
})
