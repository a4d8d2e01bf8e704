/** The parts of a site's page, as they stand in the address. */
export const SITE_PARTS = ['devices', 'credentials', 'settings', 'profiles'] as const
export type SitePart = (typeof SITE_PARTS)[number]
