// What of the topology is written with a turn, and read back at the start.
import type { Asset, AssetChange, Link } from '#shared/domain/topology.ts'
import type { Observation } from './observations.ts'

export interface Unit {
  readonly serial: string | null
  readonly model: string | null
  readonly version: string | null
}

/** One line of the log of a place. */
export interface AssetEntry {
  readonly device: string
  readonly at: number
  readonly change: AssetChange
  readonly before: Unit
  readonly after: Unit
}

export type TopologyWrite =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'forget'; readonly device: string }
  | { readonly kind: 'link'; readonly id: string; readonly link: Link | null }
  | { readonly kind: 'asset'; readonly asset: Asset }
  | { readonly kind: 'asset-entry'; readonly entry: AssetEntry }

export interface StoredTopology {
  readonly observations: readonly Observation[]
  readonly links: readonly Link[]
  readonly assets: readonly Asset[]
  readonly entries: readonly AssetEntry[]
}

export interface TopologyStore {
  read(): StoredTopology
}
