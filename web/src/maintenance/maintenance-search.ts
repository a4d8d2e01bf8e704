// What the address of the screen says: which part of it, what is looked for, and for what a window is to be made.
import type { SuppressedBy } from '#shared/domain/suppression.ts'

export const MAINTENANCE_VIEWS = ['windows', 'suppressed', 'inhibitions'] as const
export type MaintenanceView = (typeof MAINTENANCE_VIEWS)[number]

/** In the order in which they are asked. */
export const GATES = [
  ...(['history', 'shadow', 'shelved', 'maintenance', 'probation', 'cause', 'inhibited'] as const),
] satisfies SuppressedBy[]

export interface MaintenanceSearch {
  readonly view?: MaintenanceView | undefined
  /** Windows that are over, too. */
  readonly past?: boolean | undefined
  readonly by?: SuppressedBy | undefined
  readonly q?: string | undefined
  /** The window that is open. */
  readonly window?: string | undefined
}

export function readMaintenanceSearch(raw: Record<string, unknown>): MaintenanceSearch {
  return {
    view: MAINTENANCE_VIEWS.find((view) => view === raw.view && view !== 'windows'),
    past: raw.past === true ? true : undefined,
    by: GATES.find((by) => by === raw.by),
    q: text(raw.q),
    window: text(raw.window),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}
