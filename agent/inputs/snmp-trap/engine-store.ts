// Our own SNMP engine over restarts: its id stays, its boots grow by one each start (RFC 3414 2.2).
import type { Logger } from 'pino'
import type { UsmUser } from '../../protocols/snmp/usm.ts'
import { createV3Receiver, type EngineState, newEngineId, type V3Receiver } from '../../protocols/snmp/v3-receiver.ts'
import type { Clock } from '../source-lookup.ts'

/** Where the state of the v3 receiver is kept; implemented by whoever owns the disk. */
export interface EngineStore {
  /** undefined when nothing was saved yet. */
  load(): Promise<EngineState | undefined>
  save(state: EngineState): Promise<void>
}

export interface OpenEngine {
  readonly receiver: V3Receiver
  /** Writes what changed since the last time. Never rejects: the first failure in a row is logged, traps go on. */
  save(): Promise<void>
}

/** Loads the state, counts this start and builds the receiver. A store that fails costs replay protection, not traps. */
export async function openEngine(
  users: readonly UsmUser[],
  store: EngineStore | undefined,
  log: Logger,
  clock: Clock,
): Promise<OpenEngine> {
  const before = await load()
  let saved = ''
  let failing = false
  const boots = before ? Math.min(before.boots + 1, 0x7ffffffe) : 1
  const state: EngineState = { engineId: before?.engineId ?? newEngineId(), boots, senders: before?.senders ?? [] }
  await save(state)
  const receiver = createV3Receiver(users, state, clock.mono())
  return { receiver, save: () => save(receiver.state()) }

  async function load(): Promise<EngineState | undefined> {
    try {
      return await store?.load()
    } catch (error) {
      log.error({ err: error }, 'cannot read the SNMP engine state')
      return undefined
    }
  }

  async function save(now: EngineState): Promise<void> {
    const text = JSON.stringify(now)
    if (text === saved) return
    try {
      await store?.save(now)
      saved = text
      failing = false
    } catch (error) {
      if (!failing) log.error({ err: error }, 'cannot save the SNMP engine state')
      failing = true
    }
  }
}
