// Tokens, requests, identities and certificates in SQLite: few, whole documents, read once.
import type {
  EnrolmentStore,
  EnrolmentWrite,
  StoredCertificate,
  StoredIdentity,
  StoredRequest,
  StoredToken,
} from '../../enrolment/enrolment-store.ts'
import type { ChangeWriter } from '../change-set.ts'
import { RESTORED_SETTING } from './backup.ts'
import type { Database } from './database.ts'

/** Store of the enrolment room on the collector's database; migrations must have run. */
export function createEnrolmentStore(db: Database): EnrolmentStore & ChangeWriter {
  const putToken = db.prepare(
    `insert into enrolment_token (id, site, expires_at, doc) values (?, ?, ?, ?)
     on conflict (id) do update set doc = excluded.doc`,
  )
  const putRequest = db.prepare(
    `insert into enrolment_request (id, site, at, doc) values (?, ?, ?, ?)
     on conflict (id) do update set doc = excluded.doc`,
  )
  const putIdentity = db.prepare(
    `insert into identity (agent, site, state, doc) values (?, ?, ?, ?)
     on conflict (agent) do update set site = excluded.site, state = excluded.state, doc = excluded.doc`,
  )
  const putCertificate = db.prepare(
    `insert into certificate (serial, agent, not_after, revoked_at, doc) values (?, ?, ?, ?, ?)
     on conflict (serial) do update set revoked_at = excluded.revoked_at, doc = excluded.doc`,
  )
  const forgetToken = db.prepare('delete from enrolment_token where id = ?')
  const forgetRequest = db.prepare('delete from enrolment_request where id = ?')
  const forgetCertificate = db.prepare('delete from certificate where serial = ?')
  const docs = <T>(table: 'enrolment_token' | 'enrolment_request' | 'identity' | 'certificate'): T[] =>
    db
      .prepare(`select doc from ${table}`)
      .all()
      .map((row) => JSON.parse(row.doc as string) as T)

  const restoredAt = (): number | null => {
    const row = db.prepare('select value from setting where name = ?').get(RESTORED_SETTING)
    return row === undefined ? null : Number(row.value)
  }

  const write = (w: EnrolmentWrite): unknown => {
    switch (w.kind) {
      case 'token':
        return putToken.run(w.token.id, w.token.site, w.token.expiresAt, JSON.stringify(w.token))
      case 'request':
        return putRequest.run(w.request.id, w.request.site, w.request.at, JSON.stringify(w.request))
      case 'identity': {
        const { agent, site, state } = w.identity
        return putIdentity.run(agent, site, state, JSON.stringify(w.identity))
      }
      case 'certificate': {
        const { serial, agent, notAfter, revokedAt } = w.certificate
        return putCertificate.run(serial, agent, notAfter, revokedAt, JSON.stringify(w.certificate))
      }
      case 'forget-token':
        return forgetToken.run(w.id)
      case 'forget-request':
        return forgetRequest.run(w.id)
      case 'forget-certificate':
        return forgetCertificate.run(w.serial)
    }
  }

  return {
    write: (changes) => changes.enrolment.forEach(write),
    enrolment: () => ({
      tokens: docs<StoredToken>('enrolment_token'),
      requests: docs<StoredRequest>('enrolment_request'),
      identities: docs<StoredIdentity>('identity'),
      certificates: docs<StoredCertificate>('certificate'),
      restoredAt: restoredAt(),
    }),
  }
}
