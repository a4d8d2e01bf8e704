// What rules remember (holds, windows, standing faults) and the rules that people wrote in the console.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { createMeanings } from '#shared/domain/series-meaning.ts'
import type { ReceivedEvent, SeriesInfo } from '../../ingest/evaluation.ts'
import type { ChangeWriter, RuleStateChange } from '../change-set.ts'
import type { Database } from './database.ts'
import { seriesOf } from './record-reader.ts'

type StoredEvent = Omit<ReceivedEvent, 'customer'>

export interface RuleStore extends ChangeWriter {
  states(): RuleStateChange[]
  /** Database rules as they were saved: the caller checks them against the schema of its version. */
  rules(): { readonly id: string; readonly doc: unknown; readonly updatedAt: number }[]
  /** Overrides that people made for rules of any origin, as they were saved. */
  overrides(): { readonly rule: string; readonly doc: readonly unknown[] }[]
  /** Saves or deletes (doc null) one database rule. Call inside a turn's transaction or on its own. */
  saveRule(id: string, doc: unknown, enabled: boolean, now: number): void
  /** Saves all overrides of one rule, or deletes them (none). As saveRule. */
  saveOverrides(rule: string, doc: readonly unknown[], now: number): void
  series(): SeriesInfo[]
  /** Events of an agent from this id on, in order. */
  eventsFrom(agent: string, id: number): StoredEvent[]
}

export function createRuleStore(db: Database): RuleStore {
  const put = db.prepare(
    `insert into rule_state (rule, subject, state) values (?, ?, ?)
     on conflict (rule, subject) do update set state = excluded.state`,
  )
  const remove = db.prepare('delete from rule_state where rule = ? and subject = ?')
  const putRule = db.prepare(
    `insert into rule (id, origin, file, enabled, doc, updated_at) values (?, 'database', null, ?, ?, ?)
     on conflict (id) do update set enabled = excluded.enabled, doc = excluded.doc, updated_at = excluded.updated_at`,
  )
  const removeRule = db.prepare("delete from rule where id = ? and origin = 'database'")
  const putOverrides = db.prepare(
    `insert into rule_override (rule, doc, updated_at) values (?, ?, ?)
     on conflict (rule) do update set doc = excluded.doc, updated_at = excluded.updated_at`,
  )
  const removeOverrides = db.prepare('delete from rule_override where rule = ?')
  return {
    write({ ruleStates }) {
      for (const { rule, subject, state } of ruleStates) {
        if (state === null) remove.run(rule, subject)
        else put.run(rule, subject, JSON.stringify(state))
      }
    },
    states() {
      const rows = db.prepare('select rule, subject, state from rule_state').all() as Record<string, string>[]
      return rows.map(({ rule, subject, state }) => ({
        rule: rule as string,
        subject: subject as string,
        state: JSON.parse(state as string),
      }))
    },
    rules() {
      const rows = db.prepare("select id, doc, updated_at from rule where origin = 'database' order by id").all()
      return rows.map((row) => {
        return {
          id: row.id as string,
          doc: JSON.parse(row.doc as string) as unknown,
          updatedAt: Number(row.updated_at),
        }
      })
    },
    overrides() {
      const rows = db.prepare('select rule, doc from rule_override order by rule').all()
      return rows.map((row) => ({ rule: row.rule as string, doc: JSON.parse(row.doc as string) as unknown[] }))
    },
    saveOverrides(rule, doc, now) {
      if (doc.length === 0) removeOverrides.run(rule)
      else putOverrides.run(rule, JSON.stringify(doc), now)
    },
    saveRule(id, doc, enabled, now) {
      if (doc === null) removeRule.run(id)
      else putRule.run(id, enabled ? 1 : 0, JSON.stringify(doc), now)
    },
    series() {
      const meanings = createMeanings()
      return db
        .prepare('select * from series')
        .all()
        .map((row) => seriesOf(row, meanings))
    },
    eventsFrom: (agent, id) =>
      db.prepare('select * from device_event where id >= ? and agent = ? order by id').all(id, agent).map(eventOf),
  }
}

function eventOf(row: Record<string, unknown>): StoredEvent {
  const { id, agent, epoch, seq, site, device, at, received_at: receivedAt, doc } = row as unknown as EventRow
  return { id, agent, epoch, seq, site, device, at, receivedAt, event: JSON.parse(doc) as DeviceEvent }
}

interface EventRow extends Omit<StoredEvent, 'event' | 'receivedAt'> {
  readonly received_at: number
  readonly doc: string
}
