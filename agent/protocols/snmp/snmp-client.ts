// The contract of the SNMP wrapper: what pollers and diagnostics may ask. Expected failures are values.
import type { PollOutcome } from '#shared/domain/poll-outcome.ts'

/** Printable UTF-8 is not decided here: octets stay octets. Counter64 above 2^53 is a bigint. */
export interface SnmpValue {
  readonly oid: string
  readonly type:
    | 'Integer'
    | 'OctetString'
    | 'OID'
    | 'IpAddress'
    | 'Counter32'
    | 'Gauge32'
    | 'TimeTicks'
    | 'Opaque'
    | 'Counter64'
    | 'Null'
    | 'noSuchObject'
    | 'noSuchInstance'
    | 'endOfMibView'
  readonly value: number | bigint | string | Uint8Array | null
}

export type SnmpAnswer<T> =
  | { readonly outcome: 'ok'; readonly value: T }
  | { readonly outcome: Exclude<PollOutcome, 'ok'>; readonly detail: string }

/** Conceptual rows of one table column: index (OID suffix) to value, in OID order. */
export type SnmpColumn = ReadonlyMap<string, SnmpValue>

export interface SnmpClient {
  /** One GET; split by itself when the device says tooBig. */
  get(oids: readonly string[], signal: AbortSignal): Promise<SnmpAnswer<readonly SnmpValue[]>>
  /**
   * Columns of one or several tables, keyed by the column OID asked. GETBULK over several columns at once with adapted
   * max-repetitions; falls back to smaller and to GETNEXT for devices that choke. Ends on the first OID that does not
   * increase, on the row cap, the byte cap and the deadline of `signal` ('limit' with what was read is a failure).
   * With `firstRows` each column stops, without failure, at about that many rows (never fewer when the device has them).
   * With `noBulk` only GETNEXT is asked.
   */
  columns(
    oids: readonly string[],
    signal: AbortSignal,
    options?: { readonly firstRows?: number; readonly noBulk?: boolean },
  ): Promise<SnmpAnswer<ReadonlyMap<string, SnmpColumn>>>
  /** Everything below one OID, capped. */
  walk(oid: string, signal: AbortSignal): Promise<SnmpAnswer<readonly SnmpValue[]>>
  close(): void
}
