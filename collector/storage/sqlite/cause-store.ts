// What people decided about causes, one row per pair of alarms: the newest.
import type { Decision, DecisionStore } from '../../cause/decisions.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export function createCauseStore(db: Database): DecisionStore & ChangeWriter {
  const put = db.prepare(
    'insert into cause_decision (alarm, cause, doc) values (?, ?, ?) on conflict do update set doc = excluded.doc',
  )
  return {
    write({ causes }) {
      for (const decision of causes) put.run(decision.alarm, decision.cause, JSON.stringify(decision))
    },
    read: () =>
      db
        .prepare('select doc from cause_decision')
        .all()
        .map((row) => JSON.parse(row.doc as string) as Decision),
  }
}
