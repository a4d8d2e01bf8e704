// Door of ingest: messages of agents become groups, one group is one transaction, and only then the agents get their acks.
import type { Logger } from 'pino'
import type { Ack } from '#shared/wire/ack.ts'
import type { RecordChannel } from '#shared/wire/topics.ts'
import { acksOf } from './acks.ts'
import type { Place } from './apply-batch.ts'
import type { Evaluation, Turns } from './evaluation.ts'
import { greet, type Heard, readHello } from './greet.ts'
import { createGroup, finishGroup, type GroupBuilder } from './group.ts'
import { type IngestState, readState, releaseSamples, takeMessage, takeSeriesPart } from './ingest-state.ts'
import { createIntake, INTAKE_LIMITS, type IntakeLimits, type Message } from './intake.ts'
import type { RecordStore, RecordWrites } from './record-store.ts'
import { type CommitListener, createTurns, WorkFailed } from './turns.ts'

/** A turn reads batches for no longer than this, ms, and no more than so many bytes; then it commits. */
const TURN_MS = 20
const TURN_BYTES = 2 * 1024 * 1024
const RETRY_MS = [100, 300, 1000, 3000, 5000] as const
/** A batch whose turn fails this often by itself is set aside, so that the others go on. */
const MAX_FAILURES = 3

/** Hellos that may wait for a turn. */
const MAX_PRESENCE = 10_000

export interface IngestOptions<C> {
  readonly store: RecordStore<C>
  readonly evaluation: Evaluation<C>
  /** Where an enrolled agent stands; undefined for one that is not. */
  agentOf(agent: string): Place | undefined
  readonly clock: { wall(): number; mono(): number }
  /** Publishes an application ack; best effort, the agent asks again. */
  sendAck(agent: string, ack: Ack): void
  isEmpty(changes: C): boolean
  readonly log: Logger
  readonly limits?: IntakeLimits
}

export interface IngestHealth {
  /** Messages and bytes that wait for a turn. */
  readonly waitingBytes: number
  /**
   * What became of messages that were not simply applied: repeat, early (waits for others), and dropped unacknowledged:
   * early-full, intake-full, hello-queue, hello-failed, series-unasked, unknown-agent, quarantined, fork, refused. epoch-forgotten: the oldest
   * outbox of an agent that had too many is not known any more.
   */
  readonly outcomes: Readonly<Record<string, number>>
  readonly records: number
  readonly batches: number
  readonly turns: number
  readonly longestTurnMs: number
  /** Why nothing is committed right now, undefined while all is well. */
  readonly failure: string | undefined
}

export interface Ingest<C> {
  /** Shared by ticks and operators' actions. */
  readonly turns: Turns<C>
  /** Takes a message of an agent at once; false (and counted) when it does not fit: the agent will send it again. */
  accept(agent: string, channel: RecordChannel, payload: Uint8Array): boolean
  /** The agent's connection ended (a hint, not a proof). */
  gone(agent: string): void
  /** Runs evaluation.tick in a turn; not while the disk is given time. */
  tick(): Promise<void>
  onCommitted(listener: CommitListener<C>): void
  health(): IngestHealth
  /** Reads the committed state; before it nothing is taken. */
  start(): Promise<void>
  /** Finishes the turn that runs and takes nothing more. */
  stop(): Promise<void>
}

