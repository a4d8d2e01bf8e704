// Neighbours, links and assets as the console reads them.
import { z } from 'zod'
import { Severity } from '../domain/severity.ts'
import { Asset, AssetChange, Link, LinkSource } from '../domain/topology.ts'
import { Id } from './paging.ts'

/** A link as seen from one device: `port` is its own end. */
export const NeighbourRow = z.object({
  port: z.string(),
  by: LinkSource,
  /** The neighbour, when it is one of our devices; else null, and the row is a candidate for discovery. */
  device: z.string().nullable(),
  deviceName: z.string().nullable(),
  /** Resource of the neighbour's port when the device is known, else the port as the neighbour names it. */
  remotePort: z.string(),
  /** What the neighbour says of itself; text of strangers. */
  name: z.string().nullable(),
  description: z.string().nullable(),
  mac: z.string().nullable(),
  addresses: z.array(z.string()),
  /** bridge, router, telephone, wlan-access-point, station ... as announced. */
  capabilities: z.array(z.string()),
  /** Id of the link, when there is one. */
  link: z.string().nullable(),
  state: Link.shape.state,
  seenAt: z.number(),
})
export type NeighbourRow = z.infer<typeof NeighbourRow>

/** GET /api/v1/devices/{id}/neighbours. Known neighbours first, then strangers by port. */
export const NeighbourList = z.object({
  items: z.array(NeighbourRow),
  /** What was read of the device, when, and why something is missing (`fdb: more than 8000 rows`). */
  tables: z.array(z.object({ table: z.string(), at: z.number(), rows: z.int(), note: z.string().nullable() })),
  /** True when there are more than are shown. */
  truncated: z.boolean(),
})
export type NeighbourList = z.infer<typeof NeighbourList>

/** A device of the site as the map draws it. */
export const LinkNode = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['up', 'down', 'unknown']),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  /** Name of its device profile: says what kind of device it is. */
  profile: z.string().nullable(),
  /** Declared by people; these stay and win over what is found. */
  parents: z.array(z.string()),
  openAlarms: z.int(),
  /** The worst of its alarms that are not held back; null: none. */
  worst: Severity.nullable(),
})
export type LinkNode = z.infer<typeof LinkNode>

/** Somebody whom devices of the site see and who is none of them: a candidate for discovery. */
export const Stranger = z.object({
  /** MAC, chassis id, address or name: what it is known by. */
  key: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  addresses: z.array(z.string()),
  mac: z.string().nullable(),
  /** Where it is seen; the first is the most trustworthy. */
  seenAt: z.array(z.object({ device: z.string(), port: z.string(), by: LinkSource })),
})
export type Stranger = z.infer<typeof Stranger>

/** GET /api/v1/sites/{id}/links: the whole graph of a site. */
export const SiteLinks = z.object({
  site: z.string(),
  nodes: z.array(LinkNode),
  links: z.array(Link),
  strangers: z.array(Stranger),
  /** True when there are more strangers than are shown. */
  truncated: z.boolean(),
})
export type SiteLinks = z.infer<typeof SiteLinks>

/** POST /api/v1/sites/{id}/links: a link drawn by a person. Both devices must be of the site. 201 with the link. */
export const LinkDraft = z.strictObject({
  a: Id,
  aPort: z.string().max(256).default(''),
  b: Id,
  bPort: z.string().max(256).default(''),
  note: z.string().max(512).default(''),
})
export type LinkDraft = z.infer<typeof LinkDraft>
export const LinkRow = Link
/** DELETE /api/v1/sites/{id}/links/{link}: 204. A found link that is still observed comes back with the next reading. */
export const LinkParams = z.object({ id: Id, link: z.string().min(1).max(64) })

/** GET /api/v1/devices/{id}/assets: newest unit first, and the log of changes, newest first. */
export const AssetList = z.object({
  items: z.array(Asset),
  changes: z.array(
    z.object({
      at: z.number(),
      change: AssetChange,
      /** What it was before and is now; only what is known. */
      before: z.object({ serial: z.string().nullable(), model: z.string().nullable(), version: z.string().nullable() }),
      after: z.object({ serial: z.string().nullable(), model: z.string().nullable(), version: z.string().nullable() }),
    }),
  ),
})
export type AssetList = z.infer<typeof AssetList>
