// The overview's part of the address.
export interface OverviewSearch {
  /** How far back the trend goes: a day unless it is a week. */
  readonly hours?: 168 | undefined
}

/** Reads the search part of an address; whatever is not understood is left out. */
export function readOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  return { hours: Number(raw.hours) === 168 ? 168 : undefined }
}
