// Cursor paging of every list: `{items, nextCursor}`; a cursor is opaque, null at the end.
import { z } from 'zod'

export const DEFAULT_PAGE = 100
export const MAX_PAGE = 1000

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z.string().min(1).max(512).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

/** Schema of a page of `item`. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** A query parameter that may be repeated: always an array after parsing. */
export const repeated = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).max(32)]).transform((v) => (Array.isArray(v) ? v : [v]) as z.output<T>[])

/** `true` / `false` in a query string. */
export const flag = z.enum(['true', 'false']).transform((v) => v === 'true')

/** ms since 1970 UTC, or an ISO 8601 instant, in a query string; ms after parsing. */
export const instant = z
  .union([z.coerce.number().min(0).max(8.64e15), z.iso.datetime({ offset: true })])
  .transform((v) => (typeof v === 'number' ? v : Date.parse(v)))

/** Free text a person searches for. */
export const searchText = z.string().max(200)
export const Id = z.string().min(1).max(160)
export const IdParams = z.object({ id: Id })
