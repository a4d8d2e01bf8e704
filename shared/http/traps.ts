// What traps mean: definitions, what a stored trap says by them, and the traps that nobody has defined yet.
import { z } from 'zod'
import { TrapEvent } from '../domain/device-event.ts'
import { Severity } from '../domain/severity.ts'
import { PageQuery, searchText } from './paging.ts'

/** What a trap is about, in the closed list of the definition files. */
export const TRAP_CATEGORIES = [
  'state_change',
  'config_change',
  'security',
  'auth',
  'license',
  'mobility',
  'diagnostic',
  'unknown',
] as const
export const TrapCategory = z.enum(TRAP_CATEGORIES)
export type TrapCategory = z.infer<typeof TrapCategory>

/** Syslog levels, as vendors rate their own traps. They say how loud a vendor is; alarms have severities of their own. */
export const TRAP_LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const
export const TrapLevel = z.enum(TRAP_LEVELS)
export type TrapLevel = z.infer<typeof TrapLevel>

/** What a stored trap says, by the definition that fits it now. All values are text of devices. */
export const TrapMeaning = z.object({
  /** `IF-MIB::linkDown`. */
  name: z.string(),
  vendor: z.string(),
  category: TrapCategory,
  severity: TrapLevel,
  /** The definition's sentence with the values put in, at most 512 bytes; '' when it has none. */
  text: z.object({ 'zh-CN': z.string(), en: z.string() }),
  /** As long as the trap's varbinds, in their order; null where nobody knows the OID. `value` has enum labels put in. */
  varbinds: z.array(z.object({ name: z.string(), value: z.string() }).nullable()),
})
export type TrapMeaning = z.infer<typeof TrapMeaning>

const Oid = z
  .string()
  .regex(/^\d+(\.\d+){1,127}$/, 'an OID in numbers')
  .max(512)
/** `{oid}` of the routes below. */
export const OidParams = z.object({ oid: Oid })

const BothLanguages = z.object({ 'zh-CN': z.string().max(500), en: z.string().max(500) })

/** One alarm that a definition raises or ends. The rules list has the rule under `rule`. */
export const DefinedAlarm = z.object({
  rule: z.string().nullable(),
  type: z.enum(['raise', 'clear', 'event']),
  alarmType: z.string().nullable(),
  severity: Severity.nullable(),
})
export type DefinedAlarm = z.infer<typeof DefinedAlarm>

/** GET /api/v1/trap-definitions, by vendor, then OID. `cursor` as everywhere. */
export const TrapDefinitionQuery = PageQuery.extend({
  q: searchText.optional(),
  vendor: z.string().max(128).optional(),
  origin: z.enum(['built-in', 'file', 'database']).optional(),
})
export type TrapDefinitionQuery = z.infer<typeof TrapDefinitionQuery>
export const TrapDefinitionRow = z.object({
  oid: z.string(),
  name: z.string(),
  vendor: z.string(),
  category: TrapCategory,
  severity: TrapLevel,
  description: BothLanguages,
  origin: z.enum(['built-in', 'file', 'database']),
  /** File and line, relative to the installation's folder; null for the database. */
  file: z.string().nullable(),
  line: z.int().nullable(),
  alarms: z.array(DefinedAlarm),
})
export type TrapDefinitionRow = z.infer<typeof TrapDefinitionRow>
export const TrapDefinitionList = z.object({
  items: z.array(TrapDefinitionRow),
  nextCursor: z.string().nullable(),
  /** All that fit the query. */
  total: z.int(),
  vendors: z.array(z.string()),
  /** What is wrong in definition files; of a file that went bad its last good version holds. */
  problems: z.array(z.object({ file: z.string(), line: z.int(), path: z.string(), message: z.string() })),
})
export type TrapDefinitionList = z.infer<typeof TrapDefinitionList>

/**
 * A definition as a form edits it. Texts may hold `{{name}}` for the value of the varbind of that name (its label when it
 * has one), `{{raw.name}}` for the bare value, `{{index.name}}` for what follows the varbind's OID, and `{{device}}`,
 * `{{source}}`, `{{interface}}`.
 */
