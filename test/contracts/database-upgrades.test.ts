// Databases of every released version are brought to today's schema, and today's stores read of them what those of their
// time did.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreBackup } from '#collector/storage/sqlite/backup.ts'
import { newestSchema } from '#collector/storage/sqlite/migrate.ts'
import { expectKept } from '../support/kept.ts'
import { readEverything } from '../support/read-everything.ts'
import { loadSql } from '../support/sql-text.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'db')

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-old-database-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe.each(readdirSync(folder))('a database of %s', (version) => {
  const text = readFileSync(join(folder, version, 'collector.sql'), 'utf8')
  const then = inTodaysWords(JSON.parse(readFileSync(join(folder, version, 'reads.json'), 'utf8')))
  const file = () => join(dir, 'collector.db')
  const schemas = (path = file()) => {
    const db = new DatabaseSync(path, { readOnly: true })
    const names = db
      .prepare('select name from kysely_migration order by name')
      .all()
      .map((r) => String(r.name))
    db.close()
    return names
  }

  it('has something of everything', () => {
    for (const table of [
      'alarm',
      'incident',
      'evidence',
      'series',
      'telemetry_journal',
      'audit',
      'token',
      'notification',
    ])
      expect(text).toContain(`insert into "${table}"`)
  })

  it('is upgraded behind a backup, and everything in it is read as it was', async () => {
    loadSql(file(), text)
    const old = schemas()
    const now = await readEverything(dir)
    expect(schemas().at(-1)).toBe(newestSchema())
    expectKept(now, then)
    const [backup] = readdirSync(join(dir, 'backups'))
    expect(schemas(join(dir, 'backups', String(backup)))).toEqual(old)
    expectKept(await readEverything(dir), then)
    expect(readdirSync(join(dir, 'backups'))).toHaveLength(1)
  })

  it('comes back from that backup, and can be upgraded again', async () => {
    loadSql(file(), text)
    const old = schemas()
    await readEverything(dir)
    const [backup] = readdirSync(join(dir, 'backups'))
    restoreBackup({ dir, keyFile: join(dir, 'command-key.pem'), file: join(dir, 'backups', String(backup)) })
    expect(schemas()).toEqual(old)
    expectKept(await readEverything(dir), then)
  })
})

/** What is called otherwise since: 0.1 had one word for what holds an alarm back. */
function inTodaysWords(read: unknown): unknown {
  if (Array.isArray(read)) return read.map(inTodaysWords)
  if (typeof read !== 'object' || read === null) return read
  const entries = Object.entries(read).map(([key, value]): [string, unknown] =>
    key === 'suppressedBy'
      ? ['suppression', value === null ? null : { by: value, holds: 'incident' }]
      : [key, inTodaysWords(value)],
  )
  return Object.fromEntries(entries)
}
