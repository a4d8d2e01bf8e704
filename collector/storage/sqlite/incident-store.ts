// Incidents and their timelines.
import type { Incident } from '#shared/domain/incident.ts'
import type { StoredIncidents } from '../../incidents/incident-terms.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export interface IncidentStore extends ChangeWriter {
  /** All that are not closed. */
  notClosed(): Incident[]
  lastNumber(): number
  /** When something last happened to the resolved ones. */
  activity(): { readonly incident: string; readonly at: number }[]
  /** Diagnostics without a final state. */
  pending(): { readonly command: string; readonly incident: string | null; readonly expires: number }[]
  /** All of it: what incidents are restored from. */
  stored(): Omit<StoredIncidents, 'alarms'>
}

export function createIncidentStore(db: Database): IncidentStore {
  const put = db.prepare(
    `insert into incident (id, number, customer, site, device, state, priority, opened_at, resolved_at, doc)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set state = excluded.state, priority = excluded.priority,
       resolved_at = excluded.resolved_at, doc = excluded.doc`,
  )
  const addEntry = db.prepare(
    'insert into incident_timeline (id, incident, at, kind, doc) values (?, ?, ?, ?, ?) on conflict (id) do nothing',
  )
  const store: IncidentStore = {
    stored: () => ({
      incidents: store.notClosed(),
      lastNumber: store.lastNumber(),
      activity: store.activity(),
      pending: store.pending(),
    }),
    write({ incidents, timeline }) {
      for (const i of incidents)
        put.run(
          i.id,
          i.number,
          i.customer,
          i.site,
          i.device,
          i.state,
          i.priority,
          i.openedAt,
          i.resolvedAt,
          JSON.stringify(i),
        )
      for (const entry of timeline) addEntry.run(entry.id, entry.incident, entry.at, entry.kind, JSON.stringify(entry))
    },
    notClosed: () =>
      db
        .prepare("select doc from incident where state <> 'closed'")
        .all()
        .map((row) => JSON.parse(row.doc as string) as Incident),
    lastNumber() {
      const row = db.prepare('select max(number) as n from incident').get() as { n: number | null }
      return row.n ?? 0
    },
    activity: () =>
      db
        .prepare(
          `select t.incident, max(t.at) as at from incident i join incident_timeline t on t.incident = i.id
           where i.state = 'resolved' group by t.incident`,
        )
        .all()
        .map((row) => ({ incident: row.incident as string, at: row.at as number })),
    pending: () =>
      db
        .prepare("select command, incident, expires from evidence where state = 'pending' order by requested_at")
        .all()
        .map((row) => ({
          command: row.command as string,
          incident: row.incident as string | null,
          expires: row.expires as number,
        })),
  }
  return store
}
