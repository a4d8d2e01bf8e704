// What the room needs from storage: sweeps, and what they propose.
import type { ProposalRow, SweepRow } from '#shared/http/discovery.ts'

/** A sweep as it is kept; what became of its findings is counted when it is read. */
export interface Sweep extends Omit<SweepRow, 'proposals'> {
  /** Id of the command that began it, and of the one that ends it early. */
  readonly command: string
  readonly stopCommand: string | null
}

/** A proposal as it is kept; suggestions are made when it is read. */
export interface Proposal extends Omit<ProposalRow, 'suggestion' | 'blocked'> {
  /** What finds it again: identity (shared/domain/discovery.ts) and `address:<address>` of each address. */
  readonly keys: readonly string[]
}

/** Written in a turn, with its audit entry. `sweep` of a proposal: it was seen by it. */
export type DiscoveryWrite =
  | { readonly kind: 'sweep'; readonly sweep: Sweep }
  | { readonly kind: 'proposal'; readonly proposal: Proposal; readonly sweep: string | null }

export type ProposalCounts = SweepRow['proposals']

export interface ProposalFilter {
  readonly states?: readonly string[] | undefined
  readonly sweep?: string | undefined
  readonly snmp?: boolean | undefined
  readonly q?: string | undefined
  readonly limit: number
  /** Continues after this cursor; an unknown one throws BadCursor. */
  readonly cursor?: string | undefined
}

export interface DiscoveryStore {
  sweep(id: string): Sweep | undefined
  /** Newest first. */
  sweeps(
    site: string,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): { items: Sweep[]; nextCursor: string | null }
  /** Of all sites. */
  unended(): Sweep[]
  counts(sweep: string): ProposalCounts
  proposal(site: string, id: string): Proposal | undefined
  /** By any of the keys, each once. */
  proposalsWith(site: string, keys: readonly string[]): Proposal[]
  /** By address. */
  proposals(site: string, filter: ProposalFilter): { items: Proposal[]; nextCursor: string | null }
  proposalCount(site: string): number
}

/** Sweeps kept per site; older ones that have ended make room. */
export const MAX_SWEEPS = 200
/** Proposals kept per site; what is new beyond is counted in the notes of the sweep. */
export const MAX_PROPOSALS = 20_000
