// The collector as a process on the data folder of an older version, and of a newer one.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { createApiClient } from '../support/api-client.ts'
import { type Child, startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { loadSql } from '../support/sql-text.ts'

const recorded = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'db', '0.1', 'collector.sql'), 'utf8')

let dir: string
let settings: string
let http: number
const children: Child[] = []
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-upgrade-'))
  settings = join(dir, 'collector.yaml')
  mkdirSync(join(dir, 'data'), { mode: 0o700 })
  const [port, broker] = (await freePorts(2)) as [number, number]
  http = port
  const embedded = { port: broker, tls: { enabled: false } }
  const places = { dataDir: join(dir, 'data'), rulesDir: join(dir, 'rules.d') }
  writeFileSync(settings, stringify({ ...places, http: { host: '127.0.0.1', port }, broker: { embedded } }))
  loadSql(join(dir, 'data', 'collector.db'), recorded)
})
afterEach(async () => {
  for (const child of children.splice(0)) await child.stop()
  rmSync(dir, { recursive: true, force: true })
})

function run(...more: string[]): Child {
  const child = startChild(['node', 'collector/main.ts', 'run', '--config', settings, ...more])
  children.push(child)
  return child
}
const schemas = () => {
  const db = new DatabaseSync(join(dir, 'data', 'collector.db'), { readOnly: true })
  const rows = db.prepare('select name from kysely_migration order by name').all()
  db.close()
  return rows.map((row) => String(row.name))
}

describe('a collector on the data folder of 0.1', () => {
  it('upgrades it behind a backup and goes on: passwords, alarms and incidents are there', async () => {
    const child = run('--check-database')
    await child.says(/brought to a newer schema/)
    await child.says(/collector started/)
    const api = createApiClient(`http://127.0.0.1:${http}`)
    await api.signIn('admin', 'correct-horse-battery')
    const { items } = await api.get<{ items: { number: number }[] }>('/api/v1/incidents')
    expect(items.map((i) => i.number)).toEqual([1])
    expect((await api.get<{ items: unknown[] }>('/api/v1/alarms?all=true')).items.length).toBeGreaterThan(0)
    await child.stop()
    expect(child.exited()?.code).toBe(0)
    expect(readdirSync(join(dir, 'data', 'backups'))).toHaveLength(1)
  })

  it('killed at any moment of its first start completes it with the next', async () => {
    const steps = new Set<number>()
    for (let delay = 200; delay <= 900; delay += 100) {
      for (const rest of ['', '-wal', '-shm']) rmSync(join(dir, 'data', `collector.db${rest}`), { force: true })
      loadSql(join(dir, 'data', 'collector.db'), recorded)
      const child = run()
      await new Promise((resolve) => setTimeout(resolve, delay))
      await child.kill()
      const found = schemas()
      steps.add(found.length)
      expect(found.slice(0, 2)).toEqual(['0001-start', '0002-read-indexes'])
    }
    const last = run()
    await last.says(/collector started/)
    await last.stop()
    // all of the missing ones or none of them
    expect(steps.size).toBeLessThanOrEqual(2)
    expect(Math.max(...steps, schemas().length)).toBe(schemas().length)
  })

  it('of a version to come is refused, untouched, with versions and the way back', async () => {
    const first = run()
    await first.says(/collector started/)
    await first.stop()
    const file = join(dir, 'data', 'collector.db')
    const db = new DatabaseSync(file)
    db.exec("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')")
    db.close()
    const before = readFileSync(file)
    const child = run()
    await child.gone
    expect(child.exited()?.code).toBe(1)
    expect(child.output()).toMatch(
      /schema 9999-later.*newer version.*knows up to 0.*restore the backup.*backups\/before-/,
    )
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})
