// The names things go by. Every id that crosses the wire or reaches a path, topic or SQL row is checked here once.
import { z } from 'zod'

/** Agent id: also MQTT user name, client id and (later) certificate CN; excludes `+ # / $` (CVE-2017-7650). */
export const AgentId = z.string().regex(/^[a-z0-9-]{8,64}$/, 'an agent id is 8 to 64 of a-z, 0-9 and -')
export type AgentId = z.infer<typeof AgentId>

/** Id of a customer, site, rule or of a device inside its agent's file. */
export const LOCAL_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/
export const LocalId = z.string().regex(LOCAL_ID_PATTERN, 'an id is 1 to 63 of a-z, 0-9 and -, not starting with -')
export type LocalId = z.infer<typeof LocalId>

/** Collector-wide device id: `<site>.<device>`. The place in the network keeps it when the agent is replaced. */
export const DeviceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}\.[a-z0-9][a-z0-9-]{0,62}$/, 'expected <site>.<device>')
export type DeviceId = z.infer<typeof DeviceId>

/** Joins a site and the agent's own device name to the collector-wide device id. */
export function deviceIdOf(site: string, device: string): DeviceId {
  return `${site}.${device}`
}
