// The audit log: each entry's hash covers its content and the hash before it, so that no entry can be changed, taken out,
// put in or moved without being seen. Written only inside turns, so there is one writer.
import { hash } from 'node:crypto'
import type { AuditProgress, AuditVerification } from '#shared/http/administration.ts'
import { canonicalJson } from '#shared/wire/command.ts'
import type { AuditEntry, ChangeSet, ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export const AUDIT_GENESIS = '0'.repeat(64)
/** Setting that holds the number and hash of the newest entry, so that cutting off the end is seen too. */
const HEAD = 'audit-head'
/** Entries checked in one go: some milliseconds. */
const ENTRIES_AT_ONCE = 500

export interface AuditStore extends ChangeWriter {
  /** Walks the whole chain, a piece at a time: others have the thread in between. Who asks meanwhile gets the same answer. */
  verify(): Promise<AuditVerification>
  progress(): AuditProgress
}

export function createAuditStore(db: Database): AuditStore {
  const last = db.prepare('select id, hash from audit order by id desc limit 1')
  const insert = db.prepare(
    'insert into audit (id, at, actor, action, subject, detail, previous, hash) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const some = db.prepare(
    'select id, at, actor, action, subject, detail, previous, hash from audit where id > ? order by id limit ?',
  )
  const readHead = db.prepare('select value from setting where name = ?')
  const saveHead = db.prepare(
    'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  )
  let running: Promise<AuditVerification> | undefined
  let progress: AuditProgress = { running: false, checked: 0, entries: 0 }
  return {
    progress: () => progress,
    verify() {
      running ??= walk().finally(() => {
        running = undefined
        progress = { ...progress, running: false }
      })
      return running
    },
    write(changes: ChangeSet) {
      if (changes.audit.length === 0) return
      const newest = last.get() as { id: number; hash: string } | undefined
      let id = newest?.id ?? 0
      let previous = newest?.hash ?? AUDIT_GENESIS
      for (const entry of changes.audit) {
        id++
        const detail = canonicalJson(entry.detail)
        const own = auditHash({ id, ...entry, detail, previous })
        insert.run(id, entry.at, entry.actor, entry.action, entry.subject, detail, previous, own)
        previous = own
      }
      saveHead.run(HEAD, `${id}:${previous}`)
    },
  }

  async function walk(): Promise<AuditVerification> {
    let previous = AUDIT_GENESIS
    let entries = 0
    progress = { running: true, checked: 0, entries: (last.get() as { id: number } | undefined)?.id ?? 0 }
    let after = Number.MIN_SAFE_INTEGER
    const broken = (id: number, problem: string): AuditVerification => ({
      ok: false,
      entries,
      brokenAt: id,
      problem,
      head: previous,
    })
    for (;;) {
      const rows = some.all(after, ENTRIES_AT_ONCE) as unknown as Stored[]
      for (const row of rows) {
        if (row.id !== entries + 1) return broken(entries + 1, `entry ${entries + 1} is missing`)
        if (row.previous !== previous) return broken(row.id, 'does not follow the entry before it')
        if (auditHash(row) !== row.hash) return broken(row.id, 'content does not match its hash')
        previous = row.hash
        after = row.id
        entries++
      }
      progress = { ...progress, checked: entries, entries: Math.max(progress.entries, entries) }
      // the last piece and the head are read without a pause, so that no entry comes between them
      if (rows.length < ENTRIES_AT_ONCE) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    const head = (readHead.get(HEAD) as { value: string } | undefined)?.value ?? `0:${AUDIT_GENESIS}`
    if (head !== `${entries}:${previous}`) return broken(entries + 1, 'the end of the log is missing')
    return { ok: true, entries, brokenAt: null, problem: null, head: previous }
  }
}

type Stored = Omit<AuditEntry, 'detail'> & {
  readonly id: number
  readonly detail: string
  readonly previous: string
  readonly hash: string
}

/** SHA-256 over the canonical text of all columns but the hash itself. */
function auditHash(e: Omit<Stored, 'hash'>): string {
  return hash('sha256', canonicalJson([e.id, e.at, e.actor, e.action, e.subject, e.detail, e.previous]), 'hex')
}
