// Lines the server refused for ever, for people to look at. Bounded: the oldest go first.
import type { Database } from '../sqlite/database.ts'
import type { RefusedLine } from './delivery.ts'

const MAX_ROWS = 10_000
const MAX_LINE = 4096

export function createLineQuarantine(db: Database) {
  const insert = db.prepare('insert into influx_quarantine (at, line, reason) values (?, ?, ?)')
  const trim = db.prepare('delete from influx_quarantine where id <= (select max(id) from influx_quarantine) - ?')
  const list = db.prepare('select id, at, line, reason from influx_quarantine order by id desc limit ?')
  return {
    add(lines: readonly RefusedLine[], now: number): void {
      if (lines.length === 0) return
      db.transaction(() => {
        for (const { line, reason } of lines.slice(-MAX_ROWS)) insert.run(now, line.slice(0, MAX_LINE), reason)
        trim.run(MAX_ROWS)
      })
    },
    /** Newest first. */
    list: (limit: number) => list.all(limit) as { id: number; at: number; line: string; reason: string }[],
  }
}
