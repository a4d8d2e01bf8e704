// Saved views of the alarm list.
import type { StoredView, ViewStore } from '../../alarm-board/saved-views.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export function createViewStore(db: Database): ViewStore & ChangeWriter {
  const put = db.prepare(
    'insert into alarm_view (id, owner, doc) values (?, ?, ?) on conflict (id) do update set doc = excluded.doc',
  )
  const remove = db.prepare('delete from alarm_view where id = ?')
  const choose = db.prepare(
    'insert into default_view (user, view) values (?, ?) on conflict (user) do update set view = excluded.view',
  )
  const forget = db.prepare('delete from default_view where user = ?')
  const forgetView = db.prepare('delete from default_view where view = ?')
  return {
    write({ alarmViews }) {
      for (const change of alarmViews) {
        if (change.kind === 'put') put.run(change.view.id, change.view.owner, JSON.stringify(change.view))
        else if (change.kind === 'default') {
          if (change.view === null) forget.run(change.user)
          else choose.run(change.user, change.view)
        } else {
          remove.run(change.id)
          forgetView.run(change.id)
        }
      }
    },
    views: () =>
      db
        .prepare('select doc from alarm_view')
        .all()
        .map((row) => JSON.parse(row.doc as string) as StoredView),
    defaults: () => db.prepare('select user, view from default_view').all() as { user: string; view: string }[],
  }
}
