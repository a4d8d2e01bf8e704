// Cursors: the sort values of the last row, as base64url JSON. A damaged one is an error of the caller.
import type { SQLInputValue } from 'node:sqlite'
import type { Page } from '#shared/http/paging.ts'

export class BadCursor extends Error {
  override name = 'BadCursor'
}

/** Values of a cursor, undefined without one. Throws BadCursor unless it holds exactly `count` texts or numbers. */
export function readCursor(cursor: string | undefined, count: number): SQLInputValue[] | undefined {
  if (cursor === undefined) return undefined
  let values: unknown
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw new BadCursor('the cursor is not one of ours')
  }
  const good = (v: unknown) => typeof v === 'string' || (typeof v === 'number' && Number.isFinite(v))
  if (!Array.isArray(values) || values.length !== count || !values.every(good))
    throw new BadCursor('the cursor is not one of ours')
  return values as SQLInputValue[]
}

export const writeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

/** A page from `limit + 1` rows. */
export function pageFrom<R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  position: (row: R) => readonly (string | number)[],
): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: items.map(item),
    nextCursor: more ? writeCursor(position(last)) : null,
  }
}
