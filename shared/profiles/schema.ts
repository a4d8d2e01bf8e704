// The native profile format after spellings.ts has brought Datadog's, Kentik's and Netdata's spellings to one form.
import { z } from 'zod'
import { AlarmType, Labels as AnyLabels, Limits as AnyLimits, SeriesAlarm } from '#shared/domain/series-meaning.ts'
import { Severity } from '#shared/domain/severity.ts'
import { regularExpression } from './interpret.ts'

const Oid = z.string().regex(/^\d+(\.\d+)+$/, 'expected a numeric OID')
const Labels = AnyLabels.strict()

/** Values at or beyond which a metric is worth a word; the collector's rules raise alarms by them. */
export const Limits = AnyLimits.strict()

const Condition = z.strictObject({
  OID: Oid,
  equals: z.array(z.string()).min(1).max(32).optional(),
  /** Leaves out rows whose value fits this pattern. */
  except: z.string().max(512).refine(isPattern, 'cannot be used as a pattern').optional(),
})

/** A fault beside limits and states, of `x-outrider.alarms` of a file. */
export const ProfileAlarm = SeriesAlarm.extend({ metric: z.string().min(1).max(128), text: Labels.optional() })
  .strict()
  .refine((a) => [a.above, a.below, a.values].filter((v) => v !== undefined).length === 1, {
    message: 'give one of above, below and values',
  })
  .refine(
    (a) => a.clear === undefined || (a.above !== undefined && a.clear <= a.above) || a.clear >= (a.below ?? Infinity),
    { message: 'clear must be on the good side of the limit', path: ['clear'] },
  )
export type ProfileAlarm = z.infer<typeof ProfileAlarm>

/** `x-outrider` of a symbol. */
export const SymbolExtension = z.strictObject({
  /** Our dotted name where the MIB's is used for `name`. */
  metric: z.string().min(1).max(128).optional(),
  labels: Labels.optional(),
  unit: z.string().max(32).optional(),
  class: z.string().max(32).optional(),
  limits: Limits.optional(),
  /** Severity of a mapped label. */
  states: z.record(z.string(), Severity).optional(),
  /** What its fault is called, where the table of shared/domain/alarm-types.ts has no word for it. */
  alarmType: AlarmType.optional(),
  /** Column or scalar to read where the device does not have the first one. */
  fallback: Oid.optional(),
  /** The value as per cent of these columns or scalars (their sum) at the same index. */
  percentOf: z.array(Oid).min(1).max(4).optional(),
  /** The value multiplied by this column at the same index (allocation units). */
  times: Oid.optional(),
  /** Added to the value before anything else: parts of it that are counted apart; those the device does not have are none. */
  plus: z.array(Oid).min(1).max(4).optional(),
  /** 100 minus the value: used from idle. */
  inverse: z.boolean().optional(),
  /** Only rows whose other columns hold one of these values, all of them; looked at when tags are read. */
  where: z.union([Condition, z.array(Condition).min(1).max(4)]).optional(),
  /** Readings outside, and those of `except`, are none: what equipment tells for sensors it does not have (65535, -1). */
  valid: z
    .strictObject({
      min: z.number().optional(),
      max: z.number().optional(),
      except: z.array(z.number()).max(8).optional(),
    })
    .optional(),
  /** EntitySensorDataScale and precision columns of the same row (RFC 3433); looked at when tags are read. */
  scaledBy: z.strictObject({ scale: Oid, precision: Oid }).optional(),
  /** Metadata only: the OID is a column, the first row that gives text (and fits `where`) is used. */
  column: z.boolean().optional(),
})

export type SymbolExtension = z.infer<typeof SymbolExtension>

export const METRIC_TYPES = [
  'gauge',
  'rate',
  'monotonic_count',
  'monotonic_count_and_rate',
  'percent',
  'flag_stream',
] as const
export const FORMATS = ['mac_address', 'ip_address', 'hex', 'uint32', 'snmp_dateandtime', 'text_date', 'gauge'] as const

export const SymbolSchema = z.strictObject({
  OID: Oid.optional(),
  name: z.string().min(1).max(128),
  metric_type: z.enum(METRIC_TYPES).optional(),
  scale_factor: z.number().optional(),
  extract_value: z.string().max(512).optional(),
  match_pattern: z.string().max(512).optional(),
  match_value: z.string().max(256).optional(),
  format: z.enum(FORMATS).optional(),
  /** hextoint:<LittleEndian|BigEndian>:<uint16|uint32|uint64> or powerset_status; the others are formats by now. */
  conversion: z.string().max(128).optional(),
  constant_value_one: z.boolean().optional(),
  /** Label by value. */
  mapping: z.record(z.string(), z.string().max(64)).optional(),
  tag: z.string().max(64).optional(),
  description: z.string().optional(),
  chart_meta: z
    .strictObject({
      unit: z.string().optional(),
      description: z.string().optional(),
      family: z.string().optional(),
      type: z.string().optional(),
    })
    .optional(),
  /** Not read again before this time has passed. */
  poll_time_sec: z.number().positive().max(86_400).optional(),
  condition: z.string().optional(),
  /** Of several of one name the first that answers is used. */
  allow_duplicate: z.boolean().optional(),
  'x-outrider': SymbolExtension.optional(),
})
export type SymbolSpec = z.infer<typeof SymbolSchema>

