// What every input is and what it may use. Inputs turn equipment's words into samples and events; policy (schedule,
// bulkhead, retry, commit) belongs to the rooms around them. Adding one: a folder here plus a line in registry.ts, and
// it must pass test/contracts/poller.contract.ts or listener.contract.ts.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { PollOutcome } from '#shared/domain/poll-outcome.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'

/** What a source wants to find again after a restart, under its space and key. */
export interface Mark {
  readonly space: string
  readonly key: string
  readonly value: string
}

/** Where inputs put what they found. The outbox implements it. */
export interface Recorder {
  /** Number of a series in this stream; the same definition always gives the same number. Keep it, do not ask per sample. */
  series(definition: Omit<SeriesDefinition, 'n'>): number
  /** Queues one sample for the next commit. Non-finite values are counted as dropped. `at` is wall ms. */
  sample(series: number, at: number, value: number): void
  /** Queues one event for the next commit. */
  event(event: DeviceEvent): void
  /** Queues one event already encoded as a JSON line without newline (hot path). */
  eventLine(line: string): void
  /**
   * Queues one event; resolves when it is on disk, which a full disk may delay. Rejects only when it will never be there
   * (too large, memory full, stopped): do not acknowledge then; offered again it is not recorded twice.
   */
  eventDurable(event: DeviceEvent): Promise<void>
  /**
   * The same for several at once with the mark of how far their source has come: after a crash all of it is there or
   * nothing. At most 256 KB as JSON lines and 4096 events; RangeError for more.
   */
  eventsDurable(events: readonly DeviceEvent[], mark: Mark): Promise<void>
  /**
   * For sources that can be made to wait: undefined while there is room for more, else a promise that resolves (never
   * rejects) when there is again. Going on without waiting is allowed, and discards the oldest once memory is full.
   */
  waitForRoom(): Promise<void> | undefined
}

/** Something that waits for messages: traps, syslog, log files. */
export interface Listener {
  /** Opens its sockets or files; rejects with the address and the reason. */
  start(): Promise<void>
  /** Idempotent; what was received before is recorded. */
  stop(): Promise<void>
  /** Counters for the health page; `dropped` by reason. */
  counters(): ListenerCounters
}

export interface ListenerCounters {
  readonly name: string
  readonly received: number
  readonly recorded: number
  readonly dropped: Readonly<Record<string, number>>
  readonly facts: Readonly<Record<string, string | number>>
}

/** Something that is asked at intervals: snmp-poll, icmp, tcp, http. One call is one check of one device. */
export interface Poller {
  readonly input: string
  readonly device: string
  readonly intervalMs: number
  readonly deadlineMs: number
  /** True when its outcome says nothing about the device's health: then it is counted, and neither sampled nor told. */
  readonly unrecorded?: boolean
  /** Never throws for what the device did: the outcome is the value. Records its samples itself. */
  poll(signal: AbortSignal): Promise<PollResult>
  /** One smallest question, asked instead of poll while the device does not answer; records nothing. */
  probe?(signal: AbortSignal): Promise<PollResult>
}

export interface PollResult {
  readonly outcome: PollOutcome
  readonly detail?: string
  /** What the check was about; '' for the device. */
  readonly resource?: string
}
