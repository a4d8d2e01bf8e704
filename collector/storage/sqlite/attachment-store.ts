// Files at incidents and incidents beside others: the rows. The files themselves are kept by attachment-files.
import type { LinkKind } from '#shared/domain/incident.ts'
import type { ChangeWriter, StoredAttachment } from '../change-set.ts'
import type { Database } from './database.ts'

export interface AttachmentStore extends ChangeWriter {
  get(id: string): StoredAttachment | undefined
  /** Of one incident. */
  totals(incident: string): { readonly files: number; readonly bytes: number }
  /** Ids that came before `at` and that no note holds. */
  unusedBefore(at: number): string[]
  ids(): Set<string>
  /** How two incidents stand beside each other. */
  linkOf(one: string, other: string): LinkKind | undefined
  /** Of one incident. */
  linkCount(incident: string): number
}

type Row = Record<string, string | number>

export function createAttachmentStore(db: Database): AttachmentStore {
  const add = db.prepare(
    'insert into attachment (id, incident, used, name, size, type, sha256, by, at) values (?, ?, 0, ?, ?, ?, ?, ?, ?)',
  )
  const use = db.prepare('update attachment set used = 1 where id = ? and incident = ?')
  const drop = db.prepare('delete from attachment where id = ? and used = 0')
  const link = db.prepare(
    `insert into incident_link (a, b, kind, by, at) values (?, ?, ?, ?, ?)
     on conflict (a, b) do update set kind = excluded.kind, by = excluded.by, at = excluded.at`,
  )
  const unlink = db.prepare('delete from incident_link where a = ? and b = ?')
  const linked = db.prepare('select kind from incident_link where a = ? and b = ?')
  const links = db.prepare('select count(*) as n from incident_link where a = ?1 or b = ?1')
  const one = db.prepare('select * from attachment where id = ?')
  return {
    write({ attachments, incidentLinks }) {
      for (const write of attachments) {
        if (write.write === 'drop') drop.run(write.id)
        else if (write.write === 'use') for (const id of write.ids) use.run(id, write.incident)
        else {
          const { id, incident, name, size, type, sha256, by, at } = write.attachment
          add.run(id, incident, name, size, type, sha256, by, at)
        }
      }
      for (const { kind, by, at, ...pair } of incidentLinks) {
        const [a, b] = inOrder(pair.a, pair.b)
        if (kind === null) unlink.run(a, b)
        else link.run(a, b, kind, by, at)
      }
    },
    get(id) {
      const row = one.get(id) as Row | undefined
      return row && attachmentOf(row)
    },
    totals(incident) {
      const row = db
        .prepare('select count(*) as files, coalesce(sum(size), 0) as bytes from attachment where incident = ?')
        .get(incident) as { files: number; bytes: number }
      return { files: row.files, bytes: row.bytes }
    },
    unusedBefore: (at) =>
      (db.prepare('select id from attachment where used = 0 and at < ?').all(at) as Row[]).map((r) => r.id as string),
    linkOf: (one, other) => linked.get(...inOrder(one, other))?.kind as LinkKind | undefined,
    linkCount: (incident) => Number(links.get(incident)?.n),
    ids: () => new Set((db.prepare('select id from attachment').all() as Row[]).map((r) => r.id as string)),
  }
}

const inOrder = (one: string, other: string): [string, string] => (one < other ? [one, other] : [other, one])

export const attachmentOf = (row: Row): StoredAttachment => ({
  ...{ id: row.id as string, incident: row.incident as string, name: row.name as string, size: row.size as number },
  ...{ type: row.type as string, sha256: row.sha256 as string, by: row.by as string, at: row.at as number },
  used: row.used === 1,
})
