// Who stands beside whom: what devices tell of their neighbours, the links that follow from it, and which unit is in which place.
import { z } from 'zod'

/** What says that there is a link, the most trustworthy first. */
export const LINK_SOURCES = ['manual', 'lldp', 'cdp', 'fdb', 'arp'] as const
export const LinkSource = z.enum(LINK_SOURCES)
export type LinkSource = z.infer<typeof LinkSource>

/** current: the last reading shows it. stale: it did once; the last reading does not, and the link is kept. */
export const LINK_STATES = ['current', 'stale'] as const
export const LinkState = z.enum(LINK_STATES)
export type LinkState = z.infer<typeof LinkState>

/** A link between two devices of one site. `a` is the smaller id, so that both ends tell of one link. */
export const Link = z.object({
  id: z.string(),
  site: z.string(),
  /** Collector-wide device id. */
  a: z.string(),
  /** Resource of the port (`if:Gi0/1`); '' when only the device is known. */
  aPort: z.string(),
  b: z.string(),
  bPort: z.string(),
  /** The most trustworthy of what says so. */
  by: LinkSource,
  /** All that say so. */
  sources: z.array(LinkSource),
  /** Ends that tell of it: both is worth more than one. */
  toldBy: z.array(z.enum(['a', 'b'])),
  /** 0 to 1: how sure it is. */
  confidence: z.number(),
  state: LinkState,
  /** gone: the last reading does not show it. replaced: its port has another neighbour now. null while current. */
  staleBecause: z.enum(['gone', 'replaced']).nullable(),
  /** ms since 1970 UTC. Tables that do not change are told once a day: `seenAt` may be a day behind. */
  firstSeenAt: z.number(),
  seenAt: z.number(),
  staleSince: z.number().nullable(),
  /** Who drew it, for a link drawn by hand; else null. */
  drawnBy: z.string().nullable(),
  note: z.string(),
})
export type Link = z.infer<typeof Link>

/** What a swap changes: the unit that stands in the place of a device. */
export const Asset = z.object({
  device: z.string(),
  serial: z.string(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  version: z.string().nullable(),
  /** When it was first seen in this place, ms UTC. */
  from: z.number(),
  /** When another one was; null: it is there now. */
  until: z.number().nullable(),
  /** True for units of one stack or cluster that answer by turns: none of them was taken away. */
  alternates: z.boolean(),
})
export type Asset = z.infer<typeof Asset>

/** swapped: another serial. upgraded: same unit, other version. alternated: a known unit of the same stack answers now. */
export const ASSET_CHANGES = ['swapped', 'upgraded', 'alternated'] as const
export const AssetChange = z.enum(ASSET_CHANGES)
export type AssetChange = z.infer<typeof AssetChange>