export const TagSchema = z.strictObject({
  tag: z.string().max(64).optional(),
  symbol: SymbolSchema.optional(),
  table: z.string().max(128).optional(),
  MIB: z.string().optional(),
  index: z.int().positive().optional(),
  index_transform: z
    .array(z.strictObject({ start: z.int().nonnegative(), end: z.int().nonnegative() }))
    .max(16)
    .optional(),
  mapping: z.record(z.string(), z.string().max(64)).optional(),
  match: z.string().max(512).optional(),
  tags: z.record(z.string(), z.string()).optional(),
})
export type TagSpec = z.infer<typeof TagSchema>

export const MetricSchema = z.strictObject({
  MIB: z.string().optional(),
  table: z.strictObject({ OID: Oid.optional(), name: z.string().max(128).optional() }).optional(),
  symbol: SymbolSchema.optional(),
  symbols: z.array(SymbolSchema).max(512).optional(),
  metric_tags: z.array(TagSchema).max(64).optional(),
  static_tags: z.array(z.string().max(256)).max(64).optional(),
  metric_type: z.enum(METRIC_TYPES).optional(),
  options: z
    .strictObject({
      /** flag_stream: which sign of the text, from 1. */
      placement: z.int().positive().max(4096).optional(),
      metric_suffix: z.string().min(1).max(64).optional(),
    })
    .optional(),
  'x-outrider': z
    .strictObject({
      /** How parts are named: `<prefix>:<value of the first of these tags that has one>`, else the index. */
      resource: z
        .strictObject({
          prefix: z.string().max(32),
          tag: z.union([z.string().max(64), z.array(z.string().max(64)).max(4)]).optional(),
        })
        .optional(),
      labels: Labels.optional(),
      /** Seconds between two readings of the table, for what hardly changes; more often polled devices skip it between. */
      every: z.int().positive().max(86_400).optional(),
    })
    .optional(),
})
export type MetricSpec = z.infer<typeof MetricSchema>

const Selection = z.strictObject({
  include: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
})

export const SelectorSchema = z.strictObject({ sysobjectid: Selection.optional(), sysdescr: Selection.optional() })
export type SelectorSpec = z.infer<typeof SelectorSchema>

const Source = z.strictObject({
  metric: z.string().max(128),
  table: z.string().max(128).optional(),
  as: z.string().max(64).optional(),
})
/** The sum of gauges under one name. */
export const VirtualSchema = z.strictObject({
  name: z.string().min(1).max(128),
  sources: z.array(Source).min(1).max(32).optional(),
  alternatives: z
    .array(z.strictObject({ sources: z.array(Source).min(1).max(32) }))
    .max(16)
    .optional(),
  per_row: z.boolean().optional(),
  group_by: z.union([z.string(), z.array(z.string())]).optional(),
  emit_tags: z.unknown().optional(),
  chart_meta: SymbolSchema.shape.chart_meta,
})
export type VirtualSpec = z.infer<typeof VirtualSchema>

const MetadataField = z.strictObject({
  value: z.union([z.string(), z.number()]).optional(),
  symbol: SymbolSchema.optional(),
  symbols: z.array(SymbolSchema).max(64).optional(),
})
export const MetadataSchema = z.strictObject({
  fields: z.record(z.string(), MetadataField).optional(),
  id_tags: z.array(TagSchema).optional(),
})
export type MetadataSpec = z.infer<typeof MetadataSchema>

export const HeadSchema = z.strictObject({
  name: z.string().max(128).optional(),
  description: z.string().optional(),
  version: z.union([z.string(), z.number()]).optional(),
  extends: z.array(z.string().max(128)).max(64).optional(),
  matches: z.record(z.string(), z.string()).optional(),
  provider: z.string().optional(),
  device: z.looseObject({ vendor: z.string().optional() }).optional(),
  static_tags: z.array(z.string().max(256)).max(64).optional(),
  /** The equipment chokes on GETBULK. */
  no_use_bulkwalkall: z.boolean().optional(),
  'x-outrider': z
    .strictObject({
      labels: Labels.optional(),
      class: z.string().max(32).optional(),
      /** Scalars whose presence tells this equipment where its sysObjectID does not. */
      probe: z.array(Oid).min(1).max(4).optional(),
      /** Very different equipment carries this profile's sysObjectID: the probes of others are asked. */
      shared: z.boolean().optional(),
      /** Who the device is: each fact from the first source that gives text. Wins over `metadata`. */
      identity: z
        .partialRecord(z.enum(['vendor', 'model', 'serial', 'version']), z.array(SymbolSchema).max(16))
        .optional(),
      /** Further facts of the device, shown as its tags. */
      inventory: z.record(z.string().max(64), z.array(SymbolSchema).max(1)).optional(),
      /** Faults of metrics of this file, or of one it extends: each a ProfileAlarm, checked alone. */
      alarms: z.unknown().optional(),
      /** What is asked of the device when an alarm opens an incident: read in own-diagnostics.ts. */
      diagnostics: z.unknown().optional(),
    })
    .optional(),
})
export type HeadSpec = z.infer<typeof HeadSchema>

function isPattern(text: string): boolean {
  try {
    return regularExpression(text).source === text
  } catch {
    return false
  }
}