export function createIngest<C>(options: IngestOptions<C>): Ingest<C> {
  const { store, evaluation, clock, log } = options
  const intake = createIntake(options.limits ?? INTAKE_LIMITS)
  const presence: Heard[] = []
  const counts = { records: 0, batches: 0, turns: 0, longestTurnMs: 0 }
  const outcomes: Record<string, number> = {}
  const count = (what: string): void => {
    outcomes[what] = (outcomes[what] ?? 0) + 1
  }
  let state: IngestState | undefined
  let running: Promise<void> | undefined
  let stopped = false
  let failures = 0
  /** So many batches still go one by one after a failure, until the one to blame is found. */
  let alone = 0
  let retry: NodeJS.Timeout | undefined

  const reload = async (): Promise<void> => {
    state = readState(await store.load())
    await evaluation.reload()
  }
  const turns = createTurns<C>({
    commit: (records, changes, now) => store.commit(records, changes, now),
    reload,
    isEmpty: options.isEmpty,
    wall: clock.wall,
    mono: clock.mono,
    log,
  })

  const gather = (group: GroupBuilder, taken: Message[], greeted: Heard[]): void => {
    const memory = state as IngestState
    const end = clock.mono() + TURN_MS
    while (presence.length > 0) {
      const change = presence.shift() as Heard
      greeted.push(change)
      if (change.kind === 'bad') group.quarantine.push(change.row)
      else {
        greet(group, memory, change)
        const place = change.kind === 'hello' ? options.agentOf(change.agent) : undefined
        if (change.kind === 'hello' && place && memory.wanted.settle(change.agent, change.hello.epoch, change.mono))
          releaseSamples(group, memory, { agent: change.agent, epoch: change.hello.epoch }, place, count)
      }
    }
    for (let bytes = 0; bytes < TURN_BYTES; ) {
      const message = intake.next()
      if (!message) break
      taken.push(message)
      bytes += message.payload.length
      const place = options.agentOf(message.agent)
      if (!place) count('unknown-agent')
      else {
        if (message.series) {
          takeSeriesPart(group, memory, message, place, count)
          continue
        }
        const poison = message.failures >= MAX_FAILURES ? 'it could not be judged or stored' : undefined
        takeMessage(group, memory, message, place, poison, count)
      }
      if (alone > 0 || clock.mono() > end) break
    }
  }

  const oneTurn = async (): Promise<void> => {
    const taken: Message[] = []
    const greeted: Heard[] = []
    const started = clock.mono()
    try {
      const group = await turns.take((now) => {
        const builder = createGroup()
        gather(builder, taken, greeted)
        const records = finishGroup(builder, now, (state as IngestState).clocks.changed(now), state as IngestState)
        const changes = evaluation.evaluate(records.group)
        return { records: isIdle(builder, records.boots) ? null : records, changes, value: builder }
      })
      failures = 0
      if (alone > 0) alone--
      counts.turns++
      counts.records += group.records
      counts.batches += group.batches.length
      counts.longestTurnMs = Math.max(counts.longestTurnMs, clock.mono() - started)
      for (const { agent, ack } of acksOf(group, state as IngestState, clock.wall())) options.sendAck(agent, ack)
    } catch (error) {
      intake.putBack(taken)
      // agents say hello again: one that cannot be judged must not stop all, nor be blamed on a batch
      if (isDisk(error)) presence.unshift(...greeted)
      else for (const _ of greeted) count('hello-failed')
      blame(taken, error)
      throw error
    }
  }

  const blame = (taken: readonly Message[], error: unknown): void => {
    if (isDisk(error)) return
    const culprit = taken[0]
    if (culprit && taken.length === 1) culprit.failures++
    alone = Math.max(alone, taken.length)
  }

  const run = async (): Promise<void> => {
    while (!stopped && (!intake.isEmpty() || presence.length > 0)) {
      try {
        await oneTurn()
      } catch (error) {
        if (failures === 0) log.error({ err: error }, 'a group could not be committed; it is kept and tried again')
        const step = isDisk(error) ? Math.min(failures, RETRY_MS.length - 1) : 0
        failures++
        retry = setTimeout(kick, RETRY_MS[step])
        return
      }
      // let the broker and the API have the thread between two turns
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const kick = (): void => {
    retry = undefined
    if (running || stopped || !state) return
    running = run().finally(() => {
      running = undefined
      if (!retry && (!intake.isEmpty() || presence.length > 0)) kick()
    })
  }
  const wake = (): void => {
    if (!retry) kick()
  }
  /** The newest of an agent is enough. */
  const hear = (heard: Heard): boolean => {
    const agent = heard.kind === 'bad' ? heard.row.agent : heard.agent
    if (!options.agentOf(agent)) {
      count('unknown-agent')
      return true
    }
    const older = presence.findIndex((p) => p.kind === heard.kind && 'agent' in p && p.agent === agent)
    if (older >= 0) presence.splice(older, 1)
    if (presence.length >= MAX_PRESENCE) {
      count('hello-queue')
      return false
    }
    presence.push(heard)
    wake()
    return true
  }

  return {
    turns,
    accept(agent, channel, payload) {
      if (stopped) return false
      const received = { wall: clock.wall(), mono: clock.mono() }
      if (channel === 'hello') {
        return hear(readHello(agent, payload, received))
      }
      const kind = channel === 'series' ? { lane: 'telemetry' as const, series: true } : { lane: channel }
      const fits = intake.add({ agent, ...kind, payload, received, failures: 0 })
      if (!fits) count('intake-full')
      wake()
      return fits
    },
    gone(agent) {
      if (!stopped) hear({ kind: 'gone', agent, at: clock.wall(), mono: clock.mono() })
    },
    async tick() {
      if (stopped || !state || turns.isResting()) return
      await turns.run((now) => ({ changes: evaluation.tick(now, clock.mono()), value: undefined }))
    },
    onCommitted: turns.onCommitted,
    health: () => ({ ...counts, waitingBytes: intake.bytes(), outcomes: { ...outcomes }, failure: turns.failure() }),
    async start() {
      await reload()
      wake()
    },
    async stop() {
      stopped = true
      clearTimeout(retry)
      await running
    },
  }
}

/** The data is fine, the disk is not: nobody is to blame. */
function isDisk(error: unknown): boolean {
  return !(error instanceof WorkFailed) && (error as { code?: unknown } | null)?.code === 'unavailable'
}

/** Nothing of the records side has to be written. */
function isIdle(group: GroupBuilder, boots: RecordWrites['boots']): boolean {
  const known = group.numbers.length === 0 && group.newSeries.length === 0
  return (
    known &&
    group.forgotten.length === 0 &&
    group.moved.size === 0 &&
    group.quarantine.length === 0 &&
    boots.length === 0
  )
}
