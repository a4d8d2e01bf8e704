// The current alarms as people work on them: filtered, ordered and folded at the collector, read in windows. A list once made
// stays as it is under its token, so that nothing jumps under the hand and an action is about exactly what was seen.
import { z } from 'zod'
import { ALARM_SOURCES } from '../domain/alarm.ts'
import { Severity } from '../domain/severity.ts'
import { AlarmRow } from './alarms.ts'
import { flag, Id, searchText } from './paging.ts'

export const ALARM_VIEWS = ['active', 'new', 'ack', 'cleared', 'shelved', 'suppressed', 'all'] as const
export type AlarmViewName = (typeof ALARM_VIEWS)[number]

export const BOARD_SORTS = [
  'severity',
  'raised',
  'last',
  'duration',
  'count',
  'customer',
  'site',
  'device',
  'type',
  'owner',
] as const
export type BoardSort = (typeof BOARD_SORTS)[number]

/** Filters by a value of a row; several values of one are any of them. */
export const BOARD_FACETS = ['customer', 'site', 'device', 'type', 'source', 'owner', 'rule'] as const
export type BoardFacet = (typeof BOARD_FACETS)[number]
/** As an owner: alarms that nobody answers for. */
export const NOBODY = '-'

export const MAX_MEANINGS = 200
/** A query parameter that may be repeated or hold several values apart by commas: an array after parsing. */
export const several = <T extends z.ZodType<unknown, string>>(item: T, most: number) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(',')).filter((part) => part !== ''))
    .pipe(z.array(item).max(most))

/** `word~kind~value`: the word at this place of `q` is how the reader's language says this value, e.g. `0~type~link.down`. */
export const Meaning = z.string().regex(/^\d{1,2}~(type|severity|status|source)~.{1,100}$/)

const names = several(Id, 100)
export const BoardFilter = z.object({
  view: z.enum(ALARM_VIEWS).default('active'),
  severity: several(Severity, 5).optional(),
  customer: names.optional(),
  site: names.optional(),
  device: names.optional(),
  type: names.optional(),
  source: several(z.enum(ALARM_SOURCES), 8).optional(),
  owner: names.optional(),
  rule: names.optional(),
  /** True: without those that are cleared. */
  standing: flag.optional(),
  /** Acknowledged for at least so many hours and still standing. */
  ackedOver: z.coerce.number().min(0).max(8760).optional(),
  /** Words; a row has all of them somewhere. */
  q: searchText.optional(),
  means: several(Meaning, MAX_MEANINGS).optional(),
})
export type BoardFilter = z.infer<typeof BoardFilter>

export const MAX_WINDOW = 500
const Window = z.object({
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_WINDOW).default(100),
})

/** GET /api/v1/alarms/board: makes a list and gives its first window. */
export const BoardQuery = BoardFilter.extend({
  ...Window.shape,
  sort: z.enum(BOARD_SORTS).default('severity'),
  dir: z.enum(['asc', 'desc']).default('desc'),
  /** Causes whose symptoms are shown below them. */
  open: several(Id, 200).optional(),
  /** A list the asking person needs no more. */
  replaces: z.string().max(64).optional(),
  /** Only the numbers. */
  numbers: flag.optional(),
})
export type BoardQuery = z.infer<typeof BoardQuery>

/** GET /api/v1/alarms/board/{list}: another window of it. 404 when it is no longer kept: make it anew. */
export const BoardWindowQuery = Window
export const BoardListParams = z.object({ list: z.string().min(1).max(64) })

export const BoardRow = AlarmRow.extend({
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  address: z.string().nullable(),
  /** Symptoms that are set aside because of it. */
  symptoms: z.int(),
  /** 0; 1 and more: a symptom shown below its cause. */
  depth: z.int(),
  /** What its cause says, when it is a symptom of a standing alarm. */
  causeText: z.string().nullable(),
  /** It has left the current list since the list was made. */
  gone: z.boolean(),
})
export type BoardRow = z.infer<typeof BoardRow>

export const BoardWindow = z.object({
  list: z.string(),
  /** ms UTC when the list was made. */
  madeAt: z.number(),
  total: z.int(),
  offset: z.int(),
  items: z.array(BoardRow),
  liveId: z.int(),
})
export type BoardWindow = z.infer<typeof BoardWindow>

/** Numbers above the list: by severity within the view, by view within the other filters. */
export const BoardPage = BoardWindow.extend({
  counts: z.record(Severity, z.int()),
  views: z.record(z.enum(ALARM_VIEWS), z.int()),
})
export type BoardPage = z.infer<typeof BoardPage>

/** GET /api/v1/alarms/facets: what each filter can be set to, with how many alarms that would leave; the most first. */
export const FacetValue = z.object({ value: z.string(), name: z.string(), count: z.int() })
export const BoardFacets = z.object(
  Object.fromEntries(BOARD_FACETS.map((f) => [f, z.array(FacetValue)])) as Record<
    BoardFacet,
    z.ZodArray<typeof FacetValue>
  >,
)
export type BoardFacets = z.infer<typeof BoardFacets>
