// Saved views of the alarm list: a name for filters, order and columns; one's own or shared.
import { z } from 'zod'
import { Id } from './paging.ts'

/** As in the address: see BoardFilter. Values are short texts. */
export const ViewSearch = z
  .record(z.string().regex(/^[a-zA-Z]{1,32}$/), z.string().max(2000))
  .refine((search) => Object.keys(search).length <= 24, 'too many filters')
export type ViewSearch = z.infer<typeof ViewSearch>

/** POST /api/v1/alarm-views, PUT /api/v1/alarm-views/{id} (with the version that was changed). */
export const SaveView = z.strictObject({
  name: z.string().trim().min(1).max(80),
  shared: z.boolean().default(false),
  search: ViewSearch,
  /** Ids of columns in order; null: the usual ones. */
  columns: z.array(z.string().min(1).max(32)).max(40).nullable().default(null),
  version: z.int().min(1).optional(),
})
export type SaveView = z.infer<typeof SaveView>

export const SavedView = z.object({
  id: z.string(),
  owner: z.string(),
  name: z.string(),
  shared: z.boolean(),
  search: ViewSearch,
  columns: z.array(z.string()).nullable(),
  version: z.int(),
  updatedAt: z.number(),
})
export type SavedView = z.infer<typeof SavedView>

/** GET /api/v1/alarm-views: one's own and those shared with one, by name. `default`: what the list opens with. */
export const ViewList = z.object({ items: z.array(SavedView), default: z.string().nullable() })
export type ViewList = z.infer<typeof ViewList>

/** PUT /api/v1/alarm-views/default; null: none. */
export const DefaultView = z.strictObject({ view: Id.nullable() })
