// A profile as the poller uses it: compiled, merged with what it extends, nothing left to look up per sample.
import type { Playbook } from '#shared/domain/playbook.ts'
import type { SeriesMeaning } from '#shared/domain/series-meaning.ts'

export interface Profile {
  readonly name: string
  readonly origin: 'stock' | 'user'
  readonly vendor?: string
  readonly description?: string
  readonly selectors: readonly Selector[]
  /** Tried on the lower-cased sysDescr after a match: the named profile is used instead. */
  readonly matches: readonly { readonly pattern: RegularExpression; readonly profile: string }[]
  readonly scalars: readonly ScalarMetric[]
  readonly tables: readonly TableMetric[]
  /** Facts about the device: vendor, model, serial_number, version ... */
  readonly fields: readonly DeviceField[]
  /** Tags of the whole device. */
  readonly tags: readonly DeviceTag[]
  readonly staticTags: Readonly<Record<string, string>>
  /** Sums kept under a name of their own. */
  readonly totals: readonly TotalMetric[]
  /** The equipment chokes on GETBULK. */
  readonly noBulk?: boolean
  /** The same as long as the texts it was made from are the same. */
  readonly fingerprint: string
  /** What is asked of the device when an alarm opens an incident. */
  readonly playbook?: Playbook
  /** Scalars whose presence tells this equipment; see probe.ts. */
  readonly probe?: readonly string[]
  /** The probes of other profiles are asked where this one fits. */
  readonly shared?: boolean
}

export interface Selector {
  /** Patterns as written, trailing `*` allowed. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly descrInclude: readonly RegularExpression[]
  readonly descrExclude: readonly RegularExpression[]
}

/** Linear-time regular expression (RE2): profile files are other people's text. */
export interface RegularExpression {
  readonly source: string
  test(text: string): boolean
  /** Groups of the first match, [0] the whole; undefined when there is none. */
  match(text: string): readonly string[] | undefined
}

/** How a raw value becomes a number or text. */
export interface Reading {
  readonly scale: number
  readonly format?: string
  /** Octets as a number (hextoint). */
  readonly integer?: { readonly littleEndian: boolean; readonly octets: number }
  /** Which sign of a text of 0 and 1 is the value, from 0 (flag_stream). */
  readonly flag?: number
  /** The states of a PowerNet UPS as one number (powerset_status). */
  readonly upsState?: boolean
  /** Numbers too are read otherwise than as they come times the scale. */
  readonly special?: boolean
  readonly extract?: RegularExpression
  readonly pattern?: RegularExpression
  /** Template with $1 for what `pattern` matched. */
  readonly template?: string
  readonly mapping?: Readonly<Record<string, string>>
  /** Numbers of states that are told in words, by word in lower case. */
  readonly codes?: Readonly<Record<string, number>>
  readonly constantOne: boolean
}

/** With what is said of its values: names, limits, severities by state label. */
export interface MetricDefinition extends SeriesMeaning {
  readonly metric: string
  /** As the file calls it. */
  readonly source: string
  readonly unit: string
  /** undefined: told by the SNMP type of the first value. */
  readonly kind: 'gauge' | 'counter' | 'state' | undefined
  readonly states?: Readonly<Record<string, string>>
  readonly reading: Reading
  /** Per cent of the sum of these columns (or scalars) at the same index. */
  readonly percentOf?: readonly string[]
  readonly times?: string
  /** Columns or scalars added to the value. */
  readonly plus?: readonly string[]
  readonly inverse?: boolean
  /** Used where the device does not have `oid`. */
  readonly fallback?: string
  /** Readings outside are none. */
  readonly valid?: { readonly min: number; readonly max: number; readonly except: readonly number[] }
}

export interface ScalarMetric extends MetricDefinition, Alternative {
  readonly oid: string
  /** Read before the first sample. */
  readonly tags: readonly DeviceTag[]
  readonly staticTags: Readonly<Record<string, string>>
  /** Not read again before this time has passed; 0: at every poll. */
  readonly everyMs: number
}

interface Alternative {
  /** Counts only where those of the same name before it do not answer. */
  readonly alternative?: boolean
}

export interface ColumnMetric extends MetricDefinition, Alternative {
  readonly oid: string
  /** Only rows where these columns hold one of the values each; empty: all rows. */
  readonly where: readonly Condition[]
  /** Columns that tell the power of ten of each row (RFC 3433 EntitySensorDataScale, EntitySensorPrecision). */
  readonly scaledBy?: { readonly scale: string; readonly precision: string }
}

export interface Condition {
  readonly oid: string
  readonly equals?: readonly string[]
  readonly except?: RegularExpression
}

export interface TableMetric {
  readonly name: string
  /** Parts are `<prefix>:<value of the first tag that has one>`, else `<prefix>:<index>`. */
  readonly resource: { readonly prefix: string; readonly tags: readonly string[] }
  readonly columns: readonly ColumnMetric[]
  readonly tags: readonly TableTag[]
  /** Not read again before this time has passed; 0: at every poll. */
  readonly everyMs: number
}

export type TableTag = {
  readonly tag: string
  readonly reading: Reading
  readonly derived?: DerivedTags
  /** For the names of parts only, not told. */
  readonly hidden?: boolean
} & (
  | {
      readonly from: 'column'
      readonly oid: string
      /** Index arcs of this table that make the index of the other one; inclusive, from 0. */
      readonly transform?: readonly { readonly start: number; readonly end: number }[]
    }
  | { readonly from: 'index'; readonly position: number }
  /** Arcs of the index together, inclusive, from 0. */
  | { readonly from: 'arcs'; readonly parts: readonly { readonly start: number; readonly end: number }[] }
  | { readonly from: 'file'; readonly value: string }
)

/** Further tags from the match of one value (`match` and `tags`). */
export interface DerivedTags {
  readonly pattern: RegularExpression
  readonly tags: Readonly<Record<string, string>>
}

/** The sum over all rows of these metrics, gauges only. */
export interface TotalMetric {
  readonly metric: string
  readonly unit: string
  readonly parts: readonly MetricDefinition[]
}

export interface DeviceField {
  readonly field: string
  readonly value?: string
  /** Tried in order; the first that gives text is used. */
  readonly sources: readonly FieldSource[]
}

export interface FieldSource {
  /** As written: asked so and, where it is none, as a scalar's instance. With `column` a column. */
  readonly oid: string
  readonly reading: Reading
  /** The first row that gives text and fits is used. */
  readonly column?: { readonly where: readonly Condition[] }
}

export interface DeviceTag {
  readonly tag: string
  readonly oid: string
  readonly reading: Reading
  readonly derived?: DerivedTags
}

/** What the loader has to say about a file; nothing here stops other files from loading. */
export interface ProfileProblem {
  /** note: left out knowingly; warning: unknown key; error: this part could not be used. */
  readonly severity: 'note' | 'warning' | 'error'
  readonly file: string
  readonly line: number
  readonly message: string
}
