// up/series: all series definitions of an epoch, in parts, when the collector asked for them (`sendSeries` in an ack).
// Not sequenced: batches that wait for a definition must not have to arrive before it. Body: zstd of JSON.
import { z } from 'zod'
import { AgentId } from '../domain/identity.ts'
import { SeriesDefinition } from '../domain/sample.ts'
import { MAX_MESSAGE_BYTES, MAX_RECORDS_PER_BATCH, WIRE_VERSION } from './limits.ts'
import { packBody, unpackBody } from './packing.ts'

export const SeriesPart = z.object({
  version: z.int(),
  agent: AgentId,
  epoch: z.string().min(1).max(64),
  /** Counts from 1 in each answer. */
  part: z.int().positive(),
  /** With this part the answer is complete: numbers up to `highest` that did not come are unknown to the agent too. */
  last: z.boolean(),
  highest: z.int().nonnegative(),
  definitions: z.array(SeriesDefinition).max(MAX_RECORDS_PER_BATCH),
})
export type SeriesPart = z.infer<typeof SeriesPart>

/** The payload; `definitions` are texts of SeriesDefinition. */
export function encodeSeriesPart(
  part: Omit<SeriesPart, 'version' | 'definitions'>,
  definitions: readonly string[],
): Buffer {
  const head = JSON.stringify({ version: WIRE_VERSION, ...part })
  return Buffer.from(packBody(Buffer.from(`${head.slice(0, -1)},"definitions":[${definitions.join(',')}]}`)))
}

/** Reads a payload; why not as text. Never throws. */
export function decodeSeriesPart(payload: Uint8Array): SeriesPart | string {
  if (payload.length > MAX_MESSAGE_BYTES) return `message of ${payload.length} bytes, limit ${MAX_MESSAGE_BYTES}`
  let raw: unknown
  try {
    raw = JSON.parse(unpackBody(payload).toString('utf8'))
  } catch (error) {
    return (error as Error).message
  }
  const parsed = SeriesPart.safeParse(raw)
  if (!parsed.success) return `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
  return parsed.data.version === WIRE_VERSION ? parsed.data : `wire version ${parsed.data.version}`
}
