// What the room needs from storage: things kept by name, and per agent the configuration it should use.
import type { ConfigReport } from '#shared/wire/site-config.ts'

export const MANAGED_KINDS = ['customer', 'site', 'device', 'credential', 'settings', 'profile'] as const
export type ManagedKind = (typeof MANAGED_KINDS)[number]

/** `site` is '' for customers and sites, which stand by their own name. */
export interface ManagedKey {
  readonly kind: ManagedKind
  readonly site: string
  readonly name: string
}
/** `doc` null deletes. Written in a turn, with its audit entry. */
export type ManagedWrite = ManagedKey & { readonly doc: object | null; readonly by: string }

export interface Managed<T> {
  readonly name: string
  readonly doc: T
  readonly updatedAt: number
  readonly updatedBy: string
}

/** Something that stands between a configuration and its agent. */
export interface ConfigProblem {
  readonly device: string | null
  readonly path: string
  readonly message: string
}

/** What an agent should use. */
export interface AgentConfigRow {
  readonly agent: string
  readonly version: number
  readonly basis: string
  readonly sha256: string
  readonly devices: number
  /** Found while it was made: what could not go into it. */
  readonly problems: readonly ConfigProblem[]
  readonly bytes: number
  readonly madeAt: number
  readonly sentAt: number | null
  readonly report: ConfigReport | null
}

export interface SiteConfigStore {
  /** By name, after `after`, at most `limit`. */
  list<T>(kind: ManagedKind, site: string, page?: { readonly after: string; readonly limit: number }): Managed<T>[]
  get<T>(kind: ManagedKind, site: string, name: string): Managed<T> | undefined
  count(kind: ManagedKind, site: string): number
  /** Agents' rows without their bytes, in the order in which each got its first. */
  agentConfigs(): AgentConfigRow[]
  packed(agent: string): Uint8Array | undefined
  saveAgentConfig(row: AgentConfigRow, packed: Uint8Array): void
  markSent(agent: string, at: number): void
  saveReport(agent: string, report: ConfigReport): void
  forgetAgent(agent: string): void
}
