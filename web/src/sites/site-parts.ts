import type { ProposalState } from '#shared/http/discovery.ts'

/** The parts of a site's page, as they stand in the address. */
export const SITE_PARTS = [
  'devices',
  'topology',
  'discovery',
  'links',
  'dependencies',
  'credentials',
  'settings',
  'profiles',
] as const
/** What everybody may see who is not at a customer's; the others are about how the site is set up. */
export const WATCHED_PARTS: ReadonlySet<SitePart> = new Set(['devices', 'topology', 'links', 'dependencies'])
export type SitePart = (typeof SITE_PARTS)[number]

export interface SiteSearch {
  readonly part?: SitePart | undefined
  /** Which proposals are shown. */
  readonly show?: ProposalState | undefined
  readonly snmp?: boolean | undefined
  readonly q?: string | undefined
  /** Opens the form of a new device, or of a list of them. */
  readonly make?: 'device' | 'import' | undefined
  /** Opens the form of a sweep with this range in it. */
  readonly sweep?: string | undefined
}

/** Beside the new ones, which come first. */
const OTHER_PROPOSALS = ['known', 'changed', 'ignored'] as const satisfies readonly ProposalState[]

const MADE = ['device', 'import'] as const

export function readSiteSearch(raw: Record<string, unknown>): SiteSearch {
  return {
    part: SITE_PARTS.find((part) => part === raw.part && part !== 'devices'),
    show: OTHER_PROPOSALS.find((state) => state === raw.show),
    snmp: raw.snmp === true ? true : undefined,
    q: text(raw.q),
    make: MADE.find((one) => one === raw.make),
    sweep: text(raw.sweep),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}
