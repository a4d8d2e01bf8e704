// A batch is the unit the outbox commits, the uplink sends and the collector orders: a run of gap-free sequence
// numbers of one stream. Its body is compressed once, at commit, and never changes; `sent` is added at each sending.
//
//   'O' 'R' version(1) reserved(0) | header length u32 BE | header JSON | body (zstd)
import { z } from 'zod'
import { AgentId } from '../domain/identity.ts'
import { MAX_MESSAGE_BYTES, MAX_RECORDS_PER_BATCH, WIRE_VERSION } from './limits.ts'
import { bodyHash } from './packing.ts'
import { LANES } from './topics.ts'

// biome-ignore lint/performance/noBarrelFile: packing is part of the codec; apart only so that a thread can load it without zod
export { bodyHash, packBody, unpackBody } from './packing.ts'

const Instant = z.object({
  /** Random per agent start of the machine or process: mono values compare only within one boot. */
  boot: z.string().max(64),
  /** Monotonic ms since that boot. */
  mono: z.number(),
  /** Wall clock, ms since 1970 UTC. */
  wall: z.number(),
})
export type ClockReading = z.infer<typeof Instant>

export const BatchHeader = z.object({
  agent: AgentId,
  epoch: z.string().min(1).max(64),
  lane: z.enum(LANES),
  /** First sequence number; the first of a stream is 1. */
  first: z.int().positive(),
  /** Records in the batch (telemetry: samples); the next batch starts at first + count. */
  count: z.int().positive(),
  /** First 32 hex digits of the SHA-256 of the compressed body. */
  hash: z.string().length(32),
  committed: Instant,
  sent: Instant,
  /** Set when these records were discarded before they could be sent; the body is then empty. */
  gap: z.object({ reason: z.string().max(128) }).optional(),
})
export type BatchHeader = z.infer<typeof BatchHeader>
export interface Batch {
  readonly header: BatchHeader
  /** Compressed body as committed; empty for a gap. */
  readonly body: Uint8Array
}

/** Bytes of an MQTT payload for a batch. */
export function encodeBatch(batch: Batch): Buffer {
  const header = Buffer.from(JSON.stringify(batch.header))
  const prefix = Buffer.alloc(8)
  prefix.write('OR', 0, 'latin1')
  prefix[2] = WIRE_VERSION
  prefix.writeUInt32BE(header.length, 4)
  return Buffer.concat([prefix, header, batch.body])
}

export type DecodedBatch =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly reason: string; readonly header?: BatchHeader }

/**
 * Reads the envelope; never throws. A header that is readable but contradicted by its body comes back with the
 * failure, so that the stream can be advanced past it.
 */
export function decodeBatch(payload: Uint8Array): DecodedBatch {
  if (payload.length > MAX_MESSAGE_BYTES) return bad(`message of ${payload.length} bytes, limit ${MAX_MESSAGE_BYTES}`)
  if (payload.length < 8 || payload[0] !== 0x4f || payload[1] !== 0x52) return bad('not an Outrider batch')
  if (payload[2] !== WIRE_VERSION) return bad(`wire version ${payload[2]}, this side speaks ${WIRE_VERSION}`)
  const view = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  const headerLength = view.readUInt32BE(4)
  if (headerLength > 4096 || 8 + headerLength > view.length) return bad('header length out of range')
  let raw: unknown
  try {
    raw = JSON.parse(view.toString('utf8', 8, 8 + headerLength))
  } catch {
    return bad('header is not JSON')
  }
  const parsed = BatchHeader.safeParse(raw)
  if (!parsed.success)
    return bad(`header: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`)
  const header = parsed.data
  const body = view.subarray(8 + headerLength)
  if (header.count > MAX_RECORDS_PER_BATCH && !header.gap) return { ok: false, reason: 'too many records', header }
  if (!header.gap && bodyHash(body) !== header.hash)
    return { ok: false, reason: 'body does not match its hash', header }
  return { ok: true, batch: { header, body } }
}

function bad(reason: string): DecodedBatch {
  return { ok: false, reason }
}
