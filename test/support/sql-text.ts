// A SQLite database as text: small recorded databases that a person can read and a diff can show.
import { DatabaseSync } from 'node:sqlite'

/** Every table, index and row as statements, blobs in hex. */
export function dumpSql(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const things = db
      .prepare(
        "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid",
      )
      .all() as { type: string; name: string; sql: string }[]
    const rows = things
      .filter((t) => t.type === 'table')
      .flatMap(({ name }) => (db.prepare(`select * from "${name}"`).all() as Row[]).map((row) => insertOf(name, row)))
    return `${[...things.map((t) => `${t.sql};`), ...rows].join('\n')}\n`
  } finally {
    db.close()
  }
}

/** A new database file from such a text, in WAL mode as a collector leaves it. */
export function loadSql(file: string, text: string): void {
  const db = new DatabaseSync(file)
  try {
    db.exec(`pragma journal_mode = wal; begin; ${text} commit`)
  } finally {
    db.close()
  }
}

type Row = Record<string, null | number | bigint | string | Uint8Array>

const insertOf = (table: string, row: Row): string =>
  `insert into "${table}" values (${Object.values(row).map(literal).join(', ')});`

function literal(value: Row[string]): string {
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return String(value)
}
