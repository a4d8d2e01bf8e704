// What the room needs from storage: windows and inhibitions as people keep them.
import type { InhibitionBody } from '#shared/http/suppression.ts'
import type { MaintenanceWindow } from './maintenance-gate.ts'

/** null deletes. Written in the turn in which it begins to hold. */
export type SuppressionWrite =
  | { readonly kind: 'window'; readonly id: string; readonly window: MaintenanceWindow | null }
  | { readonly kind: 'inhibition'; readonly id: string; readonly inhibition: KeptInhibition | null }

export interface KeptInhibition {
  readonly inhibition: InhibitionBody
  readonly version: number
}

export interface SuppressionStore {
  windows(): MaintenanceWindow[]
  inhibitions(): KeptInhibition[]
}
