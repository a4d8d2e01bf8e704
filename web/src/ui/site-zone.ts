// Times are the reader's; what happened at a site also has that site's time. Sites are few, so they are joined here.
import { createContext, use } from 'react'

/** Site id to IANA zone. */
export const SiteZones = createContext<ReadonlyMap<string, string>>(new Map())

/** The site everything below is about, where all of a screen is about one. */
export const SiteOfScreen = createContext<string | undefined>(undefined)

/** Zone of the site named, or of the one the screen is about. */
export function useSiteZone(site: string | undefined): string | undefined {
  const of = use(SiteOfScreen)
  const known = site ?? of
  return use(SiteZones).get(known ?? '')
}
