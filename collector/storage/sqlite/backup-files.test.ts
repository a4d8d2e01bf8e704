import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { restoreBackup, writeBackup } from './backup.ts'
import { bringToNewest } from './migrate.ts'

const made: string[] = []
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-backup-'))
  made.push(dir)
  return dir
}
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true })
})

const KEPT = '11111111-1111-4111-8111-111111111111'
const LOST = '22222222-2222-4222-8222-222222222222'
const STRANGE = '../../stranger'

describe('files of incidents', () => {
  it('travel in the backup; what is not on the disk and names that are none are passed over', async () => {
    const [from, to] = [folder(), folder()]
    const db = new DatabaseSync(join(from, 'collector.db'))
    await bringToNewest(db, { file: join(from, 'collector.db'), wall: 1 })
    const put = db.prepare(
      "insert into attachment (id, incident, used, name, size, type, sha256, by, at) values (?, 'i', 1, 'n', 3, 't', 's', 'b', 1)",
    )
    for (const id of [KEPT, LOST, STRANGE]) put.run(id)
    db.close()
    mkdirSync(join(from, 'attachments'))
    writeFileSync(join(from, 'attachments', KEPT), new Uint8Array([1, 0, 255]))
    const file = join(to, 'saved.db')
    await writeBackup({ dir: from, keyFile: join(from, 'none.pem'), file })
    const saved = new DatabaseSync(file)
    saved.prepare('insert into backup_attachment (id, content) values (?, ?)').run(STRANGE, new Uint8Array([7]))
    saved.close()

    // of what is in the folder the backup knows one, without having it, and not the other
    const LATER = '33333333-3333-4333-8333-333333333333'
    mkdirSync(join(to, 'attachments'))
    for (const id of [LOST, LATER]) writeFileSync(join(to, 'attachments', id), id)
    restoreBackup({ dir: to, keyFile: join(to, 'none.pem'), file })
    expect([...readFileSync(join(to, 'attachments', KEPT))]).toEqual([1, 0, 255])
    expect(readFileSync(join(to, 'attachments', LOST), 'utf8')).toBe(LOST)
    // it is of the database before, which is kept too: the collector would remove it as nobody's
    expect(existsSync(join(to, 'attachments', LATER))).toBe(false)
    expect(readFileSync(join(to, 'attachments.before-restore', LATER), 'utf8')).toBe(LATER)
    expect(existsSync(join(to, '..', 'stranger'))).toBe(false)
    const restored = new DatabaseSync(join(to, 'collector.db'), { readOnly: true })
    expect(restored.prepare("select name from sqlite_master where name = 'backup_attachment'").all()).toEqual([])
    restored.close()
  })
})
