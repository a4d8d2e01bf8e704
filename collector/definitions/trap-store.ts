// What storage keeps about traps. Implemented in storage; written in the transaction of the turn.
import type { TrapEvent } from '#shared/domain/device-event.ts'
import type { TrapDefinitionBody } from '#shared/http/traps.ts'

/** One OID that no definition fits. OID '' counts all beyond the most that are told apart. */
export interface UnknownTrap {
  readonly oid: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** Collector-wide ids of the first devices that sent it. */
  readonly devices: readonly string[]
  /** How many devices at least. */
  readonly deviceCount: number
  /** The first and the last ones. */
  readonly samples: readonly UnknownSample[]
  readonly ignoredBy: string | null
}

export interface UnknownSample {
  readonly at: number
  readonly device: string | null
  readonly event: TrapEvent
}

export interface KeptDefinition {
  readonly oid: string
  readonly definition: TrapDefinitionBody
}

export type TrapWrite =
  | { readonly kind: 'unknown'; readonly trap: UnknownTrap }
  /** The same devices and samples as before. */
  | { readonly kind: 'counted'; readonly trap: UnknownTrap }
  | { readonly kind: 'known'; readonly oid: string }
  | { readonly kind: 'definition'; readonly kept: KeptDefinition; readonly at: number; readonly by: string }
  | { readonly kind: 'no-definition'; readonly oid: string }

export interface TrapStore {
  unknown(): UnknownTrap[]
  definitions(): KeptDefinition[]
  /** Call inside a transaction. */
  put(writes: readonly TrapWrite[]): void
}
