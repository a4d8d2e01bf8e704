// Builds WHERE clauses from fixed texts and bound values; nothing a caller sends ever becomes SQL.
import type { SQLInputValue } from 'node:sqlite'

export interface Filter {
  /** Adds a clause with one value; an undefined value adds nothing. */
  when(clause: string, value: SQLInputValue | undefined): Filter
  /** Adds a clause with as many values as it has places. */
  whenAll(clause: string, values: readonly SQLInputValue[]): Filter
  /** Adds a clause without values. */
  always(clause: string | undefined): Filter
  /** Adds `column in (...)`; undefined adds nothing. */
  oneOf(column: string, values: readonly SQLInputValue[] | undefined): Filter
  /** Adds a search for `text` in any of the columns, ignoring case; a column with one of the values will do as well. */
  search(
    columns: readonly string[],
    text: string | undefined,
    or?: { readonly column: string; readonly values: readonly SQLInputValue[] },
  ): Filter
  /** Adds a row-value comparison that continues after a cursor. */
  after(columns: string, comparison: '<' | '>' | '>=', values: readonly SQLInputValue[] | undefined): Filter
  /** `where ...` or ''. */
  sql(): string
  values(): SQLInputValue[]
}

export function createFilter(): Filter {
  const clauses: string[] = []
  const values: SQLInputValue[] = []
  const filter: Filter = {
    when(clause, value) {
      if (value !== undefined) {
        clauses.push(clause)
        values.push(value)
      }
      return filter
    },
    whenAll(clause, list) {
      clauses.push(clause)
      values.push(...list)
      return filter
    },
    always(clause) {
      if (clause) clauses.push(clause)
      return filter
    },
    oneOf(column, list) {
      if (list) {
        clauses.push(`${column} in (${list.map(() => '?').join(', ')})`)
        values.push(...list)
      }
      return filter
    },
    search(columns, text, or) {
      if (text) {
        const also = or && or.values.length > 0 ? ` or ${or.column} in (${or.values.map(() => '?').join(', ')})` : ''
        clauses.push(`(${columns.map((c) => `${c} like ? escape '\\'`).join(' or ')}${also})`)
        const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
        values.push(...columns.map(() => pattern), ...(or?.values ?? []))
      }
      return filter
    },
    after(columns, comparison, list) {
      if (list) {
        clauses.push(`(${columns}) ${comparison} (${list.map(() => '?').join(', ')})`)
        values.push(...list)
      }
      return filter
    },
    sql: () => (clauses.length > 0 ? `where ${clauses.join(' and ')}` : ''),
    values: () => values,
  }
  return filter
}
