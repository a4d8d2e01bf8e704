// Lets kysely work on node:sqlite, whose statements do not say by themselves whether they return rows.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { type Dialect, SqliteDialect } from 'kysely'

/** Dialect over an open connection; closing kysely leaves the connection to its owner. */
export function kyselyDialect(connection: DatabaseSync): Dialect {
  return new SqliteDialect({
    database: {
      close: () => undefined,
      prepare(sql) {
        const statement = connection.prepare(sql)
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...inputs(parameters)),
          run: (parameters) => statement.run(...inputs(parameters)),
          iterate: (parameters) => statement.iterate(...inputs(parameters)) as IterableIterator<unknown>,
        }
      },
    },
  })
}

const inputs = (parameters: readonly unknown[]): SQLInputValue[] =>
  parameters.map((p) => (typeof p === 'boolean' ? Number(p) : p === undefined ? null : (p as SQLInputValue)))
