// Discovery: sweeps of address ranges by an agent, and the devices they propose. Nothing becomes a device by itself.
import { z } from 'zod'
import { MAX_RANGES } from '../domain/address-ranges.ts'
import { Found, SweepProgress } from '../domain/discovery.ts'
import { AgentId, LocalId } from '../domain/identity.ts'
import { Id, PageQuery, repeated, searchText } from './paging.ts'

// --- sweeps: POST, GET /api/v1/sites/{id}/sweeps; GET, DELETE (stop) .../sweeps/{sweep} --------------------------------

export const SWEEP_STATES = ['waiting', 'running', 'stopping', 'done', 'stopped', 'failed'] as const
export const SweepState = z.enum(SWEEP_STATES)
export type SweepState = z.infer<typeof SweepState>

/** A range as people write it; `readRanges` of shared/domain/address-ranges.ts says what is wrong with it while it is typed. */
const RangeText = z.string().trim().min(1).max(100)

export const SweepDraft = z.strictObject({
  /** Agent of the site that sweeps; its first when absent. */
  agent: AgentId.optional(),
  /** `10.0.0.0/24`, `10.0.0.1-10.0.0.50`, `10.0.0.1-50`, `10.0.0.7`, `2001:db8::7`; 65,536 addresses together at most. */
  ranges: z.array(RangeText).min(1).max(MAX_RANGES),
  exclude: z.array(RangeText).max(MAX_RANGES).default([]),
  /**
   * Names of credential sets in the order in which they are tried: of the site, or of the agent's own file. Empty: all of the
   * site by name, then all of the agent's file.
   */
  credentials: z.array(LocalId).max(16).default([]),
  /** Of everything that is sent. */
  packetsPerSecond: z.int().min(1).max(2_000).default(100),
  /** Wait for one answer. */
  timeoutMs: z.int().min(100).max(10_000).default(2_000),
  snmpPort: z.int().min(1).max(65_535).default(161),
  /** Connected to at addresses that do not answer SNMP. */
  tcpPorts: z.array(z.int().min(1).max(65_535)).max(8).default([22, 80, 443]),
  /** False: no ICMP. */
  ping: z.boolean().default(true),
  note: z.string().max(200).default(''),
})
export type SweepDraft = z.input<typeof SweepDraft>
export type CheckedSweepDraft = z.output<typeof SweepDraft>

export const SweepParams = z.object({ id: LocalId, sweep: Id })
export const SweepRow = z.object({
  id: Id,
  site: LocalId,
  agent: AgentId,
  state: SweepState,
  ranges: z.array(z.string()),
  exclude: z.array(z.string()),
  credentials: z.array(z.string()),
  packetsPerSecond: z.int(),
  timeoutMs: z.int(),
  snmpPort: z.int(),
  tcpPorts: z.array(z.int()),
  ping: z.boolean(),
  note: z.string(),
  startedBy: z.string(),
  /** Wall ms: asked for; the agent began; it ended. */
  requestedAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Newest word of the agent; null until it began. */
  progress: SweepProgress.nullable(),
  /** Addresses in all, without those left out. */
  addresses: z.int(),
  /** What became of what it found. */
  proposals: z.object({ new: z.int(), known: z.int(), changed: z.int(), ignored: z.int() }),
  /** Overlaps, ICMP that is not possible, sets that could not be used. */
  notes: z.array(z.string()),
  /** Why it failed or was stopped; null otherwise. */
  error: z.string().nullable(),
})
export type SweepRow = z.infer<typeof SweepRow>

// --- proposals: GET /api/v1/sites/{id}/proposals; POST .../proposals/{accept,ignore,restore} ----------------------------

/** new: no device yet. known: a device of the site. changed: one whose serial number or kind is another now. */
export const PROPOSAL_STATES = ['new', 'known', 'changed', 'ignored'] as const
export const ProposalState = z.enum(PROPOSAL_STATES)
export type ProposalState = z.infer<typeof ProposalState>

export const ProposalListQuery = PageQuery.extend({
  state: repeated(ProposalState).optional(),
  /** Seen by this sweep. */
  sweep: Id.optional(),
  /** With (true) or without an SNMP answer. */
  snmp: z.enum(['true', 'false']).optional(),
  /** In address, name, vendor, model, serial number. */
  q: searchText.optional(),
})
export type ProposalListQuery = z.output<typeof ProposalListQuery>

export const ProposalRow = z.object({
  id: Id,
  site: LocalId,
  /** The agent that found it. */
  agent: AgentId,
  state: ProposalState,
  /** Every address at which it answered, newest answer first; a device with several is one proposal. */
  addresses: z.array(z.string()).max(64),
  /** As it last answered. */
  found: Found,
  /** Device of the site that it is; null: none. */
  device: LocalId.nullable(),
  /** What is different from what was known: `serial number ABC, was XYZ`. */
  changes: z.array(z.string()),
  /** Suggested for a device that is made of it. */
  suggestion: z.object({ id: LocalId, name: z.string(), credentials: LocalId.nullable() }),
  /** Why it cannot be accepted as it is, in plain words; null: it can. */
  blocked: z.string().nullable(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  lastSweep: Id,
  ignored: z.object({ reason: z.string(), by: z.string(), at: z.number() }).nullable(),
})
export type ProposalRow = z.infer<typeof ProposalRow>

export const MAX_ACCEPT = 1_000
/** POST .../accept: each by itself; good ones are kept even when others are not. What is left out is as suggested. */
export const AcceptProposals = z.strictObject({
  items: z
    .array(
      z.strictObject({
        proposal: Id,
        id: LocalId.optional(),
        name: z.string().trim().min(1).max(128).optional(),
        /** One of its addresses; that of its newest answer when absent. */
        address: z.string().max(64).optional(),
        /** Credential set of the site; null: no SNMP. */
        credentials: LocalId.nullable().optional(),
        /** Profile by name; matched by sysObjectID when absent. */
        profile: z.string().min(1).max(128).optional(),
        tags: z.record(z.string().min(1).max(64), z.string().max(256)).optional(),
        parents: z.array(LocalId).max(16).optional(),
      }),
    )
    .min(1)
    .max(MAX_ACCEPT),
})
export type AcceptProposals = z.infer<typeof AcceptProposals>
export const AcceptResult = z.object({
  items: z.array(
    z.object({
      proposal: z.string(),
      /** accepted: `device` is new. refused: `problems` says why. */
      outcome: z.enum(['accepted', 'refused']),
      device: z.string().nullable(),
      problems: z.array(z.object({ path: z.string(), message: z.string() })),
    }),
  ),
})
export type AcceptResult = z.infer<typeof AcceptResult>

/** POST .../ignore: it stays ignored in later sweeps. POST .../restore takes that back. */
export const IgnoreProposals = z.strictObject({
  proposals: z.array(Id).min(1).max(MAX_ACCEPT),
  reason: z.string().trim().min(1).max(200),
})
export type IgnoreProposals = z.infer<typeof IgnoreProposals>
export const RestoreProposals = z.strictObject({ proposals: z.array(Id).min(1).max(MAX_ACCEPT) })
export type RestoreProposals = z.infer<typeof RestoreProposals>
/** How many of them were changed. */
export const ProposalsChanged = z.object({ changed: z.int() })
export type ProposalsChanged = z.infer<typeof ProposalsChanged>
