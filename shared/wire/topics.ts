// Topic names of the wire, built and parsed in one place.
import { AgentId } from '../domain/identity.ts'

export const LANES = ['event', 'telemetry', 'result'] as const
export type Lane = (typeof LANES)[number]
export const UP_CHANNELS = ['hello', 'series', 'identity', 'config', ...LANES] as const
export type UpChannel = (typeof UP_CHANNELS)[number]
/** What ingest takes; the others are answered elsewhere. */
export type RecordChannel = Exclude<UpChannel, 'identity' | 'config'>
export const DOWN_CHANNELS = ['ack', 'command', 'config', 'identity'] as const
export type DownChannel = (typeof DOWN_CHANNELS)[number]

const ROOT = 'outrider/v1/a'
/** What the collector subscribes to. */
export const ALL_UP = `${ROOT}/+/up/+`

export const upTopic = (agent: AgentId, channel: UpChannel): string => `${ROOT}/${agent}/up/${channel}`
export const downTopic = (agent: AgentId, channel: DownChannel): string => `${ROOT}/${agent}/down/${channel}`
/** What one agent subscribes to. */
export const allDown = (agent: AgentId): string => `${ROOT}/${agent}/down/+`

export type ParsedTopic =
  | { readonly agent: AgentId; readonly direction: 'up'; readonly channel: UpChannel }
  | { readonly agent: AgentId; readonly direction: 'down'; readonly channel: DownChannel }

/** Returns undefined for anything that is not exactly one of our topics with a well-formed agent id. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  const parts = topic.split('/')
  if (parts.length !== 6 || `${parts[0]}/${parts[1]}/${parts[2]}` !== ROOT) return undefined
  const agent = parts[3] as string
  const channel = parts[5] as string
  if (!AgentId.safeParse(agent).success) return undefined
  if (parts[4] === 'up' && (UP_CHANNELS as readonly string[]).includes(channel))
    return { agent, direction: 'up', channel: channel as UpChannel }
  if (parts[4] === 'down' && (DOWN_CHANNELS as readonly string[]).includes(channel))
    return { agent, direction: 'down', channel: channel as DownChannel }
  return undefined
}
