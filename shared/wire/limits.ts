// Every limit of the wire in one place. Over-limit is counted and shown, never silent.

export const WIRE_VERSION = 1
/** Largest MQTT payload either side sends or accepts, bytes. */
export const MAX_MESSAGE_BYTES = 320 * 1024
/** Largest batch body before compression, bytes. */
export const MAX_BATCH_BYTES = 256 * 1024
/** What a batch may inflate to; a larger one is quarantined (decompression bomb). */
export const MAX_INFLATED_BYTES = 1024 * 1024
export const MAX_RECORDS_PER_BATCH = 4096
export const MAX_RECORD_BYTES = 64 * 1024
/** Series one agent may define. */
export const MAX_SERIES_PER_AGENT = 2_000_000
/** Batches of one agent that may be on the way without an application ack. */
export const MAX_BATCHES_IN_FLIGHT = 32
/** Seconds between hellos of a connected agent; three missed make it unknown. */
export const HEARTBEAT_SECONDS = 10
