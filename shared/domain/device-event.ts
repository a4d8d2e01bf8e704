// What the event lane carries: things that happened at a moment. Events have no state; alarms do.
import { z } from 'zod'
import { NeighboursEvent } from './neighbours.ts'
import { Playbook } from './playbook.ts'
import { PollOutcome } from './poll-outcome.ts'
import { ASSET_CHANGES } from './topology.ts'

const text = (max: number) => z.string().max(max)
const base = {
  /** Agent wall clock, ms since 1970 UTC. */
  at: z.number(),
  /** Device name in the agent's file; null when the source is not one of its devices. */
  device: text(63).nullable(),
}

export const Varbind = z.object({
  oid: text(512),
  /** SNMP type name: Integer, OctetString, OID, IpAddress, Counter32, Gauge32, TimeTicks, Opaque, Counter64, Null. */
  type: text(16),
  /** Text when printable UTF-8, else `0x` hex; numbers stay numbers; Counter64 is a decimal string. */
  value: z.union([text(4096), z.number(), z.null()]),
})
export type Varbind = z.infer<typeof Varbind>

export const TrapEvent = z.object({
  kind: z.literal('trap'),
  ...base,
  source: text(64),
  version: z.enum(['v1', 'v2c', 'v3']),
  /** True for an inform; it was acknowledged only after this record was committed. */
  confirmed: z.boolean(),
  /** snmpTrapOID; v1 generic traps are mapped by RFC 3584 3.1. */
  trapOid: text(512),
  uptime: z.number().optional(),
  /** v3 security name, or '' (communities are secrets and never sent). */
  user: text(64),
  varbinds: z.array(Varbind).max(128),
})
export type TrapEvent = z.infer<typeof TrapEvent>

export const RawTrapEvent = z.object({
  kind: z.literal('trap-raw'),
  ...base,
  source: text(64),
  /** Why it could not be decoded. */
  reason: text(256),
  base64: text(8192),
})
export type RawTrapEvent = z.infer<typeof RawTrapEvent>

export const LogEvent = z.object({
  kind: z.literal('log'),
  ...base,
  source: text(256),
  transport: z.enum(['udp', 'tcp', 'file']),
  /** rfc5424, rfc3164, cisco, huawei, h3c or raw (nothing recognised, text kept). */
  format: z.enum(['rfc5424', 'rfc3164', 'cisco', 'huawei', 'h3c', 'raw']),
  facility: z.int().min(0).max(23).optional(),
  severity: z.int().min(0).max(7).optional(),
  host: text(255).optional(),
  app: text(128).optional(),
  /** Vendor's name of the message: `LINK-3-UPDOWN`, `IFNET/4/LINK_STATE`. */
  mnemonic: text(128).optional(),
  /** Time the device stated, ms since 1970 UTC, when it gave one with a known zone. */
  deviceTime: z.number().optional(),
  /** Form inside the format, where the parser knew it: key-value, palo-alto, snare ... New ones may come. */
  dialect: text(16).optional(),
  /** What is amiss with the device's clock: `unset` (it says so itself), `wrong` (off by more than a year). */
  clock: text(16).optional(),
  message: text(8192),
})
export type LogEvent = z.infer<typeof LogEvent>

/** The result of a check or poll changed between ok and failed (or to another failure). Truth is the polled series. */
export const CheckEvent = z.object({
  kind: z.literal('check'),
  ...base,
  input: text(32),
  resource: text(256),
  outcome: PollOutcome,
  before: PollOutcome.nullable(),
  detail: text(512).optional(),
})
export type CheckEvent = z.infer<typeof CheckEvent>

/** Many like messages folded into one record with exact totals; the collector keeps one event for all records of a storm. */
export const StormEvent = z.object({
  kind: z.literal('storm'),
  ...base,
  source: text(64),
  what: z.enum(['trap', 'log']),
  /** What was folded: trap OID or log mnemonic, or '' for all of a source. */
  key: text(512),
  count: z.int().positive(),
  firstAt: z.number(),
  lastAt: z.number(),
  example: text(2048),
  /** When the storm of this source began, and all it had folded since then, of all keys. */
  since: z.number().optional(),
  total: z.int().positive().optional(),
})
export type StormEvent = z.infer<typeof StormEvent>

/** Something the agent says about itself (started, receive buffer too small, outbox repaired). `device` is null. */
export const AgentEvent = z.object({
  kind: z.literal('agent'),
  ...base,
  code: text(64),
  message: text(1024),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
export type AgentEvent = z.infer<typeof AgentEvent>

/** What the agent watches, sent at start and when it changes; the collector's inventory follows it. */
export const InventoryEvent = z.object({
  kind: z.literal('inventory'),
  ...base,
  devices: z
    .array(
      z.object({
        device: text(63),
        name: text(128),
        address: text(255),
        vendor: text(128).optional(),
        model: text(256).optional(),
        serial: text(128).optional(),
        version: text(512).optional(),
        sysObjectId: text(256).optional(),
        sysDescr: text(512).optional(),
        profile: text(128).optional(),
        /** Why this profile: the pattern that matched. */
        profileReason: text(256).optional(),
        tags: z.record(text(64), text(256)).optional(),
        parents: z.array(text(63)).max(16).optional(),
        /** Declared sources of power, things on the way that nobody watches, and where the agent is (issue 5). */
        poweredBy: z.array(text(63)).max(8).optional(),
        via: z.array(text(63)).max(8).optional(),
        nearAgent: z.boolean().optional(),
        /** Poll interval in seconds: what no-data rules wait for. */
        interval: z.number().positive().optional(),
        /** Who says that it is watched: the site's own file, or what is kept in the collector. */
        origin: z.enum(['file', 'collector']).optional(),
      }),
    )
    .max(5000),
  /** True: this list is complete, devices missing from it are gone. False: only these changed, but see `range`. */
  complete: z.boolean(),
  /**
   * By name of profile, of those that devices of this event have and that say something. A profile that is not here says
   * nothing. What cannot be read costs itself, never the list.
   */
  playbooks: z.record(text(128), Playbook).optional().catch(undefined),
  /**
   * A long list goes in parts, each complete for a range of names (by code unit): devices after `after` and up to `upTo`
   * that are missing from this part are gone. null is open. Each part stands for itself, whatever becomes of the others.
   */
  range: z.object({ after: text(63).nullable(), upTo: text(63).nullable() }).optional(),
})
export type InventoryEvent = z.infer<typeof InventoryEvent>

const Unit = z.object({
  serial: text(128).nullable(),
  model: text(256).nullable(),
  version: text(512).nullable(),
})

/** Another unit, or another version of its software, is in the place of a device. The collector says it, no agent may. */
export const AssetEvent = z.object({
  kind: z.literal('asset'),
  ...base,
  change: z.enum(ASSET_CHANGES),
  before: Unit,
  after: Unit,
})
export type AssetEvent = z.infer<typeof AssetEvent>

export const DeviceEvent = z.discriminatedUnion('kind', [
  TrapEvent,
  RawTrapEvent,
  LogEvent,
  CheckEvent,
  StormEvent,
  AgentEvent,
  InventoryEvent,
  NeighboursEvent,
  AssetEvent,
])
export type DeviceEvent = z.infer<typeof DeviceEvent>