export const TrapDefinitionBody = z.strictObject({
  name: z.string().min(1).max(160),
  vendor: z.string().max(128).default(''),
  category: TrapCategory.default('unknown'),
  severity: TrapLevel.default('notice'),
  description: BothLanguages,
  varbinds: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, - or _'),
        oid: Oid,
        enum: z.record(z.string().regex(/^-?\d{1,10}$/), z.string().max(64)).optional(),
      }),
    )
    .max(64)
    .default([]),
  alarm: z
    .strictObject({
      /** `event`: an alarm that ends by itself after `autoClearAfter`. */
      type: z.enum(['raise', 'event']),
      alarmType: z.string().max(64),
      severity: Severity,
      resource: z.string().max(256).default(''),
      key: z.string().max(256).default(''),
      text: BothLanguages,
      /** `30s`, `10m`, `1h`. */
      autoClearAfter: z.string().max(16).optional(),
      /** Only when all of these hold. */
      when: z
        .array(
          z.strictObject({
            varbind: z.string().max(512),
            in: z
              .array(z.union([z.string().max(256), z.number()]))
              .max(64)
              .optional(),
            notIn: z
              .array(z.union([z.string().max(256), z.number()]))
              .max(64)
              .optional(),
          }),
        )
        .max(8)
        .optional(),
      /** The trap that ends it: its OID; the same `resource` and `key` are taken from it. */
      clearedBy: Oid.optional(),
      opensIncident: z.boolean().default(false),
    })
    .nullable()
    .default(null),
})
export type TrapDefinitionBody = z.infer<typeof TrapDefinitionBody>

/** GET /api/v1/unknown-traps, newest first: traps that no definition fits. */
export const UnknownTrapQuery = PageQuery.extend({
  q: searchText.optional(),
  /** `open` (default): those to look at; `ignored`: those that a person put aside. */
  state: z.enum(['open', 'ignored']).default('open'),
})
export type UnknownTrapQuery = z.infer<typeof UnknownTrapQuery>
export const UnknownTrapRow = z.object({
  oid: z.string(),
  /** Enterprise number and its owner's name where it is known; null when the OID is not under enterprises. */
  enterprise: z.object({ number: z.int(), name: z.string().nullable() }).nullable(),
  count: z.number(),
  firstAt: z.number(),
  lastAt: z.number(),
  /** Collector-wide ids of the first devices that sent it, at most 20, and how many there are at least. */
  devices: z.array(z.string()),
  /** What they are called, by id; those that the inventory does not know are absent. */
  deviceNames: z.record(z.string(), z.string()).optional(),
  deviceCount: z.int(),
  ignored: z.boolean(),
  ignoredBy: z.string().nullable(),
})
export type UnknownTrapRow = z.infer<typeof UnknownTrapRow>
export const UnknownTrapList = z.object({
  items: z.array(UnknownTrapRow),
  nextCursor: z.string().nullable(),
  /** Open ones in all. */
  open: z.int(),
  /** Traps of OIDs beyond the most that are told apart. */
  other: z.number(),
})
export type UnknownTrapList = z.infer<typeof UnknownTrapList>

/** GET /api/v1/unknown-traps/{oid}: what it looks like, and a definition to begin with. */
export const UnknownTrapDetail = z.object({
  row: UnknownTrapRow,
  samples: z.array(z.object({ at: z.number(), device: z.string().nullable(), event: TrapEvent })),
  /** Made from the samples, and from compiled MIBs when one names the OID. */
  draft: TrapDefinitionBody,
})
export type UnknownTrapDetail = z.infer<typeof UnknownTrapDetail>

/** POST /api/v1/unknown-traps/{oid}/preview: what it would have said about what is stored. Nothing is kept. */
export const PreviewTrapDefinition = z.strictObject({ definition: TrapDefinitionBody })
export const TrapPreview = z.object({
  /** Stored traps of this OID that were looked at (the newest 500), and how many raise or end an alarm. */
  looked: z.int(),
  raised: z.int(),
  cleared: z.int(),
  examples: z.array(
    z.object({
      event: z.int(),
      at: z.number(),
      device: z.string().nullable(),
      meaning: TrapMeaning,
      alarm: z
        .object({
          kind: z.enum(['raise', 'clear']),
          alarmType: z.string(),
          severity: Severity,
          resource: z.string(),
          qualifier: z.string(),
          text: z.string(),
        })
        .nullable(),
    }),
  ),
  /** What is wrong with it; then nothing matched. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
})
export type TrapPreview = z.infer<typeof TrapPreview>

/**
 * POST /api/v1/unknown-traps/{oid}/definition saves it and takes the OID off the list; it works from then on.
 * PUT /api/v1/trap-definitions/{oid} changes one that is kept in the database, DELETE takes it away.
 */
export const SaveTrapDefinition = z.strictObject({ definition: TrapDefinitionBody })
/** POST /api/v1/unknown-traps/{oid}/ignore; `ignored` false takes it back. */
export const IgnoreUnknownTrap = z.strictObject({ ignored: z.boolean().default(true) })

/** GET /api/v1/trap-definitions/{oid}: the row, and the body when it is kept in the database. */
export const TrapDefinitionDetail = z.object({ row: TrapDefinitionRow, definition: TrapDefinitionBody.nullable() })
export type TrapDefinitionDetail = z.infer<typeof TrapDefinitionDetail>
