// What rules remember (holds, windows, standing faults) and the rules that people wrote in the console.
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { ChangeWriter, RuleStateChange } from '../change-set.ts'
import type { Database } from './database.ts'

export interface RuleStore extends ChangeWriter {
  states(): RuleStateChange[]
  /** Database rules as they were saved: the caller checks them against the schema of its version. */
  rules(): { readonly id: string; readonly doc: unknown }[]
  /** Saves or deletes (doc null) one database rule. Call inside a turn's transaction or on its own. */
  saveRule(id: string, doc: unknown, enabled: boolean, now: number): void
  series(): SeriesInfo[]
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
      const rows = db.prepare("select id, doc from rule where origin = 'database' order by id").all()
      return rows.map((row) => ({ id: row.id as string, doc: JSON.parse(row.doc as string) as unknown }))
    },
    saveRule(id, doc, enabled, now) {
      if (doc === null) removeRule.run(id)
      else putRule.run(id, enabled ? 1 : 0, JSON.stringify(doc), now)
    },
    series: () => db.prepare('select * from series').all().map(seriesOf),
  }
}

function seriesOf(row: Record<string, unknown>): SeriesInfo {
  const { id, agent, site, device, metric, resource, unit, kind, states, tags } = row
  return {
    id: id as number,
    agent: agent as string,
    site: site as string,
    device: device as string,
    metric: metric as string,
    resource: resource as string,
    unit: unit as string,
    kind: kind as SeriesInfo['kind'],
    ...(states === null ? {} : { states: JSON.parse(states as string) }),
    ...(tags === null ? {} : { tags: JSON.parse(tags as string) }),
  }
}
