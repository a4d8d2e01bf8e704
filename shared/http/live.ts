// GET /api/v1/live: server-sent events. `id:` rises by at least one per delta; resume with Last-Event-ID (or `?since=`).
// Every event's data is one JSON object of the type named after it. Deltas carry whole objects: apply by id, last wins.
import { z } from 'zod'
import { AlarmRow } from './alarms.ts'
import { SweepRow } from './discovery.ts'
import { IncidentRow } from './incidents.ts'
import { AgentRow, DeviceRow } from './inventory.ts'
import { Id } from './paging.ts'

/** First event of each connection. `liveId` is the newest delta id; `resumed` false means: read lists again. */
/** `console` names the build of the console that is served now. */
export const LiveHello = z.object({
  version: z.string(),
  console: z.string().optional(),
  now: z.number(),
  liveId: z.int(),
  resumed: z.boolean(),
})
/** `late` belongs to a backlog being drained: history, no sound. `inList` false: take it off the Current list. */
export const LiveAlarm = z.object({
  alarm: AlarmRow,
  action: z.string(),
  at: z.number(),
  actor: z.string(),
  late: z.boolean(),
  inList: z.boolean(),
})
/** `changed` names what is new besides the row: timeline, evidence. Read the incident again when it is open on screen. */
export const LiveIncident = z.object({
  incident: IncidentRow,
  changed: z.array(z.enum(['row', 'timeline', 'evidence'])),
})
export const LiveAgent = z.object({ agent: AgentRow })
export const LiveDevice = z.object({ device: DeviceRow })
/** A sweep began, went on or ended. What it proposes is read from its list. */
export const LiveSweep = z.object({ sweep: SweepRow })
/** Neighbours were read, links found or lost, units swapped at a site. `devices`: which told of it; many are left out: any. */
export const LiveTopology = z.object({ site: Id, devices: z.array(Id) })
/** What was asked for is no longer held, or this client fell too far behind: read lists again. */
export const LiveReset = z.object({ liveId: z.int(), reason: z.enum(['too-old', 'restarted', 'too-slow']) })
/** The session ended; sign in again. The stream is closed after it. */
export const LiveGoodbye = z.object({ reason: z.enum(['signed-out', 'stopping']) })

/** SSE event names and their payloads. Comments (`:`) are heartbeats, every LIVE_HEARTBEAT_SECONDS. */
export const LIVE_EVENTS = {
  hello: LiveHello,
  alarm: LiveAlarm,
  incident: LiveIncident,
  agent: LiveAgent,
  device: LiveDevice,
  sweep: LiveSweep,
  topology: LiveTopology,
  reset: LiveReset,
  goodbye: LiveGoodbye,
} as const
export type LiveEventName = keyof typeof LIVE_EVENTS
export type LivePayload<N extends LiveEventName> = z.infer<(typeof LIVE_EVENTS)[N]>
export const LIVE_HEARTBEAT_SECONDS = 15

export const LiveQuery = z.object({ since: z.coerce.number().int().min(0).optional() })
