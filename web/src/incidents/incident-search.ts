// The incident list's part of the address.
export const INCIDENT_VIEWS = ['open', 'mine', 'resolved', 'all'] as const
export type IncidentView = (typeof INCIDENT_VIEWS)[number]

export interface IncidentSearch {
  readonly view?: IncidentView | undefined
  readonly q?: string | undefined
}

/** Reads the search part of an address; whatever is not understood is left out. */
export function readIncidentSearch(raw: Record<string, unknown>): IncidentSearch {
  const view = INCIDENT_VIEWS.find((v) => v === raw.view)
  const q = raw.q === undefined || raw.q === '' ? undefined : String(raw.q).slice(0, 200)
  return { ...(view ? { view } : {}), ...(q ? { q } : {}) }
}
