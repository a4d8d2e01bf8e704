// Maintenance windows: when work on equipment is expected, so that nobody is called for it.
import { z } from 'zod'
import { flag, Id, instant, PageQuery, pageOf } from './paging.ts'

const Globs = z.array(z.string().min(1).max(256)).min(1).max(256)

/** All that is given must fit; `*` and `?` in patterns. Empty: everything. */
export const WindowSelector = z.strictObject({
  customers: Globs.optional(),
  sites: Globs.optional(),
  /** Collector-wide device ids, `<site>.<device>`. */
  devices: Globs.optional(),
  /** Resources of the devices, as alarms name them: `if:Gi0/1`. */
  resources: Globs.optional(),
  /** Tags of the device; all must fit, `*`: it has the tag. */
  tags: z.record(z.string().min(1).max(64), z.string().max(256)).optional(),
})
export type WindowSelector = z.infer<typeof WindowSelector>

/** `no-page`: incidents open, nobody is told; `no-open`: no incident opens. */
export const WINDOW_BEHAVIOURS = ['no-page', 'no-open'] as const
export const WindowBehaviour = z.enum(WINDOW_BEHAVIOURS)
export type WindowBehaviour = z.infer<typeof WindowBehaviour>

/** Longest window: 31 days. */
export const MAX_WINDOW_MINUTES = 31 * 1440

export const WindowBody = z.strictObject({
  title: z.string().trim().min(1).max(200),
  note: z.string().max(2000).default(''),
  /** Who answers for the work. */
  owner: z.string().max(200).default(''),
  enabled: z.boolean().default(true),
  selector: WindowSelector,
  behaviour: WindowBehaviour,
  /** Local date and time of the first (or only) beginning, `2026-03-01T22:00`. */
  start: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a local date and time like 2026-03-01T22:00'),
  /** IANA name, e.g. `Europe/Berlin`. */
  zone: z.string().min(1).max(64),
  /** Whole days are days of the calendar, what remains is time that passes. */
  durationMinutes: z.int().min(1).max(MAX_WINDOW_MINUTES),
  /** RFC 5545, DAILY or slower, e.g. `FREQ=WEEKLY;BYDAY=SU`; null: once. */
  rrule: z.string().trim().min(1).max(500).nullable().default(null),
})
export type WindowBody = z.infer<typeof WindowBody>

/** ms UTC; `end` is the first moment after it. */
export const Occurrence = z.object({ start: z.number(), end: z.number() })
export type Occurrence = z.infer<typeof Occurrence>

export const WindowRow = WindowBody.extend({
  id: z.string(),
  /** Rises with each change; a change names the one it was made from. */
  version: z.int(),
  createdBy: z.string(),
  createdAt: z.number(),
  updatedBy: z.string(),
  updatedAt: z.number(),
  state: z.enum(['active', 'planned', 'over', 'disabled']),
  /** The occurrence that runs now; of several the one that ends last. */
  active: Occurrence.nullable(),
  /** The next five that have not begun. */
  next: z.array(Occurrence),
  /** Alarms it holds now. */
  held: z.int(),
})
export type WindowRow = z.infer<typeof WindowRow>

/** GET /api/v1/maintenance-windows: active ones first, then by their next beginning. */
export const WindowListQuery = PageQuery.extend({
  state: z.enum(['active', 'planned', 'over', 'disabled']).optional(),
  /** Windows that concern this customer, site or device. */
  customer: Id.optional(),
  site: Id.optional(),
  device: Id.optional(),
  /** False leaves out what is over. */
  over: flag.optional(),
})
export type WindowListQuery = z.infer<typeof WindowListQuery>
export const WindowPage = pageOf(WindowRow)
export type WindowPage = z.infer<typeof WindowPage>

/** GET /api/v1/devices/{id}/maintenance: when work on a device was or will be between two times; at most 200. */
export const DeviceWorkQuery = z.object({ from: instant, to: instant })
export const DeviceWork = z.object({
  items: z.array(Occurrence.extend({ window: z.string(), title: z.string() })).max(200),
})
export type DeviceWork = z.infer<typeof DeviceWork>

/** PUT /api/v1/maintenance-windows/{id}: 409 when the version is another by now. */
export const ChangeWindow = z.strictObject({ window: WindowBody, version: z.int().min(1) })

/** POST /api/v1/maintenance-windows/{id}/end: the running occurrence ends now. The body may be left out. */
export const EndWindow = z.strictObject({}).nullish()

/** POST /api/v1/maintenance-windows/{id}/extend: the running occurrence ends then (ms UTC). */
export const ExtendWindow = z.strictObject({ until: z.number() })

/** POST /api/v1/maintenance-windows/preview, of a window that need not be saved. */
export const WindowPreview = z.object({
  next: z.array(Occurrence),
  active: Occurrence.nullable(),
  /** How many devices it is about, and some of them. */
  devices: z.int(),
  examples: z.array(z.string()),
  /** Standing alarms it would hold now. */
  alarms: z.int(),
  /** The selector fits all equipment, or none. */
  selects: z.enum(['some', 'everything', 'nothing']),
  /** What a person may not expect, e.g. that occurrences overlap. */
  warnings: z.array(z.string()),
})
export type WindowPreview = z.infer<typeof WindowPreview>
