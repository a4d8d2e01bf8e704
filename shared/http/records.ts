// Device events and samples as stored.
import { z } from 'zod'
import { DeviceEvent } from '../domain/device-event.ts'
import { SeriesKind } from '../domain/sample.ts'
import { ShownMeaning } from '../domain/series-meaning.ts'
import { Id, instant, PageQuery, repeated, searchText } from './paging.ts'
import { TrapMeaning } from './traps.ts'

export const EVENT_KINDS = ['trap', 'trap-raw', 'log', 'check', 'storm', 'agent', 'inventory', 'asset'] as const

/** GET /api/v1/events, newest first. */
export const EventListQuery = PageQuery.extend({
  device: Id.optional(),
  site: Id.optional(),
  agent: Id.optional(),
  kind: repeated(z.enum(EVENT_KINDS)).optional(),
  from: instant.optional(),
  to: instant.optional(),
  q: searchText.optional(),
  /** Log messages, and traps by their definition, less severe than this syslog severity are left out; what has none stays. */
  level: z.coerce.number().int().min(0).max(7).optional(),
  /** Traps (and storms of them) of this OID, or below it with a dot at its end. */
  trap: z
    .string()
    .regex(/^\d+(\.\d+){1,127}\.?$/, 'an OID in numbers; with a dot at its end: all below it')
    .max(512)
    .optional(),
})
export type EventListQuery = z.infer<typeof EventListQuery>

export const EventRow = z.object({
  id: z.int(),
  agent: z.string(),
  site: z.string(),
  device: z.string().nullable(),
  /** As they are called now; absent where the inventory does not know them. */
  deviceName: z.string().optional(),
  siteName: z.string().optional(),
  epoch: z.string(),
  seq: z.int(),
  kind: z.enum(EVENT_KINDS),
  /** Corrected event time, ms UTC. */
  at: z.number(),
  receivedAt: z.number(),
  event: DeviceEvent,
  /** Traps that a definition fits: what they say by it now. */
  meaning: TrapMeaning.optional(),
})
export type EventRow = z.infer<typeof EventRow>

/** A page may hold less than was asked for, or nothing, and have a cursor: so far was looked back (ms UTC). */
export const EventPage = z.object({
  items: z.array(EventRow),
  nextCursor: z.string().nullable(),
  readTo: z.number().nullable().optional(),
})
export type EventPage = z.infer<typeof EventPage>

export const MAX_SERIES_PER_QUERY = 64
export const MAX_POINTS_PER_SERIES = 20_000

/**
 * GET /api/v1/samples. `from` defaults to 24 h before `to`, `to` to now. `step` in seconds (0 or absent: chosen so that
 * about 1,500 points come back; the finest stored is used when it is not finer than that). A step is made longer when the
 * answer would be too large. `as=rate` turns counters into rates. More than MAX_SERIES_PER_QUERY series come in pages.
 */
export const SampleQuery = z.object({
  device: Id,
  metric: repeated(z.string().min(1).max(128)).optional(),
  resource: z.string().max(256).optional(),
  from: instant.optional(),
  to: instant.optional(),
  step: z.coerce.number().min(0).max(86_400).optional(),
  as: z.enum(['rate', 'raw']).default('rate'),
  cursor: PageQuery.shape.cursor,
})
export type SampleQuery = z.infer<typeof SampleQuery>

export const SampleSeries = z.object({
  metric: z.string(),
  resource: z.string(),
  unit: z.string(),
  kind: SeriesKind,
  states: z.record(z.string(), z.string()).nullable(),
  /** What the device's profile says of it: limits are lines in a chart. */
  ...ShownMeaning.shape,
  /** [ms UTC, value]; null is a hole: nothing was measured. */
  points: z.array(z.tuple([z.number(), z.number().nullable()])),
})
export type SampleSeries = z.infer<typeof SampleSeries>
export const SampleResult = z.object({
  /** Where the samples were read: the collector's own database or its copy in InfluxDB. */
  source: z.enum(['embedded', 'influx']),
  from: z.number(),
  to: z.number(),
  /** Seconds between points; 0 when raw. */
  step: z.number(),
  series: z.array(SampleSeries),
  /** True when there were more series than MAX_SERIES_PER_QUERY; `nextCursor` then asks for them. */
  truncated: z.boolean(),
  nextCursor: z.string().nullable(),
})
export type SampleResult = z.infer<typeof SampleResult>

/** GET /api/v1/samples/copy: how the copy in InfluxDB or VictoriaMetrics stands; `copy` is null when there is none. */
export const SampleCopy = z.object({
  copy: z
    .object({
      /** Samples that wait, and the age of the oldest of them, s. */
      backlog: z.number(),
      lagSeconds: z.number(),
      /** Totals since the copy was first set up. */
      sent: z.number(),
      /** Refused by the server for ever. */
      quarantined: z.number(),
      /** Expired here before they could be sent. */
      expired: z.number(),
      /** Older than the server keeps. */
      beyond: z.number(),
      /** When a write last succeeded, ms UTC; null: not since the collector started. */
      writtenAt: z.number().nullable(),
      /** Why the last write did not. */
      problem: z.object({ kind: z.string(), reason: z.string() }).nullable(),
      /** The newest lines that were refused: text of strangers. */
      refused: z.array(z.object({ at: z.number(), line: z.string(), reason: z.string() })),
    })
    .nullable(),
})
export type SampleCopy = z.infer<typeof SampleCopy>

/** GET /api/v1/quarantine, newest first: what could not be read. All of it is text of strangers: show it, never run it. */
export const QuarantineListQuery = PageQuery.extend({
  agent: Id.optional(),
  lane: z.string().max(32).optional(),
  q: searchText.optional(),
})
export type QuarantineListQuery = z.infer<typeof QuarantineListQuery>
export const QuarantineRow = z.object({
  id: z.int(),
  agent: z.string(),
  epoch: z.string().nullable(),
  lane: z.string().nullable(),
  /** Place in the stream of the first record and how many there are; null when not even that could be read. */
  first: z.int().nullable(),
  count: z.int().nullable(),
  reason: z.string(),
  bytes: z.int(),
  at: z.number(),
  /** The beginning of what came: as text when it is text, else in hex; null when nothing was kept. */
  preview: z.object({ form: z.enum(['text', 'hex']), text: z.string(), complete: z.boolean() }).nullable(),
})
export type QuarantineRow = z.infer<typeof QuarantineRow>

/** GET /api/v1/gaps, newest first: records that an agent numbered and could not keep. */
export const GapListQuery = PageQuery.extend({ agent: Id.optional(), lane: z.string().max(32).optional() })
export type GapListQuery = z.infer<typeof GapListQuery>
export const GapRow = z.object({
  id: z.int(),
  agent: z.string(),
  epoch: z.string(),
  lane: z.string(),
  first: z.int(),
  count: z.int(),
  reason: z.string(),
  at: z.number(),
})
export type GapRow = z.infer<typeof GapRow>
